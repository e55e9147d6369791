"""Cells of two inputs as data, their operations, texts, graph and network: what ``nds`` and ``darts`` share.

Which cells there are, how one is drawn or changed, and mixtures of operations live elsewhere.
"""
