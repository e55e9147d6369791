"""What needs a library that is not handed out."""

import numpy as np


def counted() -> int:
    return int(np.ones(1).sum())


def late() -> object:
    import numpy

    return numpy.ones(1)
