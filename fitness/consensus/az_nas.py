"""AZ-NAS (Lee and Ham, CVPR 2024): the consensus of its four scores, each as heavy as the others."""

from collections.abc import Sequence
from typing import Any

from fitness.consensus.fitness import ConsensusFitness
from tasks import ImageSource

MEMBERS = ("az_expressivity", "az_progressivity", "az_trainability", "macs")


class AzNasFitness(ConsensusFitness):
    """The mean logarithm of a candidate's positions by expressivity, progressivity, trainability and multiply-adds.

    The paper adds up the logarithms of ranks among the candidates that a search compares; here a candidate's score is
    its own, by positions in a frozen sample. Options are those of ``consensus``, which this is with other defaults.
    """

    def __init__(
        self,
        *,
        members: Any = MEMBERS,
        weights: str | Sequence[float] = "equal",
        panel: str | None = None,
        metric: str | None = None,
        lower_is_better: bool = False,
        reference_seed: int = 0,
        reference_size: int = 0,
        digest: str = "",
        source: ImageSource | None = None,
    ) -> None:
        """Raise UsageError where ``consensus`` does."""
        super().__init__(
            members=members,
            weights=weights,
            panel=panel,
            metric=metric,
            lower_is_better=lower_is_better,
            reference_seed=reference_seed,
            reference_size=reference_size,
            digest=digest,
            source=source,
        )
