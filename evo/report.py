"""``python -m evo.report``: write a page about a run, or several. What it does is in ``evo.commands.report``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("evo.report")
    from evo.commands.report import main

    sys.exit(main())
