"""Several searches over the same listed candidates, in one folder: what correlations and labellings share.

What the scores are for lives in ``evo.correlation`` and ``evo.labelling``.
"""
