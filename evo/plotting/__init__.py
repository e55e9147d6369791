"""``evo.plotting``: plots as SVG, drawn by hand so that a page needs nothing from elsewhere.

Lines with bands, points, intervals, bars and heat maps, each a function from numbers to one ``<svg>``; axes, frames,
legends and the words on them are shared. Nothing here knows of searches: what a plot shows is worked out by whoever
has it drawn.
"""
