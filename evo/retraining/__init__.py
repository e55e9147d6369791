"""``evo.train``: training what a search found on labelled images, with random weights or a supernet's.

How a network is trained and what trainings come to live here; the training inside a search lives in ``fitness``.
"""
