"""Catches: a key that tells apart what is one cell, networks of equal keys with other weights, wrong widths, a size
counted wrongly, a graph that loses nodes, operations, roles or the order of operands.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from spaces import SPACES, Complexity, SequenceSpec, candidate_key, count_complexity, count_parameters, reads_sequences
from spaces.nasbench_nlp.space import NasBenchNlp
from tests.spaces.reference_cells import GRU, LSTM, RNN

SMALL = NasBenchNlp(emsize=4, nhid=6)
SWAPPED = "h_new_0=activation_tanh(g);g=linear(h_prev_0,x)"


def test_it_reads_sequences() -> None:
    assert reads_sequences(SMALL)


def test_names_and_order_are_kept_in_the_text_and_do_not_matter_to_the_key() -> None:
    one, other = SMALL.decode(RNN), SMALL.decode(SWAPPED)
    assert (SMALL.encode(one), SMALL.encode(other)) == (RNN, SWAPPED)
    assert candidate_key(SMALL, one) == candidate_key(SMALL, other)
    assert SMALL.key(SMALL.decode(SMALL.key(other))) == SMALL.key(one)
    assert SMALL.key(SMALL.decode(GRU)) != SMALL.key(one)


def test_recipes_are_read_and_written() -> None:
    recipe = '{"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}}'
    assert SMALL.from_recipe(recipe) == SMALL.decode(RNN)
    assert SMALL.to_recipe(SMALL.decode(RNN)) == recipe


def test_equal_keys_have_equal_networks() -> None:
    def output(text: str) -> torch.Tensor:
        torch.manual_seed(3)
        network: torch.nn.Module = SMALL.build(SMALL.decode(text), SequenceSpec(5, 2), 3).eval()
        return network(torch.ones(2, 1, 5))

    nodes = "a=linear(x,h_prev_0);b=linear(x,h_prev_0);p=activation_tanh(a);q=activation_sigm(b);"
    one, other = f"{nodes}h_new_0=elementwise_sum(p,q)", f"{nodes}h_new_0=elementwise_sum(q,p)"
    assert SMALL.key(SMALL.decode(one)) == SMALL.key(SMALL.decode(other))
    assert torch.equal(output(one), output(other))
    assert not torch.equal(output(RNN), output(RNN.replace("tanh", "sigm")))


def test_the_size_of_an_rnn_by_hand() -> None:
    # encoder 5 -> 4, layers 4 -> 6 -> 6 -> 4, decoder 4 -> 3; multiply-adds of 2 steps, without biases
    weights = 5 * 4 + (4 * 6 + 6 * 6) + (6 * 6 + 6 * 6) + (6 * 4 + 4 * 4) + 4 * 3
    counted = count_complexity(SMALL, SMALL.decode(RNN), SequenceSpec(width=5, length=2), 3)
    assert counted == Complexity(params=weights + 4 + 6 + 6 + 4 + 3, macs=2 * weights)


@pytest.mark.parametrize("text", [LSTM, GRU])
def test_counted_parameters_are_those_of_the_network(text: str) -> None:
    cell = SMALL.decode(text)
    counted = count_complexity(SMALL, cell, SequenceSpec(), 64)
    assert counted.params == count_parameters(SMALL.build(cell, SequenceSpec(), 64))


@pytest.mark.parametrize("seed", range(5))
def test_sampled_and_mutated_cells_train(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cell = SMALL.mutate(SMALL.sample(rng), rng)
    network = SMALL.build(cell, SequenceSpec(5, 4), 3)
    network(torch.randn(4, 2, 5)).square().sum().backward()
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    assert gradients
    assert all(gradient.isfinite().all() for gradient in gradients)


@pytest.mark.parametrize(("dropout", "drops"), [("ptb", True), ("wikitext2", True), ("none", False)])
def test_dropout_is_chosen_by_name(dropout: Any, drops: bool) -> None:
    network = NasBenchNlp(emsize=20, nhid=20, dropout=dropout).build(SMALL.decode(GRU), SequenceSpec(), 3)
    x = torch.ones(8, 2, 64)
    assert torch.equal(network(x), network(x)) != drops


def test_recurrent_weights_can_be_frozen() -> None:
    for frozen in (False, True):
        network = NasBenchNlp(emsize=4, nhid=6, frozen_recurrent=frozen).build(SMALL.decode(RNN), SequenceSpec(), 3)
        fixed = [parameter for parameter in network.parameters() if not parameter.requires_grad]
        assert len(fixed) == (3 if frozen else 0)


@pytest.mark.parametrize("option", ["dropout", "mutation"])
def test_an_unknown_choice_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match=f"unknown {option} 'foo'"):
        NasBenchNlp(**{option: "foo"})


@pytest.mark.parametrize("option", ["emsize", "nhid"])
def test_a_network_without_width_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match=f"{option} is 0; at least 1"):
        NasBenchNlp(**{option: 0})


@pytest.mark.parametrize(
    ("spec", "outputs", "message"),
    [
        (SequenceSpec(0, 8), 3, "width is 0"),
        (SequenceSpec(5, 0), 3, "length is 0"),
        (SequenceSpec(5, 8), 0, "num_outputs is 0"),
    ],
)
def test_an_impossible_input_or_output_is_refused(spec: SequenceSpec, outputs: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SMALL.build(SMALL.decode(RNN), spec, outputs)


def test_the_graph_is_the_cells() -> None:
    assert set(SMALL.to_graph(SMALL.decode(RNN))) == {"x", "h_prev_0", *(node.name for node in SMALL.decode(RNN).nodes)}


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> NasBenchNlp:
    space = NasBenchNlp(pool=60, pool_seed=5)
    space.prepare(tmp_path_factory.mktemp("run"))
    return space


def test_a_prepared_space_samples_and_mutates_within_its_pool(pooled: NasBenchNlp) -> None:
    rng = np.random.default_rng(0)
    parents = [pooled.sample(rng) for _ in range(200)]
    members = {pooled.encode(parent) for parent in parents}
    assert 40 < len(members) <= 60
    children = {pooled.encode(pooled.mutate(parent, rng)) for parent in parents}
    assert len(children | members) <= 60
    assert all(pooled.encode(pooled.mutate(parent, rng)) != pooled.encode(parent) for parent in parents[:40])


def test_a_cell_from_outside_the_pool_has_neighbours_in_it_too(pooled: NasBenchNlp) -> None:
    rng = np.random.default_rng(1)
    child = pooled.mutate(pooled.decode(GRU), rng)
    assert pooled.key(child) != pooled.key(pooled.decode(GRU))
    assert pooled.key(child) == pooled.encode(child)


def test_another_process_reads_the_pool_from_the_folder(tmp_path: Path) -> None:
    first, second = NasBenchNlp(pool=20), NasBenchNlp(pool=20)
    first.prepare(tmp_path)
    (written,) = tmp_path.iterdir()
    before = written.stat().st_mtime_ns
    second.prepare(tmp_path)
    assert written.stat().st_mtime_ns == before
    parent = first.sample(np.random.default_rng(2))
    assert first.mutate(parent, np.random.default_rng(3)) == second.mutate(parent, np.random.default_rng(3))


def test_local_mutation_prepares_nothing(tmp_path: Path) -> None:
    NasBenchNlp(mutation="local").prepare(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_published_embedding_takes_the_place_of_the_pool(tmp_path: Path) -> None:
    cells = {"7": RNN, "8": GRU, "9": LSTM}
    rows = [f'{name},"{quoted(SMALL.to_recipe(SMALL.decode(text)))}"' for name, text in cells.items()]
    (tmp_path / "recipes.csv").write_text("recepie_id,recepie\n" + "\n".join(rows) + "\n")
    (tmp_path / "embedding.csv").write_text("recepie_id,v00,v01\n7,0,5\n8,5,0\n9,-5,0\n10,9,9\n")
    files = {name: str(tmp_path / f"{name}.csv") for name in ("embedding", "recipes")}
    space = NasBenchNlp(**SPACES.resolve("nasbench_nlp", files))
    space.prepare(tmp_path / "nowhere")
    rng = np.random.default_rng(0)
    assert {space.key(space.sample(rng)) for _ in range(50)} == {
        SMALL.key(SMALL.decode(text)) for text in cells.values()
    }


def test_files_are_kept_by_their_full_path() -> None:
    settled = SPACES.resolve("nasbench_nlp", {"embedding": "e.csv", "recipes": "r.csv"})
    assert (settled["embedding"], settled["recipes"]) == (str(Path("e.csv").absolute()), str(Path("r.csv").absolute()))
    assert SPACES.resolve("nasbench_nlp", {})["embedding"] == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [({"pool": 1}, "pool is 1"), ({"embedding": "x.csv"}, "needs both"), ({"recipes": "x"}, "both")],
)
def test_a_pool_that_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NasBenchNlp(**options)


def quoted(text: str) -> str:
    return text.replace('"', '""')
