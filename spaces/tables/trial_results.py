"""Turns the results that NAS-Bench-201 and NATS-Bench keep of an architecture into measurements.

Per training budget an architecture has ``arch_str`` and ``all_results``: ``(dataset, seed)`` -> a run with ``epochs``,
``params`` and ``flop`` (both in millions) and ``eval_acc1es``: ``"SET@EPOCH"`` -> accuracy in %, epochs from 0.
Datasets: ``cifar10-valid`` is trained on half of CIFAR-10's training images, ``cifar10`` on all of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from spaces.tables.published import PublishedRun

SUFFIXES = {200: "", 12: "_e12"}  # of the columns of a budget, by its epochs
_SETS = {
    "cifar10": {"c10_test": "ori-test"},
    "cifar10-valid": {"c10v_valid": "x-valid", "c10v_test": "ori-test"},
    "cifar100": {"c100_valid": "x-valid", "c100_test": "x-test"},
    "ImageNet16-120": {"in16_valid": "x-valid", "in16_test": "x-test"},
}
_COSTS = {"params_c10_m": "params", "flops_c10_m": "flop"}  # of the network for CIFAR-10's ten classes
UNITS = {
    **{
        f"{column}{suffix}": f"% after {epochs} epochs, mean of seeds"
        for epochs, suffix in SUFFIXES.items()
        for columns in _SETS.values()
        for column in columns
    },
    "params_c10_m": "million",
    "flops_c10_m": "million multiply-adds",
}


def records_of(place: str, budgets: Any) -> Iterator[PublishedRun]:
    """Yield one record per run of an architecture, of whatever budget; raises ValueError for anything else.

    budgets: name of a budget -> results.
    """
    try:
        for results in budgets.values():
            for (dataset, _), run in results["all_results"].items():
                yield PublishedRun(place, (_text(results["arch_str"]),), _values(dataset, run))
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"{place} has no results of the known form ({type(error).__name__}: {error})") from error


def _values(dataset: str, run: Mapping[str, Any]) -> dict[str, float]:
    epochs = run["epochs"]
    if dataset not in _SETS or epochs not in SUFFIXES:
        return {}
    accuracies = run["eval_acc1es"]
    keys = {f"{column}{SUFFIXES[epochs]}": f"{name}@{epochs - 1}" for column, name in _SETS[dataset].items()}
    values = {column: float(accuracies[key]) for column, key in keys.items() if key in accuracies}
    return {**values, **_costs(run)} if dataset == "cifar10" else values


def _costs(run: Mapping[str, Any]) -> dict[str, float]:
    return {column: float(run[name]) for column, name in _COSTS.items()}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"an architecture's text is a {type(value).__name__}")
    return value


def records_of_all(tree: Any) -> Iterator[PublishedRun]:
    """Yield the records of a benchmark's one big dictionary in the order of its indices; raises ValueError."""
    infos = tree.get("arch2infos") if isinstance(tree, dict) else None
    if not isinstance(infos, dict) or not all(isinstance(index, int) for index in infos):
        raise ValueError("holds no dictionary 'arch2infos' of numbered architectures")
    for index in sorted(infos):
        yield from records_of(f"architecture {index}", infos.pop(index))
