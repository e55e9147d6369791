"""``python -m evo.train``: train what a search found, on labels. All of it lives in ``evo.retraining``."""

import sys

from evo.provenance import refuse_foreign_packages

if __name__ == "__main__":
    refuse_foreign_packages("evo.train")
    from evo.retraining.command import main

    sys.exit(main())
