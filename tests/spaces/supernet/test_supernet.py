"""Catches: an architecture parameter that an optimiser of weights gets or that state leaves out, a wrong gradient of
one, gates taken for another cell's, a derivation from something else than the given strengths, noise not in the state.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from fitness.objectives.masked_autoencoding import MaskedAutoencoding
from spaces import CellGates, Dropping, Gates, InputSpec, NetworkSpace, RelaxableSpace, Supernet, SupernetOptions
from spaces.darts.layered import LayeredDarts
from spaces.darts.space import DartsCandidate, DartsCells
from spaces.nasbench201.space import NasBench201
from spaces.supernet.gates import mixture
from spaces.supernet.supernet import GatedNetwork
from tasks import ImageBatch
from tasks.images.noise import NoiseImages

SPEC = InputSpec(3, 8)
SPACES: dict[str, Callable[[], Any]] = {
    **{
        space: lambda space=space: DartsCells(space=space, channels=2, cells=3)
        for space in ("s0", "s1", "s2", "s3", "s4")
    },
    "layered": lambda: LayeredDarts(channels=2, cells=3),
    "nasbench201": lambda: NasBench201(stem_channels=2, cells_per_stage=1),
}
SHAPES = {
    "s0": {"normal": (14, 8), "reduction": (14, 8)},
    "s1": {"normal": (14, 2), "reduction": (14, 2)},
    "s2": {"normal": (14, 2), "reduction": (14, 2)},
    "s3": {"normal": (14, 3), "reduction": (14, 3)},
    "s4": {"normal": (14, 2), "reduction": (14, 2)},
    "layered": {"cell_0": (14, 7), "cell_1": (14, 7), "cell_2": (14, 7)},
    "nasbench201": {"cell": (6, 5)},
}
EVERYTHING = SupernetOptions(portion=2, edge_alphas=True, auxiliary_skip=True, spread=1.0)

for_every_space = pytest.mark.parametrize("name", SPACES)
for_every_kind = pytest.mark.parametrize("name", ["s3", "s4", "layered", "nasbench201"])


def supernet_of(name: str = "s0", options: SupernetOptions | None = None, seed: int = 0) -> Supernet[Any]:
    torch.manual_seed(seed)
    relaxed: Supernet[Any] = SPACES[name]().relax(SPEC, 10, options or SupernetOptions(spread=1.0))
    return relaxed.double()


def images(count: int = 4) -> Tensor:
    return torch.randn(count, 3, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@for_every_kind
def test_a_space_with_a_supernet_says_so(name: str) -> None:
    space = SPACES[name]()
    assert isinstance(space, RelaxableSpace)
    assert isinstance(space, NetworkSpace)


@for_every_space
def test_every_cell_has_one_parameter_per_candidate_of_each_edge(name: str) -> None:
    supernet = supernet_of(name)
    assert {cell: tuple(values.shape) for cell, values in supernet.alphas.operations.items()} == SHAPES[name]
    assert supernet.alphas.edges == {}
    names = {cell: (len(rows), len(rows[0])) for cell, rows in supernet.candidates.items()}
    assert names == SHAPES[name]


def test_edges_have_parameters_where_asked() -> None:
    supernet = supernet_of("s0", SupernetOptions(edge_alphas=True))
    assert {name: tuple(values.shape) for name, values in supernet.alphas.edges.items()} == {
        "normal": (14,),
        "reduction": (14,),
    }
    assert len(supernet.architecture_parameters()) == 4


@for_every_kind
def test_architecture_parameters_and_weights_are_apart_and_all_there_is(name: str) -> None:
    supernet = supernet_of(name, EVERYTHING)
    architecture = {id(parameter) for parameter in supernet.architecture_parameters()}
    weights = {id(parameter) for parameter in supernet.weight_parameters()}
    assert architecture.isdisjoint(weights)
    assert architecture | weights == {id(parameter) for parameter in supernet.parameters()}
    assert {parameter.ndim for parameter in supernet.architecture_parameters()} == {1, 2}


@pytest.mark.parametrize("spread", [0.0, 1e-3, 2.0])
def test_architecture_parameters_start_with_the_spread_that_is_asked_for(spread: float) -> None:
    values = torch.cat(
        [p.flatten() for p in supernet_of(options=SupernetOptions(spread=spread)).architecture_parameters()]
    )
    assert abs(values.std() - spread) <= 0.15 * spread
    assert abs(values.mean()) <= 0.25 * spread


@for_every_kind
def test_stages_are_those_of_the_space_and_the_default_is_the_mixture(name: str) -> None:
    supernet, x = supernet_of(name, EVERYTHING), images()
    features = supernet.forward_features(x) if name != "s4" else []
    for feature, info in zip(features, supernet.feature_info, strict=bool(features)):
        assert feature.shape == (4, info.channels, 8 // info.reduction, 8 // info.reduction)
        assert feature.isfinite().all()
    assert [info.reduction for info in supernet.feature_info] == [1, 2, 4]
    assert supernet(x).shape == (4, 10)
    if features:
        again = supernet.forward_features(x, mixture(supernet.alphas, supernet.edges))
        assert all(map(torch.equal, features, again))


def loss_of(supernet: Supernet[Any], gates: Gates) -> Tensor:
    features = supernet.forward_features(images(), gates)
    return torch.stack([feature.square().mean() for feature in features]).sum()


@pytest.mark.parametrize("options", [SupernetOptions(spread=1.0), EVERYTHING], ids=["plain", "everything"])
@pytest.mark.parametrize("name", ["s3", "layered", "nasbench201"])
def test_gradients_of_architecture_parameters_are_those_of_central_differences(
    name: str, options: SupernetOptions
) -> None:
    supernet, step = supernet_of(name, options), 1e-5
    parameters = supernet.architecture_parameters()
    auxiliary = 0.3 if options.auxiliary_skip else 0.0

    def loss() -> Tensor:
        return loss_of(supernet, Gates(supernet.mixture().cells, auxiliary=auxiliary))

    gradients = torch.autograd.grad(loss(), parameters)
    generator = torch.Generator().manual_seed(2)
    for _ in range(2):
        direction = [torch.randn(p.shape, dtype=p.dtype, generator=generator) for p in parameters]
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                for parameter, along in zip(parameters, direction, strict=True):
                    parameter += sign * step * along
                values.append(float(loss()))
                for parameter, along in zip(parameters, direction, strict=True):
                    parameter -= sign * step * along
        expected = sum(float((g * along).sum()) for g, along in zip(gradients, direction, strict=True))
        assert (values[0] - values[1]) / (2 * step) == pytest.approx(expected, rel=1e-5, abs=1e-8)


def test_a_supernet_learns_in_half_precision() -> None:
    supernet = supernet_of("s0").float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        features = supernet.forward_features(images().float())
    torch.stack([feature.float().square().mean() for feature in features]).sum().backward()
    for parameter in supernet.architecture_parameters():
        assert parameter.grad is not None
        assert parameter.grad.dtype is torch.float32
        assert parameter.grad.isfinite().all()
        assert parameter.grad.abs().sum() > 0


def test_second_derivatives_exist() -> None:
    """What an exact Hessian and an exact second-order step need: gradients can be differentiated again."""
    supernet = supernet_of("s0")
    parameter = supernet.architecture_parameters()[0]
    (gradient,) = torch.autograd.grad(loss_of(supernet, supernet.mixture()), [parameter], create_graph=True)
    (row,) = torch.autograd.grad(gradient[3, 4], [parameter])
    step, values = 1e-5, []
    for sign in (1, -1):
        with torch.no_grad():
            parameter[7, 5] += sign * step
        values.append(torch.autograd.grad(loss_of(supernet, supernet.mixture()), [parameter])[0][3, 4])
        with torch.no_grad():
            parameter[7, 5] -= sign * step
    assert float(row[7, 5]) == pytest.approx(float(values[0] - values[1]) / (2 * step), rel=1e-4, abs=1e-9)


@for_every_kind
def test_state_saves_and_loads_whole(name: str) -> None:
    saved, loaded = supernet_of(name, EVERYTHING), supernet_of(name, EVERYTHING, seed=1)
    saved(images())  # moves running statistics, and noise
    state = {key: value.clone() for key, value in saved.state_dict().items()}
    assert all(isinstance(value, Tensor) for value in state.values())
    loaded.load_state_dict(state)
    for _ in range(2):
        assert torch.equal(saved(images()), loaded(images()))
    saved.eval()
    loaded.eval()
    assert torch.equal(saved(images()), loaded(images()))
    assert all(map(torch.equal, saved.architecture_parameters(), loaded.architecture_parameters()))


def test_a_supernet_is_a_function_of_torchs_seed() -> None:
    one, same, other = (supernet_of("s4", seed=seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not torch.equal(one["operation_alphas.normal"], other["operation_alphas.normal"])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, r"gates are of cells \['normal'\]"),
        ({"reduction": CellGates(torch.ones(14, 7))}, r"weights of cell 'reduction' have the shape \(14, 7\)"),
        ({"reduction": CellGates(edges=torch.ones(13))}, r"edges of cell 'reduction' have the shape \(13,\)"),
        ({"reduction": CellGates(added=torch.ones(15))}, r"added to the edges .* have the shape \(15,\)"),
        ({"reduction": CellGates(computed=[(0,)] * 13)}, "computed candidates of cell 'reduction' .* 13 edges"),
        ({"reduction": CellGates(computed=[(8,)] * 14)}, "computed candidates of cell 'reduction' are numbered 0 to 7"),
        ({"reduction": CellGates(detached=[(-1,)] * 14)}, "detached candidates of cell 'reduction' are numbered"),
    ],
)
def test_gates_of_other_cells_are_refused(changed: dict[str, CellGates], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        supernet_of()(images(), Gates({"normal": CellGates(), **changed}))


def test_what_gates_say_of_a_pass_reaches_the_edges() -> None:
    supernet, x = supernet_of("s2"), images()
    gates = supernet.mixture()

    def dropped(seed: int) -> Tensor:
        dropping = Dropping(torch.Generator().manual_seed(seed), paths=0.5)
        return supernet(x, Gates(gates.cells, dropping=dropping))  # type: ignore[no-any-return]

    assert torch.equal(dropped(0), dropped(0))
    assert not torch.equal(dropped(0), dropped(1))
    cells = {name: CellGates(cell.weights, detached=[(1,)] * 14) for name, cell in gates.cells.items()}
    supernet(x, Gates(cells)).square().sum().backward()
    learnt = {name for name, parameter in supernet.named_parameters() if parameter.grad is not None}
    assert {name for name in learnt if "sep_conv" in name} == set()
    assert all(f"operation_alphas.{name}" in learnt for name in cells)


def test_the_derived_architecture_is_that_of_the_given_strengths() -> None:
    supernet = supernet_of("nasbench201")
    strengths = torch.zeros(6, 5)
    strengths[range(6), [3, 1, 0, 4, 2, 3]] = 1
    cell = supernet.derive({"cell": strengths})
    expected = ("nor_conv_3x3", "skip_connect", "none", "avg_pool_3x3", "nor_conv_1x1", "nor_conv_3x3")
    assert cell.operations == expected
    with torch.no_grad():
        supernet.alphas.operations["cell"].copy_(3 * strengths)
    assert supernet.derive() == cell
    with pytest.raises(ValueError, match=r"strengths of cell 'cell' have the shape \(5, 6\)"):
        supernet.derive({"cell": strengths.T})
    with pytest.raises(ValueError, match="strengths are of cells"):
        supernet.derive({})


def test_the_edges_of_nasbench201_have_the_operations_of_the_benchmarks_text() -> None:
    """Edges are numbered 0->1, 0->2, 1->2, 0->3, 1->3, 2->3 in the text as in a supernet."""
    supernet, space = supernet_of("nasbench201"), NasBench201()
    assert supernet.edges == ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
    strengths = torch.zeros(6, 5)
    strengths[1, 3] = strengths[2, 2] = 1
    text = space.encode(supernet.derive({"cell": strengths}))
    assert text == "|none~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|none~0|none~1|none~2|"


def test_darts_derives_without_none_and_by_the_edge_too() -> None:
    supernet = supernet_of("s3", SupernetOptions(spread=0.0, edge_alphas=True))
    with torch.no_grad():
        for cell in ("normal", "reduction"):
            supernet.alphas.operations[cell][:, 0] = 5.0  # none
            supernet.alphas.operations[cell][3, 2] = 1.0  # sep_conv_3x3 from state 1 to node 3
        supernet.alphas.edges["normal"][4] = 9.0  # from state 2 to node 3
    derived = supernet.derive()
    assert isinstance(derived, DartsCandidate)
    skip, conv = "skip_connect", "sep_conv_3x3"
    assert derived.reduction[1] == ((skip, 0), (conv, 1))
    assert derived.normal[1] == ((conv, 1), (skip, 2))
    assert derived.normal[0] == derived.reduction[3] == ((skip, 0), (skip, 1))


def test_a_gated_network_is_the_supernet_under_its_gates() -> None:
    supernet, x = supernet_of("s2"), images()
    gates = Gates({name: CellGates(computed=[(1,)] * 14) for name in ("normal", "reduction")})
    network = GatedNetwork(supernet, gates)
    assert all(map(torch.equal, network.forward_features(x), supernet.forward_features(x, gates)))
    assert torch.equal(network(x), supernet(x, gates))
    assert network.feature_info == supernet.feature_info
    network.gates = None
    assert torch.equal(network(x), supernet(x))


@pytest.mark.parametrize("remask", ["none", "sparse"])
def test_an_objective_trains_a_gated_network_that_it_knows_nothing_of(remask: Any) -> None:
    supernet = supernet_of("s0").float()
    objective = MaskedAutoencoding(source=NoiseImages(8), remask=remask)
    head = objective.head(supernet.feature_info)
    batch = objective.prepare(ImageBatch(images().float()), torch.Generator().manual_seed(0))
    network = GatedNetwork(supernet, supernet.mixture())
    loss = objective.loss(objective.encode(network, batch), head, batch)
    gradients = torch.autograd.grad(loss, supernet.architecture_parameters())
    assert all(gradient.any() for gradient in gradients)


def test_copies_compute_the_same_and_learn_apart() -> None:
    """What BYOL makes of the network that it is given, and what an unrolled step may."""
    network, x = GatedNetwork(supernet_of("s2")), images()
    copied = copy.deepcopy(network)
    assert torch.equal(copied(x), network(x))
    with torch.no_grad():
        for parameter in copied.supernet.architecture_parameters():
            parameter += torch.arange(2.0)
    assert not torch.equal(copied(x), network(x))
    with torch.no_grad():
        for parameter in network.supernet.architecture_parameters():
            parameter += torch.arange(2.0)
    assert torch.equal(copied(x), network(x))


def test_a_portion_that_leaves_a_rest_is_refused() -> None:
    with pytest.raises(ValueError, match="2 channels cannot be divided into portions of 1 / 4"):
        supernet_of("s0", SupernetOptions(portion=4))
    with pytest.raises(ValueError, match="2 channels cannot be divided"):
        supernet_of("nasbench201", SupernetOptions(portion=4))
