"""``python -m evo.rank``: learn to rank candidates from labels. What it does is in ``evo.commands.rank``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("evo.rank")
    from evo.commands.rank import main

    sys.exit(main())
