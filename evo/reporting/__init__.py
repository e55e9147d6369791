"""What the files of a run say, in sections, and the page that shows them; nothing that a folder names is imported.

A run may be going, killed, or torn: what cannot be read is told, and what is there is shown. How plots are drawn lives
in ``evo.plotting``, the frame of a page in ``evo.display``; what a search found is worked out in ``evo.engine``.
"""
