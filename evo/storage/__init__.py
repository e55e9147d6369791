"""A run folder: its lock, its logs in Parquet, its checkpoints. Knows nothing of workers."""
