"""What runs a search: the loop, its workers, the session around it, the summary.

What a search is lives in ``evo.records``, what it leaves on disk in ``evo.storage``, where it runs in ``evo.cluster``.
"""
