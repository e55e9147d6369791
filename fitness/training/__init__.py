"""The short training of one candidate: its loop and batches, and the fitnesses that read a trained network.

What is trained on is an objective of ``fitness.objectives``; how supernets are trained lives in ``evo``.
"""
