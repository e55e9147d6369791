"""``python -m evo.train``: train what a search found, on labels. What it does is in ``evo.commands.train``."""

import os
import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("evo.train")
    # Torch's threads read it once, when they are loaded: those that wait sleep, as in the workers of a search.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from evo.commands.train import main

    sys.exit(main())
