"""What a trained supernet is used for: children with its weights, and the fitness that scores them."""
