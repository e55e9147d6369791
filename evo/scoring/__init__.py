"""Several searches over the same listed candidates, in one folder: what ``evo.correlate`` and ``evo.label`` share."""
