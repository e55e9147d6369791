"""Pictures of 8 x 8 pixels, for tests that train supernets from the command line."""

from tasks.noise import NoiseImages


def tiny_noise() -> NoiseImages:
    """Return a source of noise, as ``--data`` takes it."""
    return NoiseImages(size=8)
