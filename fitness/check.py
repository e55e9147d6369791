"""``python -m fitness.check``: what a fitness still lacks. What it does is in ``fitness.check_command``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("fitness.check")
    from fitness.check_command import main

    sys.exit(main())
