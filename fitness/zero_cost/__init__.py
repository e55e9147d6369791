"""Scores of a network before any training, one batch each, and their vote; a new one is a function in its own file.

``measures.py`` is the table of measures, ``fitness.py`` the fitness made of each.
"""
