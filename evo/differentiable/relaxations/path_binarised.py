"""SSWP-NAS (Li et al., 2022): single paths from the first epoch on, and cells that are frozen one after the other.

Its phases: weights alone, then both levels, then the freezing of cells.

Letters: E edges of a cell, K candidate operations of each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional

from evo.differentiable.relaxations.base import Level, Moment, SupernetPass
from evo.differentiable.relaxations.known_values import KnownValues
from evo.differentiable.relaxations.limits import Limit, derive_within
from evo.differentiable.relaxations.operation_kinds import is_parametric, is_pool, is_skip
from evo.differentiable.relaxations.path_sampling import PairSampler, TwoPaths
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import Alphas, Gates, Supernet, SupernetOptions, single_paths


class PathBinarised(SoftmaxRelaxation):
    """Two sampled operations of every edge, one of them active, under parameters that start equal.

    warm_up: share of the epochs in which weights learn alone
    bilevel: share of the epochs after that in which no cell is frozen yet
    pruning: the order in which cells are then frozen, at even distances, each edge to its strongest operation:
        ``forward`` from the first cell on, ``backward`` from the last, ``none`` never
    operation_dropout: probability that a pair with a skip is drawn again from parametric operations, in passes that
        train weights after the warm-up
    pool_dropout: whether a pair with a pool is drawn again too
    most_skips, most_pools: how many a derived cell may have; the weakest beyond are replaced by the strongest
        parametric operations of their nodes. The public program has 2 of both, the paper no limits, nor has this

    A pass that trains weights runs the active operation of every edge, one that trains architecture parameters both of
    the pair, and one that judges the strongest.
    """

    def __init__(
        self,
        *,
        warm_up: float = 0.2,
        bilevel: float = 0.4,
        pruning: Literal["forward", "backward", "none"] = "forward",
        operation_dropout: float = 0.2,
        pool_dropout: bool = False,
        most_skips: int | None = None,
        most_pools: int | None = None,
    ) -> None:
        """Raise ValueError for a number out of range."""
        super().__init__()
        if not 0 <= operation_dropout <= 1:
            raise ValueError(f"operation_dropout={operation_dropout}: must be from 0 to 1")
        self._phases = Phases(warm_up, bilevel)
        self._pruning = pruning
        self._dropout, self._pools = operation_dropout, pool_dropout
        self._limits = _limits(most_skips, most_pools)
        self._samplers: dict[str, PairSampler] = {}
        self._frozen: dict[str, list[int]] = {}
        self._learning: dict[str, TwoPaths] = {}
        self._before: dict[str, Tensor] = {}
        self._known = KnownValues()
        self._is_warm = False

    def options(self) -> SupernetOptions:
        """Return that architecture parameters start at 0."""
        return SupernetOptions(spread=0.0)

    def begin(self, supernet: Supernet[Any]) -> None:
        """Keep the supernet; raises ValueError where an edge has no two candidates."""
        super().begin(supernet)
        self._supernet = supernet
        self._known.forget()
        for name, rows in supernet.candidates.items():
            if len(rows[0]) < 2:
                raise ValueError(f"two candidates of every edge are sampled; cell {name!r} has {len(rows[0])} on each")
            self._samplers[name] = PairSampler.of(rows, pools=self._pools)

    def trains_architecture(self, moment: Moment) -> bool:
        """Return whether weights are warm and a cell is left that is not frozen."""
        return self._phases.is_warm(moment) and len(self._frozen) < len(self._samplers)

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Freeze the cells that are due."""
        self._is_warm = self._phases.is_warm(moment)
        due = self._due(moment) - self._frozen.keys()
        if due:
            strongest = strongest_paths(supernet, supernet.alphas)
            self._frozen |= {name: strongest[name] for name in strongest if name in due}
        return None

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return gates that run one operation of every edge, or two to train architecture parameters.

        Gradients reach the parameters of the pairs, and none those of frozen cells.
        """
        if supernet_pass.level is Level.JUDGING:
            return single_paths(strongest_paths(self._supernet, alphas) | self._frozen)
        learning = supernet_pass.level is Level.ARCHITECTURE
        free = {name: values for name, values in alphas.operations.items() if name not in self._frozen}
        known = self._known.of(free)
        paths = {name: self._drawn(name, known[name], supernet_pass) for name in free}
        if learning:
            self._learning = paths
        sampled = {name: each.learning(free[name]) if learning else each.active() for name, each in paths.items()}
        return Gates({**single_paths(self._frozen).cells, **sampled})

    def before_architecture_step(self, alphas: Alphas) -> None:
        """Keep the parameters that the step starts from."""
        self._before = {name: values.detach().clone() for name, values in alphas.operations.items()}

    def after_architecture_step(self, alphas: Alphas) -> None:
        """Keep the sum of every pair's exponentials, and restore all that was not sampled, as in frozen cells."""
        for name, values in alphas.operations.items():
            before, paths = self._before[name], self._learning.get(name)
            values.copy_(before if paths is None else paths.rescaled(before, values))
        self._known.forget()

    def derive(self, supernet: Supernet[Any]) -> Any:
        """Return what the space's rule derives of the softmax, within limits; frozen edges keep their operation.

        Only a limit makes an edge give up the operation that it is frozen to.
        """
        return derive_within(supernet, self.derivation_strengths(supernet), self.derivation_limits(supernet))

    def derivation_strengths(self, supernet: Supernet[Any]) -> Mapping[str, Tensor]:
        """Return the softmax, what edges are frozen to above all else."""
        return {name: self._strengths(name, values) for name, values in supernet.alphas.operations.items()}

    def derivation_limits(self, supernet: Supernet[Any]) -> Mapping[str, Sequence[Limit]]:
        """Return those of skips and pools, if any, in every cell."""
        return dict.fromkeys(supernet.candidates, self._limits)

    def state(self) -> dict[str, Any]:
        """Return the numbers of the operations that frozen cells run on their edges."""
        return {"frozen": dict(self._frozen)}

    def recall(self, state: Mapping[str, Any]) -> None:
        """Freeze these cells."""
        self._frozen = dict(state["frozen"])

    def _due(self, moment: Moment) -> set[str]:
        """Return the names of the cells that are frozen in an epoch."""
        names = list(self._samplers)
        if self._pruning == "none":
            return set()
        if self._pruning == "backward":
            names.reverse()
        return set(names[: self._phases.frozen(len(names), moment)])

    def _drawn(self, name: str, values: Tensor, supernet_pass: SupernetPass) -> TwoPaths:
        dropout = self._dropout if self._is_warm and supernet_pass.level is Level.WEIGHTS else 0.0
        pairs = self._samplers[name].draw(values, supernet_pass.generator, dropout)
        return TwoPaths.drawn(values, pairs, supernet_pass.generator)

    def _strengths(self, name: str, values: Tensor) -> Tensor:
        """Return the softmax [E, K]; what edges are frozen to is put above all else and ranks among edges as before."""
        shares = values.detach().softmax(dim=1).double()
        if name not in self._frozen:
            return shares
        return shares + functional.one_hot(torch.tensor(self._frozen[name], device=values.device), values.shape[1])


def _limits(most_skips: int | None, most_pools: int | None) -> list[Limit]:
    limits = (("most_skips", is_skip, most_skips), ("most_pools", is_pool, most_pools))
    for name, _, most in limits:
        if most is not None and most < 0:
            raise ValueError(f"{name}={most}: must be at least 0")
    return [Limit(counted, most, instead=is_parametric) for _, counted, most in limits if most is not None]


@dataclass(frozen=True)
class Phases:
    """Shares of the epochs: ``warm_up`` of weights alone, ``bilevel`` of both levels; the rest is for freezing."""

    warm_up: float
    bilevel: float

    def __post_init__(self) -> None:
        """Raise ValueError for shares that leave no epochs for freezing."""
        if not (self.warm_up >= 0 and self.bilevel >= 0 and self.warm_up + self.bilevel < 1):
            raise ValueError(
                f"warm_up={self.warm_up}, bilevel={self.bilevel}: shares of at least 0 and together below 1 are needed"
            )

    def is_warm(self, moment: Moment) -> bool:
        """Return whether the warm-up is over."""
        return moment.epoch >= round(self.warm_up * moment.epochs)

    def frozen(self, cells: int, moment: Moment) -> int:
        """Return how many of the cells are frozen in an epoch.

        The first is frozen when the third phase begins and the others at even distances, so that each has as many
        epochs to itself, also the last one before the search ends. The public program freezes that one after the end.
        """
        first = min(round((self.warm_up + self.bilevel) * moment.epochs), moment.epochs - 1)
        return sum(first + number * (moment.epochs - first) // cells <= moment.epoch for number in range(cells))
