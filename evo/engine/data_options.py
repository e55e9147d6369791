"""Where images come from, as options say it."""

import argparse
from pathlib import Path
from typing import Any


def settled_data(options: argparse.Namespace) -> dict[str, Any]:
    """Return ``data`` and ``data_root`` with full paths, which mean the same from anywhere; None where not given."""
    from tasks.images.sources import settle_spec  # torch comes with it

    return {
        "data": None if options.data is None else settle_spec(options.data),
        "data_root": options.data_root and str(Path(options.data_root).absolute()),
    }
