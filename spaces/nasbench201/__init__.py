"""NAS-Bench-201 (Dong and Yang, 2020): its 15,625 cells and their 4,930 functions, their network and supernet.

The published accuracies are read by ``spaces.tables.nasbench201`` and ``nats``.
"""
