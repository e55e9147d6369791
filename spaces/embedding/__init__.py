"""Graph2Vec embeddings of candidates' graphs, and pools of candidates among which mutation goes to a neighbour.

Knows no particular space.
"""
