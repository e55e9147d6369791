"""Scores of a network before any training, one batch each, and their vote; a new one is a function in its own file.

``fitness.py`` holds the table of measures and the fitness made of each.
"""
