"""Diagrams of candidates by the name of a space or from a run's folder, and the files they are written to.

How a candidate is drawn is said in ``spaces.drawing``.
"""
