"""``python -m evo.run``: search. All of it lives in ``evo.commands.run``, so that Ray can import what it sends."""

import sys

from evo.commands.import_guard import refuse_foreign_packages

if __name__ == "__main__":
    refuse_foreign_packages("evo.run")
    from evo.commands.run import main

    sys.exit(main())
