"""What runs a search: the loop, its workers, the session around it, the summary.

Where a fitness asks for a reference, ``reference_stage`` has each of its members score a sample of the space before the
first trial, as an ordinary search of listed candidates below the run's folder; ``final_choice`` is how the best are
chosen in the end.

What a search is lives in ``evo.records``, what it leaves on disk in ``evo.storage``, where it runs in ``evo.cluster``.
"""
