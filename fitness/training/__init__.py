"""Short trainings: the loop, its batches, and the fitnesses that read a trained network."""
