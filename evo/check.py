"""``python -m evo.check``: what a strategy still lacks. What it does is in ``evo.commands.check``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("evo.check")
    from evo.commands.check import main

    sys.exit(main())
