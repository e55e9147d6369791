"""NAS-Bench-101: cells of up to seven nodes, their isomorphism-invariant key, their network."""
