"""Rankers: predictors that are fitted to labelled candidates, kept in a file, and judged on others."""
