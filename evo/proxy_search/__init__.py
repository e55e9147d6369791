"""What only a search of proxy tasks has: its winners on members held out, and what abandoning saved."""
