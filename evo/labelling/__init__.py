"""``evo.label``: a panel of architectures that were really trained, each with its label.

What the labels are worth and how a panel is written live here; the trainings themselves are runs of ``evo.scoring``.
"""
