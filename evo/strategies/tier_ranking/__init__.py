"""Search by tiers of quality: what belongs to the best tier is learnt, and its statistics say where to look next."""
