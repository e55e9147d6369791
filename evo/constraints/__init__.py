"""Bounds on what candidates' networks cost: what is asked for, who is within, and strategies that keep to it.

How networks are counted comes from elsewhere; so do the searches that are bounded. Nothing here reads a folder.
"""
