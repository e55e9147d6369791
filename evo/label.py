"""``python -m evo.label``: make a panel of labelled architectures. All of it lives in ``evo.labelling``."""

import sys

from evo.commands.import_guard import refuse_foreign_packages

if __name__ == "__main__":
    refuse_foreign_packages("evo.label")
    from evo.commands.label import main

    sys.exit(main())
