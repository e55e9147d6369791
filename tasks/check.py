"""``python -m tasks.check``: what a source of images still lacks. What it does is in ``tasks.check_command``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("tasks.check")
    from tasks.check_command import main

    sys.exit(main())
