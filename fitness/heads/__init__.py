"""What objectives put on a network: decoders, projectors, classifiers. No losses."""
