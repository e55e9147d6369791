"""Points of several objectives: which dominate which, how crowded they lie, and how much they dominate together.

Of every objective higher is better. A point dominates another where it is nowhere worse and somewhere better. Nothing
here knows of candidates or runs. Letters: N points, M objectives.
"""
