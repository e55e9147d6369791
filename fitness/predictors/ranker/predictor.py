"""The ranker as a predictor: its options, what it takes from labelled candidates, and what it makes of a state.

Letters: N members, S tokens.
"""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

import numpy as np
import torch

from fitness.determinism import computing_alone
from fitness.predictors.base import FittedState, Labelled, Predictor
from fitness.predictors.origin import DAMAGE, check_origin, check_probes, origin_of
from fitness.predictors.origin import KEY as ORIGIN
from fitness.predictors.ranker.network import RankerNetwork
from fitness.predictors.ranker.prediction import FittedRanker
from fitness.predictors.ranker.scaling import Scaling, ScalingKind
from fitness.predictors.ranker.schedule import Schedule
from fitness.predictors.ranker.settings import Size, settings_of
from fitness.predictors.ranker.tokens import read_bytes, read_tokens, refusal
from fitness.predictors.ranker.training import Members, RankerTraining
from fitness.predictors.tiers import TIERS
from spaces.operation_costs import Place
from tasks import UsageError, derive_rng, derive_seed, first_line
from tasks.foundation.ranges import check_range

FEWEST_MEMBERS = 2 * TIERS
"""Members to learn from: two of each tier."""
MOST_EPOCHS = 100_000
KEY = "ranker"
_WEIGHTS, _MEANS, _LARGEST = "weights.", "tier_means", "score_head.0.weight"
_TEMPERATURE = "temperature"


@dataclass(frozen=True, kw_only=True)
class RankerPredictor(Predictor):
    """The Neural Architecture Ranker (NAR, Guo et al., 2022).

    size: ``small``, or ``published``: as on NAS-Bench-101 where operations are vertices, as on NAS-Bench-201 on edges
    scaling: of what it reads, see ``ScalingKind``
    epochs: rounds over all members, 0 for those of the size
    validation: members that are held out: they say which epoch's weights are kept, and calibrate the probabilities of
        tiers; without any the last weights are kept, and are overconfident
    leaky_validation: the members held out are judged by tier means that take in their true tiers, as in the released
        program; for comparison alone
    label: what the labels are
    """

    size: Size = "small"
    scaling: ScalingKind = ScalingKind.STANDARD
    epochs: int = 0
    validation: int = 0
    leaky_validation: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        """Raise UsageError for numbers out of range."""
        check_range("predictor.epochs", self.epochs, 0, MOST_EPOCHS)
        check_range("predictor.validation", self.validation, 0, MOST_EPOCHS)
        if 0 < self.validation < FEWEST_MEMBERS:
            raise UsageError(
                f"predictor.validation={self.validation}: 0, or at least {FEWEST_MEMBERS}, two of each tier"
            )
        if self.leaky_validation and not self.validation:
            raise UsageError("predictor.leaky_validation is about members held out; give predictor.validation as well")

    def accepts(self, space: object) -> str | None:
        """Return why candidates of a space cannot be ranked, None where they can."""
        return refusal(space)

    def fewest(self) -> int:
        """Return how many labelled candidates it needs: those held out come on top of those that are learnt from."""
        return FEWEST_MEMBERS + self.validation

    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        """Learn from labelled candidates.

        Raises UsageError for less than ten of them, equal labels, and a space that is not accepted.
        """
        if reason := self.accepts(space):
            raise UsageError(f"predictor 'ranker' cannot learn from these candidates: {reason}")
        labelled.check_learnable(self.fewest())
        order = derive_rng(seed, KEY, "validation").permutation(len(labelled.texts))
        held, kept = np.sort(order[: self.validation]), np.sort(order[self.validation :])
        learnt, judged = labelled.of(kept.tolist()), labelled.of(held.tolist())
        learnt.check_learnable(FEWEST_MEMBERS)
        tokens = read_tokens(space, labelled.texts)
        settings = settings_of(self.size, tokens.place)
        scaling = Scaling.of(tokens.of(kept), self.scaling, distinct=settings.distinct)
        members = Members.of(torch.from_numpy(scaling(tokens.of(kept))), learnt.labels)
        held_out = Members.of(torch.from_numpy(scaling(tokens.of(held))), judged.labels)
        schedule = Schedule.of(settings, len(members), self.epochs)
        with computing_alone(derive_seed(seed, KEY, "weights")), torch.enable_grad():
            network = RankerNetwork(settings, *members.tokens.shape[1:])
            training = RankerTraining(network, settings, members, held_out, leaky_validation=self.leaky_validation)
            means = training.run(schedule, derive_rng(seed, KEY, "batches"))
            temperature = training.temperature(means)
        weights = {f"{_WEIGHTS}{name}": value.numpy() for name, value in network.state_dict().items()}
        notes = {KEY: {"size": self.size, "place": tokens.place.value, _TEMPERATURE: temperature}}
        return FittedState(
            {**weights, **scaling.arrays(), _MEANS: means.numpy()},
            {**origin_of(self, space, labelled, partial(read_bytes, space)), **notes},
        )

    def restore(self, space: Any, state: FittedState) -> FittedRanker:
        """Return what a fit of any size has learnt; raises UsageError for a state of another model, space or label."""
        check_origin(self, space, state, partial(read_bytes, space))
        try:
            fitted = _restored(space, state)
            check_probes(fitted, state)
        except DAMAGE as error:
            raise UsageError(f"this state of a ranker is damaged ({first_line(error)}); fit one anew") from error
        return fitted


def _restored(space: Any, state: FittedState) -> FittedRanker:
    """Raise one of ``DAMAGE`` for arrays and notes that are not of one fit, or of another space's candidates."""
    size, place = state.notes[KEY]["size"], Place(state.notes[KEY]["place"])
    if size not in get_args(Size):
        raise ValueError(f"there is no size {size!r}")
    if not 0 < (temperature := float(state.notes[KEY][_TEMPERATURE])) < math.inf:
        raise ValueError(f"{temperature:g} is no temperature of probabilities")
    settings, scaling = settings_of(size, place), Scaling.from_arrays(state.arrays)
    tokens, inputs = len(scaling.kept), scaling.offset.shape[1]
    expected = (settings.score_hidden, tokens * settings.shape.width)
    if state.arrays[f"{_WEIGHTS}{_LARGEST}"].shape != expected:  # before memory is asked for
        raise ValueError(f"its score reads other encodings than {tokens} of {settings.shape.width} numbers")
    if state.arrays[_MEANS].shape != (TIERS, tokens, settings.shape.width):
        raise ValueError("its tiers have other encodings than its candidates")
    if any(state.arrays[name].dtype != np.float32 for name in state.arrays if name == _MEANS or _is_weight(name)):
        raise ValueError("its weights and tiers are no 32-bit numbers")
    scaling.check_reads(read_tokens(space, state.notes[ORIGIN]["probes"]))
    with computing_alone(0):
        network = RankerNetwork(settings, tokens, inputs).eval()
        network.load_state_dict(
            {
                name.removeprefix(_WEIGHTS): torch.from_numpy(np.array(values))
                for name, values in state.arrays.items()
                if _is_weight(name)
            }
        )
        return FittedRanker(space, network, scaling, torch.from_numpy(np.array(state.arrays[_MEANS])), temperature)


def _is_weight(name: str) -> bool:
    return name.startswith(_WEIGHTS)
