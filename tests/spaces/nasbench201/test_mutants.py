"""Catches: two cells of one number, an edge drawn anew at another rate than the space's mutation does, a parent that is
changed itself.
"""

import numpy as np

from spaces.nasbench201.mutants import mutant_signatures, signatures_of
from spaces.nasbench201.space import NasBench201

CELLS = list(NasBench201().candidates())


def test_every_cell_has_a_number_of_its_own() -> None:
    numbers = signatures_of(CELLS)
    assert sorted(numbers.tolist()) == list(range(1, 15_626))
    assert [signatures_of([cell])[0] for cell in CELLS[::1000]] == numbers[::1000].tolist()


def test_mutants_are_drawn_as_the_space_mutates() -> None:
    by_number = dict(zip(signatures_of(CELLS).tolist(), CELLS, strict=True))
    parent = CELLS[7_777]
    own, *mutants = mutant_signatures(parent, 4_000, np.random.default_rng(1)).tolist()
    assert by_number[own] == parent
    kept = np.mean([[a == b for a, b in zip(by_number[m].operations, parent.operations, strict=True)] for m in mutants])
    assert abs(kept - (1 - 0.2 * 4 / 5)) < 0.01  # four standard deviations are .0095
    assert mutants == mutant_signatures(parent, 4_000, np.random.default_rng(1)).tolist()[1:]
