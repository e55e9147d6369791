"""Self-supervised (and, to compare with, supervised) objectives: a batch, a head, a loss; one file each.

How they are trained lives in ``fitness.training``, their modules in ``fitness.heads``.
"""
