"""Catches: an accuracy of another set, dataset, epoch or budget, costs of another head, a foreign tree read as one."""

from typing import Any

import pytest

from spaces.tables.trial_results import UNITS, records_of, records_of_all
from tests.published_files import CELL, OTHER_CELL, budgets, nasbench201_tree, trial


def test_every_run_gives_the_accuracies_of_its_last_epoch() -> None:
    records = list(records_of("architecture 0", budgets(0, CELL)))
    costs = {"params_c10_m": 0.129306, "flops_c10_m": 15.64737}
    assert [record.values for record in records] == [
        {"c10_test": 90.0, **costs},
        {"c10_test": 90.2, **costs},
        {"c10v_valid": 88.0, "c10v_test": 89.0},
        {"c100_valid": 70.5, "c100_test": 71.5},
        {"in16_valid": 44.5, "in16_test": 45.5},
        {"c10_test_e12": 60.0, **costs},
    ]
    assert {record.architecture for record in records} == {(CELL,)}
    assert all(set(record.values) <= set(UNITS) for record in records)


def test_other_datasets_and_budgets_are_passed_over() -> None:
    runs = {("svhn", 1): trial("svhn", 1, 12, {"x-test": 1.0}), ("cifar10", 1): trial("cifar10", 1, 90, {})}
    records = list(records_of("a", {"x": {"arch_str": CELL, "all_results": runs}}))
    assert [record.values for record in records] == [{}, {}]


def test_a_set_that_was_not_evaluated_is_missing() -> None:
    runs = {("cifar100", 1): trial("cifar100", 1, 200, {"x-test": 70.0})}
    (record,) = records_of("a", {"x": {"arch_str": CELL, "all_results": runs}})
    assert record.values == {"c100_test": 70.0}


def test_architectures_come_in_the_order_of_their_index() -> None:
    tree = nasbench201_tree()
    tree["arch2infos"] = dict(reversed(tree["arch2infos"].items()))
    cells = [record.architecture[0] for record in records_of_all(tree)]
    assert list(dict.fromkeys(cells)) == [CELL, OTHER_CELL]


@pytest.mark.parametrize("tree", [None, [], {}, {"arch2infos": []}, {"arch2infos": {"a": {}, 1: {}}}])
def test_foreign_trees_are_refused(tree: Any) -> None:
    with pytest.raises(ValueError, match="holds no dictionary 'arch2infos' of numbered architectures"):
        list(records_of_all(tree))


@pytest.mark.parametrize(
    "budget",
    [
        None,
        {},
        {"arch_str": CELL},
        {"arch_str": CELL, "all_results": {1: {}}},
        {"arch_str": CELL, "all_results": {("cifar10", 1): {}}},
        {"arch_str": 3, "all_results": {("cifar10", 1): trial("cifar10", 1, 12, {})}},
        {"arch_str": CELL, "all_results": {("cifar10", 1): trial("cifar10", 1, 12, {}) | {"params": None}}},
        {"arch_str": CELL, "all_results": {("cifar10", 1): trial("cifar10", 1, 12, {}) | {"epochs": []}}},
    ],
)
def test_foreign_results_are_refused(budget: Any) -> None:
    with pytest.raises(ValueError, match="architecture 5 has no results of the known form"):
        list(records_of("architecture 5", {"full": budget}))
