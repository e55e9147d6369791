"""Where images come from: photographs, digits, CIFAR, folders, noise; one contract, ``base.py``, for all.

What is done to images afterwards lives in ``tasks.transforms``.
"""
