"""The fitness of a proxy task: how well it ranks a panel of labelled architectures; and the statistics of ranks.

Reading a panel's file lives in ``spaces.tables``, the search of proxy tasks in ``evo.proxy_search``.
"""
