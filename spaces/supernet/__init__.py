"""Supernets: all candidates of a space in one network, the gates on its edges, derivation and inheritance.

How they are trained lives in ``evo.differentiable``.
"""
