"""Graph2Vec embeddings of candidates, and pools that are sampled by them."""
