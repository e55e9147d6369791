"""``python -m evo.status RUN``: how a search is going, from another shell. All of it lives in ``evo.commands.status``."""

import sys

from evo.commands.import_guard import refuse_foreign_packages

if __name__ == "__main__":
    refuse_foreign_packages("evo.status")
    from evo.commands.status import main

    sys.exit(main())
