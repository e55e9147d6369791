"""Catches: another member or weight than the paper's, an option that does not reach the consensus it stands for."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness import FITNESSES, Reference, ScoredSample
from fitness.consensus.az_nas import MEMBERS, AzNasFitness
from fitness.consensus.fitness import ConsensusFitness
from tasks import UsageError
from tests.tiny import TinyNetworks

PAPER = "az_expressivity,az_progressivity,az_trainability,macs"


def test_it_is_the_consensus_of_the_papers_four_scores() -> None:
    assert ",".join(MEMBERS) == PAPER
    spelled = FITNESSES.resolve("consensus", {"members": PAPER, "weights": "equal"})
    assert FITNESSES.resolve("az_nas", {}) == spelled


@pytest.mark.parametrize(
    "options", [{"reference_seed": 3}, {"reference_size": 9}, {"members": "params,synflow"}, {"weights": [1, 2, 3, 4]}]
)
def test_options_are_those_of_consensus(options: dict[str, Any]) -> None:
    ours, plain = AzNasFitness(**options), ConsensusFitness(**{"members": PAPER, "weights": "equal", **options})
    assert ours.reference_request(TinyNetworks()) == plain.reference_request(TinyNetworks())
    for fitness in (ours, plain):
        fitness.take_reference(reference_of(fitness))
    assert ours.final_weights() == plain.final_weights()


def test_a_panel_is_handed_on(panel_of: Callable[[Sequence[float]], Path]) -> None:
    panel = str(panel_of([1, 2, 3, 4, 5, 6, 7, 8, 9]))
    assert len(AzNasFitness(panel=panel, metric="accuracy").reference_request(TinyNetworks()).given) == 9
    with pytest.raises(UsageError, match="colour"):
        AzNasFitness(panel=panel, metric="colour")
    with pytest.raises(UsageError, match="lower_is_better"):
        AzNasFitness(lower_is_better=True)


def reference_of(fitness: ConsensusFitness) -> Reference:
    """Return a reference of nine tiny networks whose members all agree."""
    labels = [member.label for member in fitness.reference_request(TinyNetworks()).members]
    none, nine = np.zeros(0), np.arange(9.0)
    drawn = ScoredSample(tuple("123456789"), dict.fromkeys(labels, nine), nine, nine)
    return Reference(drawn, ScoredSample((), dict.fromkeys(labels, none), none, none))
