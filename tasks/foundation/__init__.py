"""What all four folders share and that knows nothing of training: errors, randomness, plug-in tables, command lines."""
