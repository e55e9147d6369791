"""Catches: paths to train weights that the parameters sway, parameters trained on anything but the mixture, a judgement
or a derivation of anything but the strongest.
"""

from collections import Counter

import torch
from scipy import stats

from evo.differentiable.relaxations.base import Level
from evo.differentiable.relaxations.likeliest_architectures import likeliest_architectures
from evo.differentiable.relaxations.setn import Setn
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas
from spaces.supernet.gates import mixture, single_paths
from tests.evo.differentiable.small_supernets import begun, pass_of, plain


def test_weights_are_trained_on_uniform_paths() -> None:
    count, alphas = 4000, torch.tensor([5.0, 0.0, 0.0, -5.0])
    gates = Setn().gates(Alphas({"cell": alphas.repeat(count, 1)}, {}), pass_of(Level.WEIGHTS))
    assert gates.cells["cell"].weights is None
    observed = Counter(tuple(numbers) for numbers in gates.cells["cell"].computed or ())
    assert set(observed) == {(0,), (1,), (2,), (3,)}
    assert stats.chisquare(list(observed.values())).pvalue > 1e-6


def test_architecture_parameters_are_trained_on_the_mixture() -> None:
    variant = Setn()
    supernet = begun(variant, "nasbench201")
    found = plain(variant.gates(supernet.alphas, pass_of(Level.ARCHITECTURE)))
    assert found == plain(mixture(supernet.alphas, supernet.edges))


def test_finalists_are_as_many_of_the_likeliest_as_asked_and_one_is_none() -> None:
    variant = Setn(finalists=7)
    supernet = begun(variant, "nasbench201")
    assert variant.finalists(supernet) == likeliest_architectures(supernet, 7)
    assert len(Setn().finalists(supernet)) == 100  # as published
    assert not Setn(finalists=1).finalists(supernet)


def test_judged_and_derived_are_the_strongest_operations() -> None:
    variant = Setn()
    supernet = begun(variant, "nasbench201")
    judged = plain(variant.gates(supernet.alphas, pass_of(Level.JUDGING)))
    assert judged == plain(single_paths(strongest_paths(supernet, supernet.alphas)))
    assert judged == plain(supernet.gates_of(variant.derive(supernet)))
