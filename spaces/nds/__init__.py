"""The spaces of the NDS study: grids of residual networks, and families of cells."""
