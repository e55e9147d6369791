"""Proxy tasks as candidates: what GenNAS (Li et al., 2021) searches to find a task that ranks architectures.

What a task is and how its signals are made lives in ``tasks.regression``.
"""
