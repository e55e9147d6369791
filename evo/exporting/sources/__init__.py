"""From what a network is made from to source: one file per kind of network.

A source imports what it needs; ``evo.exporting.bundling`` puts that in place of the imports.
"""
