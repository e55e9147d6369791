"""A proxy task's fitness: how well it ranks a panel of labelled architectures; and the statistics of ranks."""
