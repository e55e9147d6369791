"""``python -m evo.train``: the architecture that a search found, trained on labelled pictures."""
