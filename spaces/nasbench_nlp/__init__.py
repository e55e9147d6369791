"""NAS-Bench-NLP: recurrent cells by a grammar, their mutation, their network."""
