"""``python -m spaces.check``: what a space still lacks. What it does is in ``spaces.check_command``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("spaces.check")
    from spaces.check_command import main

    sys.exit(main())
