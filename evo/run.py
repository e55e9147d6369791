"""``python -m evo.run``: search. All of it lives in ``evo.command_line``, so that Ray can import what it sends."""

import sys
from pathlib import Path

from evo.provenance import foreign_package

if __name__ == "__main__":
    if complaint := foreign_package(Path(__file__).parent.parent):
        print(f"evo.run: error: {complaint}", file=sys.stderr)
        sys.exit(2)
    from evo.command_line import main

    sys.exit(main())
