"""Supernets: all candidates of a space in one network, the gates on its edges, derivation, inherited weights.

Each space makes its own supernet of these parts; how supernets are trained lives in ``evo.differentiable``.
"""
