"""What objectives put on a network: decoders, projectors, classifiers, and keeping hidden patches hidden; no losses."""
