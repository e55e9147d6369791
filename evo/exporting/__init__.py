"""What a run found, as files that need nothing of this project: source, weights, other formats, a model card.

``formats.py`` is the table of formats; each is a file of its own. What is drawn or reported lives elsewhere.
"""
