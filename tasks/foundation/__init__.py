"""What all four layers share and that knows nothing of training: errors, randomness, plug-ins, command lines, checks.

A file belongs here only where at least two layers need it.
"""
