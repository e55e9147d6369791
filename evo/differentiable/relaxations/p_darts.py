"""P-DARTS (Chen et al., 2019): three stages, each with a deeper supernet and fewer candidates than the one before."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from evo.differentiable.relaxations.base import Level, Moment, SupernetPass
from evo.differentiable.relaxations.draws import generator_beside
from evo.differentiable.relaxations.limits import Limit, derive_within
from evo.differentiable.relaxations.operation_kinds import is_skip
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from spaces import Alphas, Dropping, Gates, Supernet, SupernetOptions

_KEPT = (8, 5, 3)
"""Candidates of every edge in each stage."""

_SKIP_DROPOUT = (0.0, 0.4, 0.7)
"""The probability that a stage starts from."""

_RESTRICTED = "normal"
_MOST_SKIPS = 8

Candidates = dict[str, list[list[str]]]


class PDarts(SoftmaxRelaxation):
    """The softmax mixture over 8, then 5, then 3 candidates of every edge, in supernets of 5, 11 and 17 cells.

    Each stage takes a third of the epochs and starts with new weights and parameters; an edge goes on with the
    candidates of the largest softmax. Both measures against skips are off by default, as in MAE-NAS.

    cells: of the first stage
    deeper: how many more cells each further stage has
    skip_dropout: whether outputs of skips are dropped in training, with probabilities that start at 0, 0.4 and 0.7 and
        fall within a stage as ``fading`` says
    most_skips: how many a derived normal cell may have, 0 to 8; the authors advise 2
    """

    stages = len(_KEPT)

    def __init__(
        self, *, cells: int = 5, deeper: int = 6, skip_dropout: bool = False, most_skips: int | None = None
    ) -> None:
        """Raise ValueError for a number out of range."""
        super().__init__()
        if cells < 1 or deeper < 0:
            raise ValueError(f"cells={cells}, deeper={deeper}: at least 1 cell and 0 or more further ones are needed")
        if most_skips is not None and not 0 <= most_skips <= _MOST_SKIPS:
            raise ValueError(f"most_skips={most_skips}: must be from 0 to {_MOST_SKIPS}")
        self._depths = [cells + stage * deeper for stage in range(self.stages)]
        self._starts = _SKIP_DROPOUT if skip_dropout else (0.0,) * self.stages
        self._limits = {} if most_skips is None else {_RESTRICTED: [Limit(is_skip, most_skips)]}
        self._stage = 0
        self._candidates: Candidates | None = None
        self._chance = 0.0

    def options(self) -> SupernetOptions:
        """Return the cells and the candidates of the present stage."""
        return SupernetOptions(cells=self._depths[self._stage], candidates=self._candidates)

    def begin(self, supernet: Supernet[Any]) -> None:
        """Keep the edges; raises ValueError for a supernet that these stages do not suit."""
        super().begin(supernet)
        for name, rows in supernet.candidates.items():
            if len(rows[0]) < _KEPT[self._stage]:
                raise ValueError(
                    f"P-DARTS needs {_KEPT[self._stage]} candidates on every edge in stage {self._stage + 1}, as the "
                    f"space darts has; cell {name!r} of this space has {len(rows[0])}"
                )
        if missing := set(self._limits) - set(supernet.candidates):
            raise ValueError(
                f"most_skips limits the cell {missing.pop()!r}, and the cells of this space are "
                f"{', '.join(supernet.candidates)}; leave it out"
            )

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Set the probability; at the beginning of a stage return its options, chosen by the last one's parameters.

        Raises ValueError for epochs that cannot be divided among the stages.
        """
        if moment.epochs % self.stages:
            raise ValueError(f"epochs={moment.epochs}: P-DARTS needs a multiple of {self.stages}, its number of stages")
        length = moment.epochs // self.stages
        stage, epoch = divmod(moment.epoch, length)
        self._chance = self._starts[stage] * fading(Moment(epoch, length))
        if stage == self._stage:
            return None
        self._stage, self._candidates = stage, kept_candidates(supernet, _KEPT[stage])
        return self.options()

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return the mixture, of which a pass that trains drops outputs of skips."""
        cells = super().gates(alphas, supernet_pass).cells
        if supernet_pass.level is Level.JUDGING or not self._chance:
            return Gates(cells)
        generator = generator_beside(alphas, supernet_pass.generator)
        return Gates(cells, dropping=Dropping(generator, skips=self._chance))

    def derive(self, supernet: Supernet[Any]) -> Any:
        """Return what the space's rule derives of the mixture with no more skips than allowed."""
        return derive_within(supernet, self.derivation_strengths(supernet), self._limits)

    def derivation_limits(self, supernet: Supernet[Any]) -> Mapping[str, Sequence[Limit]]:
        """Return that of skips in the normal cell, if any."""
        return self._limits

    def state(self) -> dict[str, Any]:
        """Return the stage and the candidates of its supernet."""
        return {"stage": self._stage, "candidates": self._candidates}

    def recall(self, state: Mapping[str, Any]) -> None:
        """Continue in that stage."""
        self._stage, self._candidates = state["stage"], state["candidates"]


def fading(moment: Moment) -> float:
    """Return which share of a stage's first probability of dropping skips an epoch of that stage has.

    In the first two fifths, where the public program trains weights alone, it falls linearly, to (E - e - 1) / E in
    epoch e of E; then it starts from 1 again and falls by half every 0.14 E epochs. Of the paper's 25 epochs these are
    10 on a line, and 15 by exp(-0.2) each.
    """
    if 5 * moment.epoch < 2 * moment.epochs:
        return 1 - (moment.epoch + 1) / moment.epochs
    return math.exp(-5 * (moment.progress - 0.4))


def kept_candidates(supernet: Supernet[Any], count: int) -> Candidates:
    """Return for every edge of each cell the names of as many candidates, those with the largest parameters.

    They stay in the space's order; of equals the first are kept.
    """
    return {
        name: [
            _largest(row, values, count) for row, values in zip(supernet.candidates[name], alphas.tolist(), strict=True)
        ]
        for name, alphas in supernet.alphas.operations.items()
    }


def _largest(row: Sequence[str], values: Sequence[float], count: int) -> list[str]:
    ranked = sorted(range(len(row)), key=lambda number: -values[number])
    return [row[number] for number in sorted(ranked[:count])]
