"""Synthetic regression targets (GenNAS): signals, the tasks made of them, their files."""
