"""Differentiable search: a supernet is trained on an objective, and an architecture is derived from it.

``relaxations`` holds the variants (DARTS, GDAS, ...), ``bilevel`` the training they share, ``one_shot`` what is made of
a trained supernet. What every search has (folder, log, actors) lives in ``evo.engine`` and ``evo.storage``.
"""
