"""Pictures of candidates: a diagram as data, which a space gives, laid out and drawn as SVG without a system program.

``diagram`` holds what a space says of a candidate, the other files how that is placed and drawn. Which spaces there are
is known nowhere here. What becomes of a run's best lives in ``evo``.
"""
