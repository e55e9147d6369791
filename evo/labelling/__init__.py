"""``python -m evo.label``: a panel of architectures that were really trained, each with its label."""
