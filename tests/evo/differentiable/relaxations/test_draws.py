"""Catches: noise of another distribution or not finite, candidates drawn by another law, one drawn twice or at all
against -inf.
"""

import math

import pytest
import torch
from scipy import stats

from evo.differentiable.relaxations import draws
from evo.differentiable.relaxations.draws import generator_beside, gumbel, sample
from spaces import Alphas

LEVEL = 1e-6
"""How often a right law would fail one of these tests, were its seed not fixed."""


def generator_of(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_noise_is_from_the_standard_gumbel_distribution() -> None:
    drawn = gumbel(torch.empty(4000, dtype=torch.float64), generator_of())
    assert stats.kstest(drawn.numpy(), stats.gumbel_r.cdf).pvalue > LEVEL


def test_a_generator_that_is_where_parameters_are_is_taken_as_it_is() -> None:
    generator = generator_of()
    before = generator.get_state()
    assert generator_beside(Alphas({"cell": torch.ones(1, 2)}, {}), generator) is generator
    assert torch.equal(generator.get_state(), before)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_one_for_a_gpu_is_seeded_by_that_of_the_processor() -> None:
    alphas = Alphas({"cell": torch.ones(1, 2, device="cuda")}, {})
    one, same, other = (generator_beside(alphas, generator_of(seed)) for seed in (0, 0, 1))
    assert one.device.type == "cuda"
    assert one.initial_seed() == same.initial_seed() != other.initial_seed()


def test_noise_has_the_shape_and_the_type_asked_for_and_comes_from_the_generator() -> None:
    like = torch.empty(2, 3, dtype=torch.float64)
    drawn = gumbel(like, generator_of(1))
    assert (drawn.shape, drawn.dtype) == (like.shape, like.dtype)
    torch.manual_seed(5)
    assert torch.equal(gumbel(like, generator_of(1)), drawn)
    assert not torch.equal(gumbel(like, generator_of(2)), drawn)


def test_noise_that_is_not_finite_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = iter([torch.tensor([1.0, math.inf]), torch.tensor([math.nan, 1.0]), torch.tensor([2.0, 3.0])])
    monkeypatch.setattr(draws, "_gumbel", lambda like, generator: next(fakes))
    assert gumbel(torch.empty(2), generator_of()).tolist() == [2.0, 3.0]


def test_candidates_are_drawn_one_after_the_other_from_the_softmax() -> None:
    shares = torch.tensor([0.5, 0.3, 0.2, 0.0], dtype=torch.float64)
    count = 6000
    pairs = sample(shares.log().expand(count, 4), 2, generator_of()).tolist()
    for one in range(3):
        for other in set(range(3)) - {one}:
            chance = float(shares[one] * shares[other] / (1 - shares[one]))
            observed = sum(pair == [one, other] for pair in pairs)
            assert stats.binomtest(observed, count, chance).pvalue > LEVEL
    assert all(one != other and 3 not in (one, other) for one, other in pairs)


def test_no_gradient_is_kept() -> None:
    logits = torch.zeros(2, 3, requires_grad=True)
    drawn = sample(logits, 1, generator_of())
    assert (drawn.shape, drawn.requires_grad) == ((2, 1), False)
