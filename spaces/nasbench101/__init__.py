"""NAS-Bench-101 (Ying et al., 2019): its cells, their isomorphism-invariant key, their network and its widths.

The published accuracies are read by ``spaces.tables.nasbench101``.
"""
