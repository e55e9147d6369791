"""What runs a search: the loop, its workers, the session around it, the summary.

Where a fitness asks for a reference, ``reference_stage`` has each of its members score a sample of the space before the
first trial, as an ordinary search of listed candidates below the run's folder; ``final_choice`` is how the best are
chosen in the end.

Trials go to workers in three layers, which ``pool`` holds: ``place_keeper`` decides how many there are and on which
machines, ``resilient_actors`` has one actor at work in each such place and makes another where one dies, ``trial_pool``
gives these the trials and takes back each of them once, whatever becomes of machines. ``telling_orders`` says in which
order a strategy hears of them. ``ray_metrics`` shows the numbers of a run while it lives.

What a search is lives in ``evo.records``, what it leaves on disk in ``evo.storage``, where it runs in ``evo.cluster``.
"""
