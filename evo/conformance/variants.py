"""Checks of a variant of differentiable search: a small supernet is trained by it for two epochs."""

import math
from dataclasses import dataclass
from functools import cached_property

from evo.differentiable.supernet_worker import EpochDone, SupernetWorker
from evo.records.config import SearchConfig
from evo.storage.epoch_log import NOT_REPRODUCED
from spaces import SearchSpace
from tasks.conformance.global_states import seeded_globally
from tasks.conformance.outcomes import require


@dataclass(frozen=True)
class VariantCase:
    """A variant under examination: the configuration of a search with it, of two epochs or more."""

    config: SearchConfig
    space: SearchSpace[object]

    @cached_property
    def epochs(self) -> list[EpochDone]:
        """What its first two epochs leave."""
        return self.train()

    def train(self, *, content: bytes | None = None, epochs: int = 2) -> list[EpochDone]:
        """Return what so many epochs leave of a training, from a checkpoint's content where there is one."""
        worker = SupernetWorker(self.config.to_json(), self.config.seed, content=content)
        return [worker.epoch() for _ in range(epochs)]


def rows(done: list[EpochDone]) -> list[dict[str, object]]:
    """Return what epochs log, without what the machine has a say in."""
    return [{name: value for name, value in each.row.items() if name not in NOT_REPRODUCED} for each in done]


def a_supernet_is_trained(case: VariantCase) -> str:
    """Losses of its epochs are finite numbers."""
    losses = [each.row["weights_loss"] for each in case.epochs]
    require(all(math.isfinite(loss) for loss in losses), f"the losses of its epochs are {losses}")
    return f"losses {', '.join(f'{loss:.3f}' for loss in losses)}"


def what_is_derived_is_of_the_space(case: VariantCase) -> str:
    """What it derives after an epoch is a candidate of the space: its text leads back to itself."""
    for each in case.epochs:
        text = str(each.row["derived"])
        require(case.space.encode(case.space.decode(text)) == text, f"{text} leads to another text")
    return str(case.epochs[-1].row["derived"])


def equal_trainings_are_equal(case: VariantCase) -> str:
    """A second training with the same seed is the same."""
    require(rows(case.epochs) == rows(case.train()), "a second training differs; draw with the generators given")
    return f"{len(case.epochs)} epochs, equal to the bit"


def a_checkpoint_goes_on_the_same(case: VariantCase) -> str:
    """From a checkpoint it goes on as if it had not stopped; what it keeps beside weights is in ``state``."""
    resumed = case.train(content=case.epochs[0].content, epochs=1)
    require(rows(resumed) == rows(case.epochs[1:]), "gone on from a checkpoint it differs; give state() and recall()")
    return "as if it had not stopped"


def global_randomness_has_no_say(case: VariantCase) -> str:
    """A training does not depend on the global generators of random, numpy and torch."""
    with seeded_globally(1):
        again = case.train()
    require(rows(case.epochs) == rows(again), "after seeding the global generators the training differs")
    return "under another global seed"
