"""``python -m evo.correlate``: does a fitness rank candidates as their published results do?"""
