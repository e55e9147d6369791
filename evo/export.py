"""``python -m evo.export``: hand a network out as files. What it does is in ``evo.commands.export``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("evo.export")
    from evo.commands.export import main

    sys.exit(main())
