"""GenNAS' fitness: regression on synthetic signals, for image networks and recurrent ones.

The signals themselves live in ``tasks.regression``.
"""
