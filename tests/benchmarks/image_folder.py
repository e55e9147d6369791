"""Writes images kept as JPEG bytes out as an image folder: ``python -m tests.benchmarks.image_folder FILE DIR``.

The Parquet file has columns ``jpeg`` (bytes), ``label`` and ``test``; images go to ``DIR/train/LABEL`` and
``DIR/test/LABEL`` as they are, named by their row.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tasks.foundation.bounded_parquet import bounded_parquet
from tasks.foundation.command_line import say

COLUMNS = ["jpeg", "label", "test"]


def write_folder(file: Path, folder: Path) -> int:
    """Write every image of a file; returns how many. Raises OSError, and FileExistsError for a folder that exists."""
    folder.mkdir(parents=True)
    with bounded_parquet(file) as opened:
        rows = opened.read(columns=COLUMNS).to_pylist()
    for number, row in enumerate(rows):
        place = folder / ("test" if row["test"] else "train") / str(row["label"])
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:05d}.jpg").write_bytes(row["jpeg"])
    return len(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the folder and say so; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.image_folder", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    say(f"{write_folder(options.file, options.folder):,} images in {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
