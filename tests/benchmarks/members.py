"""Builds many members of a space: ``python -m tests.benchmarks.members --space X|all --members 200 [--set space.O=V]``.

Each is built at its space's default input, run forwards and backwards in training mode with a batch of 2, and its
stages and gradients are checked. Prints how far it is and what failed, and ends with exit code 1 where anything did.
"""

import argparse
import sys
import time
from statistics import median
from typing import Any

import torch

from spaces import SPACES, NetworkSpace, count_parameters
from spaces.conformance.case import Nonconformance, SpaceCase
from spaces.conformance.networks import OUTPUTS, check_gradients, check_stages, input_of, inputs
from tasks.foundation.command_line import parse_assignments
from tests.benchmarks.spaces import open_case


def check_member(case: SpaceCase, candidate: Any) -> int:
    """Return the parameters of a candidate's network; raises Nonconformance where it is not what it says."""
    spec = input_of(case.space)
    with case.about(candidate):
        network = case.space.build(candidate, spec, OUTPUTS).train()
        check_stages(network.forward_features(inputs(spec)), network.feature_info, spec)
        check_gradients(network, spec)
    return count_parameters(network)


def check_space(name: str, case: SpaceCase) -> int:
    """Check all members of a case, with a line for each failure and one at the end; returns how many failed."""
    params, failed, clock = [], 0, time.perf_counter()
    for candidate in case.sampled():
        try:
            params.append(check_member(case, candidate))
        except Nonconformance as broken:
            failed += 1
            print(f"  {name}: {broken}", flush=True)
    seconds = time.perf_counter() - clock
    sizes = f"parameters {min(params):,} / {int(median(params)):,} / {max(params):,}" if params else ""
    print(f"{name:<24} {len(params):>5} ok {failed:>4} failed {seconds:8.1f} s   {sizes}", flush=True)
    return failed


def main() -> int:
    """Build, check and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.members")
    parser.add_argument("--space", default="all", help="a name, module:Class, or all that are built in")
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[], dest="assignments", metavar="space.OPTION=VALUE")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    options = parse_assignments(chosen.assignments, ["space"])["space"]
    failed = 0
    for name in SPACES.builtin if chosen.space == "all" else [chosen.space]:
        case = open_case(name, options, members=chosen.members, seed=chosen.seed)
        if isinstance(case.space, NetworkSpace):
            failed += check_space(name, case)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
