"""The space of DARTS, its restrictions S1 to S4, and the one with a cell of its own at every place."""
