"""What a trained supernet is used for: candidates with its weights, and the fitness that scores them."""
