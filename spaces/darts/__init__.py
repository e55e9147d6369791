"""The space of DARTS, its restrictions S1 to S4, the one with a cell of its own at every place, and their supernet.

The gates of a gradient-based search and its training live in ``evo.differentiable``.
"""
