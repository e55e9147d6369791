"""``python -m evo.draw``: the diagram of a candidate. What it does is in ``evo.commands.draw``."""

import runpy
import sys
from pathlib import Path

GUARD = Path(__file__).parents[1] / "tasks" / "foundation" / "import_guard.py"  # by its path, whatever hides it

if __name__ == "__main__":
    runpy.run_path(str(GUARD))["refuse_foreign_packages"]("evo.draw")
    from evo.commands.draw import main

    sys.exit(main())
