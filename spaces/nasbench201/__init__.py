"""NAS-Bench-201: 15,625 cells, their classes of equal functions, their network and supernet."""
