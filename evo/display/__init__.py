"""How results are shown: tables as text and in notebooks, numbers as people read them, texts of others escaped.

What is shown is worked out elsewhere: ``evo.engine.summary``, ``evo.correlation``. Nothing here knows of searches.
"""
