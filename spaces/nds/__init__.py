"""The spaces of the NDS study (Radosavovic et al., 2019): grids of residual networks, and families of cells.

The network of cells is that of ``spaces.cells``; published records are read by ``spaces.tables.nds``.
"""
