"""GenNAS's fitness: regression on synthetic signals, for networks that read images and for those that read sequences.

The signals themselves live in ``tasks.regression``, the training loop in ``fitness.training``.
"""
