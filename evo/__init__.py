"""The search engine: configuration, trials, strategies, Ray workers and the run log.

The only folder that knows Ray and Parquet. Start with ``search.py``: everything else is called from there.
"""

__distribution__ = "selfnas"
