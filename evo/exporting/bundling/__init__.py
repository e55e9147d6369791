"""Python source taken apart and put together again: the definitions that some need, from many modules, as one file.

It knows nothing of networks or runs.
"""
