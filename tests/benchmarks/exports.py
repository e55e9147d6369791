"""Whether source that is handed out computes the same as the networks it stands for, in a process without this project.

Sampled members of every space with networks, at their full size. Those of the forms for ImageNet are built for 32 and
for 128 pixels in turn, which have other stems.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from spaces import SPACES, FeatureNetwork, InputSpec, SequenceSpec, reads_sequences
from tests.exported import OUTPUTS, imported_alone, shapes_of, write_export, written_source

MEMBERS = 20
SIZES = {True: (32, 128), False: (32,)}
_QUICK = {"nasbench_nlp": {"mutation": "local"}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line per space; return 1 where a member computes something else."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.exports", description=__doc__)
    parser.add_argument(
        "--members", type=int, default=MEMBERS, metavar="N", help="of each space (default: %(default)s)"
    )
    parser.add_argument("--spaces", nargs="*", metavar="S", help="some spaces (default: all that have networks)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="folder to leave the exports in")
    given = parser.parse_args(arguments)
    names = given.spaces or [name for name in SPACES.builtin if not name.startswith("proxy_task")]
    print(f"{'space':<18} members  equal  state  lines")
    wrong = 0
    for name in names:
        with TemporaryDirectory() as folder:
            wrong += _check(name, given.members, (given.keep or Path(folder)) / name)
    return 1 if wrong else 0


@dataclass(frozen=True)
class _Member:
    """An export in a folder, how many lines its source has, and the network it stands for; not its weights."""

    folder: Path
    lines: int
    shapes: dict[str, list[int]]
    info: list[list[int]]


def _check(name: str, count: int, folder: Path) -> int:
    """Print the line of a space; return how many of its members compute something else, or have another state."""
    space, rng = SPACES.build(name, _QUICK.get(name, {})), np.random.default_rng(0)
    sizes = SIZES[name.endswith("_in")]
    members = [
        _write(space, space.sample(rng), sizes[number % len(sizes)], folder / str(number)) for number in range(count)
    ]
    found = list(zip(members, imported_alone([member.folder for member in members]), strict=True))
    equal = [one.equal and one.stages == len(member.info[0]) and one.info == member.info for member, one in found]
    state = [list(one.shapes.items()) == list(member.shapes.items()) for member, one in found]
    lines = [member.lines for member in members]
    print(f"{name:<18} {count:>7}  {sum(equal):>5}  {sum(state):>5}  {min(lines)}-{max(lines)}", flush=True)
    return sum(not (each and kept) for each, kept in zip(equal, state, strict=True))


def _write(space: Any, candidate: object, size: int, folder: Path) -> _Member:
    spec = SequenceSpec() if reads_sequences(space) else InputSpec(size=size)
    text = written_source(space, candidate, spec)
    torch.manual_seed(size)
    network: FeatureNetwork = space.build(candidate, spec, OUTPUTS)
    write_export(folder, text, network, spec)
    info = [[stage.channels for stage in network.feature_info], [stage.reduction for stage in network.feature_info]]
    return _Member(folder, text.count("\n"), shapes_of(network), info)


if __name__ == "__main__":
    sys.exit(main())
