"""Catches: a variant or a space whose networks do not begin with the features of their supernet: an operation, a
normalisation, a bias or a state of noise that is left behind, statistics that are not measured under the candidate.
"""

import pytest

from evo.retraining.running_statistics import measure_statistics
from spaces import GatedNetwork, build_options, inherit
from tests.benchmarks.inherited_start import (
    CLASSES,
    MEASURED,
    PAIRS,
    SPACES,
    SPEC,
    differences,
    drawn,
    images,
    relative_difference,
    relaxation_of,
    trained_supernet,
)

MOST = 1e-5  # relative


@pytest.mark.parametrize(("name", "variant"), PAIRS)
def test_a_network_begins_with_the_features_of_its_supernet(name: str, variant: str) -> None:
    space = SPACES[name]()
    supernet = trained_supernet(space, relaxation_of(variant), seed=1)
    candidate = drawn(supernet, seed=PAIRS.index((name, variant)))
    found = differences(space, supernet, candidate, build_options(space))
    assert found.training <= MOST
    assert found.evaluation <= MOST


def test_cells_with_pooling_do_not_where_they_are_built_as_darts_evaluates_them() -> None:
    space = SPACES["s0"]()
    supernet = trained_supernet(space, relaxation_of("darts"), seed=1)
    candidate = drawn(supernet, 1)
    for nodes in (candidate.normal, candidate.reduction):
        operations = {operation for node in nodes for operation, _ in node}
        assert any("pool" in operation for operation in operations)
    assert differences(space, supernet, candidate, {}).training > 0.05


def test_statistics_as_the_supernet_left_them_are_of_no_candidate() -> None:
    space = SPACES["s0"]()
    supernet = trained_supernet(space, relaxation_of("darts"), seed=1)
    candidate = drawn(supernet, 1)
    network = space.build(candidate, SPEC, CLASSES, **build_options(space))
    inherit(supernet, candidate, network)
    gated = GatedNetwork(supernet, supernet.gates_of(candidate))
    assert relative_difference(gated.eval(), network.eval(), images(3)) <= MOST  # both as they were
    measure_statistics(gated, images(2, MEASURED))
    assert relative_difference(gated, network, images(3)) > 0.05
