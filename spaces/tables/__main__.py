"""``python -m spaces.tables``: import and show tables. What it does is in ``spaces.tables.command_line``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[2] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("spaces.tables")
    from spaces.tables.command_line import main

    sys.exit(main())
