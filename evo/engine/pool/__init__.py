"""Workers of a Ray cluster and what they are at: actors on places, trials on workers, whatever becomes of either."""
