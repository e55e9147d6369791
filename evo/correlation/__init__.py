"""``evo.correlate``: does a fitness rank candidates as their published results do?

Requests, statistics, and the pages that show them live here; scoring itself lives in ``evo.scoring``.
"""
