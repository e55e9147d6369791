"""Catches: values of before a step that are taken for those of after it; a copy for every pass, or for every cell; a
gradient through a copy; a copy that moves with its parameter.
"""

import pytest
import torch

from evo.differentiable.relaxations import known_values
from evo.differentiable.relaxations.known_values import KnownValues, moved


def parameters() -> dict[str, torch.Tensor]:
    return {
        "a": torch.arange(6.0).reshape(2, 3).requires_grad_(),
        "b": torch.arange(4.0).reshape(2, 2).requires_grad_(),
    }


def test_values_are_those_of_each_cell_and_stay_as_they_were() -> None:
    given, known = parameters(), KnownValues()
    found = known.of(given)
    assert {name: values.tolist() for name, values in found.items()} == {
        "a": [[0, 1, 2], [3, 4, 5]],
        "b": [[0, 1], [2, 3]],
    }
    with torch.no_grad():
        given["a"].add_(1)
    assert found["a"][0, 0] == 0
    assert not any(values.requires_grad for values in found.values())
    assert KnownValues().of({}) == {}


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.SGD])
@pytest.mark.parametrize("foreach", [True, False])
def test_every_step_of_an_optimiser_is_noticed(kind: type[torch.optim.Optimizer], foreach: bool) -> None:
    given, known = parameters(), KnownValues()
    optimizer = kind(given.values(), lr=1.0, foreach=foreach)  # type: ignore[call-arg]
    for values in given.values():
        values.grad = torch.ones_like(values)
    for _ in range(3):
        known.of(given)
        optimizer.step()
        assert all(torch.equal(known.of(given)[name], values) for name, values in given.items())


def test_they_are_copied_once_for_all_passes_and_again_where_asked_or_for_other_cells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given, known, made = parameters(), KnownValues(), list[int]()
    copied = known_values._copied
    monkeypatch.setattr(known_values, "_copied", lambda asked: made.append(len(asked)) or copied(asked))
    for _ in range(3):
        known.of({name: values.detach() for name, values in given.items()})
    assert made == [2]
    known.forget()
    known.of(given)
    assert made == [2, 2]
    assert list(known.of({"b": given["b"]})) == ["b"]
    assert made == [2, 2, 1]


def test_what_is_moved_to_where_it_is_stays_what_it_is() -> None:
    values = torch.ones(2)
    assert moved(values, torch.device("cpu")) is values
