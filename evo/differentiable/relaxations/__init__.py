"""The variants of differentiable search: how architecture parameters become gates, one file per paper.

How a supernet is trained does not live here but in ``evo.differentiable.bilevel``.
"""
