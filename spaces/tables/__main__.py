"""``python -m spaces.tables``: all of it lives in ``spaces.tables.command_line``."""

import sys

from spaces.tables.command_line import main

if __name__ == "__main__":
    sys.exit(main())
