"""``python -m evo.train``: train what a search found, on labels. All of it lives in ``evo.retraining``."""

import os
import sys

from evo.commands.import_guard import refuse_foreign_packages

if __name__ == "__main__":
    refuse_foreign_packages("evo.train")
    # Torch's threads read it once, when they are loaded: those that wait sleep, as in the workers of a search.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from evo.commands.train import main

    sys.exit(main())
