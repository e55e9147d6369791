"""Models that learn from labelled candidates to rank others."""
