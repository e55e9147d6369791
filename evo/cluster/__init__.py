"""Where searches run: joining or starting Ray, what this machine and its containers have, the caller's own process.

Here, too, is what the machines of a cluster have room for, hold, and share between searches (``view``, ``capacity``,
``reservations``, ``sharing``), how processes show that they live (``pulse``, ``head_watch``), and what machines have to
have in common with the driver (``sameness``) or are sent: modules (``shipping``), images (``shipped_images``).

How trials are handed to workers lives in ``evo.engine``. Nothing here knows of searches.
"""
