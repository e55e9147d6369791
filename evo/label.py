"""``python -m evo.label``: make a panel of labelled architectures. All of it lives in ``evo.labelling``."""

import sys

from evo.provenance import refuse_foreign_packages

if __name__ == "__main__":
    refuse_foreign_packages("evo.label")
    from evo.labelling.command import main

    sys.exit(main())
