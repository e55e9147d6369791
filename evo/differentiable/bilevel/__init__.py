"""Bilevel training: weights on one half of the images, architecture parameters on the other, and its safeguards."""
