"""``python -m evo.correlate``: is a fitness any good? All of it lives in ``evo.correlation``."""

import sys

from evo.commands.import_guard import refuse_foreign_packages

if __name__ == "__main__":
    refuse_foreign_packages("evo.correlate")
    from evo.commands.correlate import main

    sys.exit(main())
