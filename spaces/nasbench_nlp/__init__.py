"""NAS-Bench-NLP (Klyuchnikov et al., 2020): recurrent cells by a grammar, their mutation, their network.

The embedding that mutation goes by lives in ``spaces.embedding``.
"""
