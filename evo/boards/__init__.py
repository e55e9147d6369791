"""Leaderboards: which fitness ranks the labelled candidates of which table how well, from scores that are kept.

How a single correlation is worked out lives in ``evo.correlation``, how candidates are scored in ``evo.scoring``.
"""
