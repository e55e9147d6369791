"""Search by gradient: a supernet is trained, and an architecture is derived of it."""
