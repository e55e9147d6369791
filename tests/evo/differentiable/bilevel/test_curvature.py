"""Catches: the eigenvalue of largest size taken for the largest one, a Hessian without the parameters that the loss
does not depend on, Lanczos' method that stops early, loses its basis, or differs from the whole matrix.
"""

import math
from typing import Any
from unittest.mock import Mock

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from evo.differentiable.bilevel.curvature import dominant_eigenvalue
from evo.differentiable.bilevel.pass_state import Loss, PassState
from tests.tiny_supernet import TinySupernet

LANCZOS = 0  # values in parameters up to which the whole Hessian is computed

EIGENVALUES = st.one_of(st.floats(-10, 10), st.floats(-10, -0.1), st.sampled_from([-1.0, 0.0, 2.0]))
SPECTRA = st.lists(EIGENVALUES.map(lambda value: round(value, 9)), min_size=2, max_size=8)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def quadratic(spectrum: list[float], seed: int = 0) -> tuple[Loss, list[Tensor]]:
    """Return a loss of two parameters whose Hessian has these eigenvalues and no others."""
    size = len(spectrum)
    turned, _ = torch.linalg.qr(torch.randn(size, size, dtype=torch.float64, generator=seeded(seed)))
    matrix = turned @ torch.diag(torch.tensor(spectrum, dtype=torch.float64)) @ turned.T
    row, rest = torch.ones(1, 1).double().requires_grad_(), torch.ones(size - 1).double().requires_grad_()

    def loss() -> Tensor:
        x = torch.cat([row.flatten(), rest])
        return torch.dot(x, matrix @ x) / 2 + x.sum()

    return loss, [row, rest]


@settings(max_examples=60)
@given(spectrum=SPECTRA, seed=st.integers(0, 2**16), exact_up_to=st.sampled_from([LANCZOS, 512]))
def test_a_quadratic_form_has_the_largest_of_its_eigenvalues(
    spectrum: list[float], seed: int, exact_up_to: int
) -> None:
    loss, parameters = quadratic(spectrum, seed)
    found = dominant_eigenvalue(loss, parameters, generator=seeded(seed), exact_up_to=exact_up_to)
    assert found == pytest.approx(max(spectrum), abs=1e-5 * max(map(abs, spectrum)))


@pytest.mark.parametrize("exact_up_to", [LANCZOS, 512])
@pytest.mark.parametrize(
    ("spectrum", "largest"),
    [
        ([-9.0, -5.0, -0.25], -0.25),
        ([-9.0, 1.0, 1.0, 1.0], 1.0),
        ([3.0] * 5, 3.0),
        ([0.0] * 4, 0.0),
        ([0.0, 0.0, -2.0], 0.0),
    ],
    ids=["all_negative", "degenerate", "one_value", "zero", "zero_and_negative"],
)
def test_signs_and_repeated_eigenvalues(spectrum: list[float], largest: float, exact_up_to: int) -> None:
    loss, parameters = quadratic(spectrum)
    found = dominant_eigenvalue(loss, parameters, generator=seeded(), exact_up_to=exact_up_to)
    assert isinstance(found, float)
    assert found == pytest.approx(largest, abs=1e-12)


@pytest.mark.parametrize("exact_up_to", [LANCZOS, 512])
def test_what_the_loss_does_not_depend_on_are_rows_of_zeros(exact_up_to: int) -> None:
    loss, parameters = quadratic([-2.0, -1.0])
    spare = torch.ones(3, requires_grad=True)

    def found(loss: Loss, parameters: list[Tensor]) -> float:
        return dominant_eigenvalue(loss, parameters, generator=seeded(), exact_up_to=exact_up_to)

    assert found(loss, parameters) == pytest.approx(-1, abs=1e-12)
    assert found(loss, [spare, *parameters]) == pytest.approx(0, abs=1e-12)
    assert found(lambda: loss() + spare.sum(), [spare, *parameters]) == pytest.approx(0, abs=1e-12)
    assert found(lambda: spare.sum(), [spare]) == 0
    assert found(lambda: torch.tensor(1.0), [spare]) == 0


def test_derivatives_across_parameters_count() -> None:
    a, b = (torch.ones(1, dtype=torch.float64, requires_grad=True) for _ in range(2))
    # the Hessian of 3ab is [[0, 3], [3, 0]]
    assert dominant_eigenvalue(lambda: (3 * a * b).sum(), [a, b], generator=seeded()) == pytest.approx(3, abs=1e-12)


def test_lanczos_finds_in_a_supernet_what_the_whole_hessian_has() -> None:
    problem, rounded = TinySupernet(), TinySupernet(torch.float32)
    exact = dominant_eigenvalue(problem.validation, problem.architecture, generator=seeded())
    found = dominant_eigenvalue(problem.validation, problem.architecture, generator=seeded(), exact_up_to=29)
    limits: Any = {"exact_up_to": LANCZOS, "tolerance": 1e-4}
    in_float32 = dominant_eigenvalue(rounded.validation, rounded.architecture, generator=seeded(), **limits)
    assert exact > 0
    assert found == pytest.approx(exact, rel=1e-6)
    assert found != exact  # not by the same way
    assert in_float32 == pytest.approx(exact, rel=1e-3)


def test_a_supernet_is_left_as_it_was() -> None:
    problem = TinySupernet()
    before = problem.state()
    loss = PassState(problem.network).repeatable(problem.validation)
    dominant_eigenvalue(loss, problem.architecture, generator=seeded(), exact_up_to=LANCZOS, most_products=2)
    assert problem.is_in(before)
    assert all(parameter.grad is None for parameter in problem.network.parameters())


def test_more_products_come_closer_from_below() -> None:
    loss, parameters = quadratic([float(value) for value in range(40)])

    def found(products: int) -> float:
        limits: Any = {"exact_up_to": LANCZOS, "most_products": products}
        return dominant_eigenvalue(loss, parameters, generator=seeded(), **limits)

    values = [found(products) for products in (1, 2, 4, 8, 16)]
    assert values == sorted(values)
    assert values[0] < values[-1] <= 39
    assert found(40) == pytest.approx(39, abs=1e-9)


def test_a_smallest_eigenvalue_that_is_known_first_ends_nothing() -> None:
    loss, parameters = quadratic([-100.0, *(number / 200 for number in range(201))])
    found = dominant_eigenvalue(loss, parameters, generator=seeded(), exact_up_to=LANCZOS)
    assert found == pytest.approx(1, abs=1e-4)


def test_the_tolerance_is_relative_to_the_largest_size() -> None:
    loss, parameters = quadratic([float(value) for value in range(40)])

    def found(factor: float) -> float:
        limits: Any = {"exact_up_to": LANCZOS, "tolerance": 1e-2}
        return dominant_eigenvalue(lambda: factor * loss(), parameters, generator=seeded(), **limits) / factor

    assert found(1e-6) == pytest.approx(found(1.0), rel=1e-9)
    assert found(1.0) == pytest.approx(39, abs=1e-2 * 39)
    assert abs(found(1.0) - 39) > 1e-9


def test_one_product_is_the_quotient_of_the_vector_drawn_and_below_a_limit_all_are_made() -> None:
    loss, parameters = quadratic([1.0, 4.0, 9.0])

    def found(exact_up_to: int) -> float:
        limits: Any = {"exact_up_to": exact_up_to, "most_products": 1}
        return dominant_eigenvalue(loss, parameters, generator=seeded(3), **limits)

    drawn = torch.randn(3, dtype=torch.float64, generator=seeded(3))
    turned, _ = torch.linalg.qr(torch.randn(3, 3, dtype=torch.float64, generator=seeded()))
    shares = (turned.T @ drawn).square() / drawn.square().sum()
    assert found(2) == pytest.approx(float(shares @ torch.tensor([1.0, 4.0, 9.0]).double()), rel=1e-12)
    assert found(3) == pytest.approx(9, rel=1e-12)


def test_the_end_of_a_wide_spectrum_takes_one_pass_and_few_products(monkeypatch: pytest.MonkeyPatch) -> None:
    form, parameters = quadratic([-1 / (1 + number) for number in range(300)] + [5.0, 4.9])
    loss = Mock(side_effect=form)
    derivatives = Mock(side_effect=torch.autograd.grad)
    monkeypatch.setattr(torch.autograd, "grad", derivatives)
    found = dominant_eigenvalue(loss, parameters, generator=seeded(), exact_up_to=LANCZOS)
    assert found == pytest.approx(5, abs=1e-5)
    assert loss.call_count == 1
    assert derivatives.call_count < 40


@pytest.mark.parametrize("exact_up_to", [LANCZOS, 512])
def test_a_hessian_that_is_not_finite_has_no_eigenvalue(exact_up_to: int) -> None:
    loss, parameters = quadratic([1.0, 2.0])
    found = dominant_eigenvalue(lambda: loss() * math.inf, parameters, generator=seeded(), exact_up_to=exact_up_to)
    assert math.isnan(found)


@pytest.mark.parametrize("options", [{"tolerance": 0.0}, {"tolerance": math.nan}, {"most_products": 0}])
def test_limits_out_of_range_are_refused(options: Any) -> None:
    loss, parameters = quadratic([1.0, 2.0])
    with pytest.raises(ValueError, match="all must be above 0"):
        dominant_eigenvalue(loss, parameters, generator=seeded(), **options)


def test_no_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="0 values in parameters"):
        dominant_eigenvalue(lambda: torch.tensor(1.0), [], generator=seeded())
