"""``python -m evo.run``: search. All of it lives in ``evo.command_line``, so that Ray can import what it sends."""

import sys

from evo.provenance import refuse_foreign_packages

if __name__ == "__main__":
    refuse_foreign_packages("evo.run")
    from evo.command_line import main

    sys.exit(main())
