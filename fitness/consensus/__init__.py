"""The fitness whose members are fitnesses: each one's score becomes a position in a frozen sample of the space, and the
weighted mean of the logarithms of these is the candidate's.

Drawing the sample and having it scored is the engine's, as ``fitness.reference`` states.
"""
