"""Where searches run: joining or starting Ray, what this machine and its containers have, the caller's own process.

How trials are handed to workers lives in ``evo.engine``. Nothing here knows of searches.
"""
