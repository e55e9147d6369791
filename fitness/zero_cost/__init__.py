"""Scores of a network before any training: one batch each, and their vote."""
