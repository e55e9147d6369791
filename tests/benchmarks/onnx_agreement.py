"""Whether members of spaces agree with their ONNX files: ``python -m tests.benchmarks.onnx_agreement [--spaces a,b]``.

Prints a line per network space: members exported, the worst of their differences (largest difference of outputs over
largest output, at two sizes of batches), and how many were refused for which reason. Networks have freshly drawn
weights and the statistics of a batch of noise, without which deep ones have the same outputs for all inputs. Skeletons
are the small ones of the tests unless ``--own-size`` is given; ``--format torch-export`` compares loaded programs.

Spaces take turns, a member each, and every member is a line of ``--results FILE`` as soon as it is known: the same
command goes on from there.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from torch import nn

from evo.exporting.agreement import Agreement, Spec, probes
from evo.exporting.onnx_file import onnx_of
from evo.exporting.torch_program import pt2_of
from evo.retraining.running_statistics import take_statistics
from fitness import seeded
from spaces import SPACES, InputSpec, NetworkSpace, PreparedSpace, draw_distinct
from spaces.conformance.networks import OUTPUTS, input_of
from tasks.foundation.errors import UsageError
from tests.small_spaces import small_space

BATCH = 16


@dataclass(frozen=True)
class Result:
    """What came of a member: largest difference over largest output, or why it was refused."""

    difference: float | None
    refused: str | None = None


Results = dict[tuple[str, int], Result]
"""By space and number of the member."""
EXPORTERS: dict[str, Callable[[nn.Module, Spec], Agreement]] = {
    "onnx": lambda network, spec: onnx_of(network, spec, {})[1],
    "torch-export": lambda network, spec: pt2_of(network, spec, {})[1],
}


def settled_network(space: Any, candidate: Any, seed: int) -> tuple[nn.Module, Spec]:
    """Return a candidate's network in evaluation mode, with statistics of a batch of noise, and what it reads."""
    spec = input_of(space)
    with seeded(seed):
        network = space.build(candidate, spec, OUTPUTS)
    if isinstance(spec, InputSpec):
        take_statistics(network, probes(spec, (BATCH,)))
    return network.eval(), spec


def opened(name: str, *, own_size: bool) -> Any:
    """Return a built-in space, prepared where it asks for that."""
    space = SPACES.build(name, {}) if own_size else small_space(name)
    if isinstance(space, PreparedSpace):
        with TemporaryDirectory() as folder:
            space.prepare(Path(folder))
    return space


def measure(space: Any, candidate: Any, seed: int, exporter: str) -> Result:
    """Return the difference of a member, or the reason why it was refused, without what is its own."""
    network, spec = settled_network(space, candidate, seed)
    try:
        return Result(EXPORTERS[exporter](network, spec).difference)
    except UsageError as refused:
        return Result(None, re.sub(r"\d+", "N", re.sub(r"\(.*?\)", "(...)", str(refused))))


def measure_missing(spaces: Mapping[str, Any], chosen: argparse.Namespace, found: Results) -> None:
    """Measure the members that ``found`` lacks, one of each space after the other, and keep them in the file."""
    drawn = {
        name: draw_distinct(space, chosen.members, np.random.default_rng(chosen.seed)) for name, space in spaces.items()
    }
    for number in range(chosen.members):
        for name, candidates in drawn.items():
            if (name, number) in found or number >= len(candidates):
                continue
            found[name, number] = measure(spaces[name], candidates[number], number, chosen.format)
            if chosen.results:
                with chosen.results.open("a") as file:
                    file.write(json.dumps({"space": name, "number": number, **asdict(found[name, number])}) + "\n")


def stored(path: Path | None) -> Results:
    """Return what a former call has left in a file."""
    lines = path.read_text().splitlines() if path and path.exists() else []
    rows = map(json.loads, lines)
    return {(row["space"], row["number"]): Result(row["difference"], row["refused"]) for row in rows}


def line(name: str, found: Sequence[Result]) -> str:
    """Return a space's line: members exported, worst difference, refused and why."""
    exported = [one.difference for one in found if one.difference is not None]
    reasons = Counter(one.refused for one in found if one.refused is not None)
    worst = f"{max(exported):.1e}" if exported else "-"
    refused = "; ".join(f"{count} refused: {reason}" for reason, count in reasons.items())
    return f"{name:<24} {len(exported):>3} of {len(found):>3} exported, worst {worst:>8}  {refused}".rstrip()


def main() -> None:
    """Export, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.onnx_agreement")
    parser.add_argument("--spaces", default=",".join(SPACES.builtin), help="names, separated by commas")
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", default="onnx", choices=EXPORTERS)
    parser.add_argument("--own-size", action="store_true", help="the spaces' own skeletons, not the tests' small ones")
    parser.add_argument("--results", type=Path, metavar="FILE", help="where members are kept, a line of JSON each")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    opening = {name: opened(name, own_size=chosen.own_size) for name in chosen.spaces.split(",")}
    spaces = {name: space for name, space in opening.items() if isinstance(space, NetworkSpace)}
    found = stored(chosen.results)
    measure_missing(spaces, chosen, found)
    for name in spaces:
        print(line(name, [one for (space, _), one in sorted(found.items()) if space == name]), flush=True)


if __name__ == "__main__":
    main()
