"""The score of a predictor that was fitted before, as a fitness: no network is built and no image is read."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from fitness.base import EvalContext, Fitness, Score
from fitness.predictors.base import Fitted, TieredFitted
from fitness.predictors.learnt_members import learnt_from
from fitness.predictors.saved_predictor import SavedPredictor
from fitness.predictors.state_file import state_digest
from spaces import SearchSpace
from tasks import UsageError


class RankerFitness(Fitness):
    """What a saved predictor says of a candidate: its score and, as metrics ``tier_1`` (the best) on, its tiers.

    file: of the predictor, as ``python -m evo.rank fit`` writes it
    label: what it has to have learnt; empty: whatever it has
    digest: of the file, filled in, so that trials by one that has been replaced are not mixed with others
    """

    def __init__(self, *, file: Path, label: str = "", digest: str = "") -> None:
        """Raise UsageError for a file that cannot be read, is no predictor's, or is another than the digest's."""
        path = Path(file)  # settled options are texts
        if digest not in ("", state_digest(path)):
            raise UsageError(
                f"{path}: is not the file that the search was begun with (fitness.digest={digest}); put that one back, "
                "or begin another search"
            )
        self._saved, self._label = SavedPredictor.of(path), label
        self._restored: tuple[object, Fitted] | None = None

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the file's full path and its digest; raises UsageError."""
        path = Path(str(options["file"])).absolute()
        return {**options, "file": str(path), "digest": options["digest"] or state_digest(path)}

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can: only the one that was learnt from."""
        try:
            self._on(space)
        except UsageError as error:
            return str(error)
        return None

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the candidate's score; raises UsageError for a space that was not learnt from."""
        fitted, texts = self._on(context.space), [context.space.encode(candidate)]
        value = float(fitted.scores(texts)[0])
        if not isinstance(fitted, TieredFitted):
            return Score(value)
        tiers = fitted.tiers(texts)[0].tolist()
        return Score(value, {f"tier_{place}": chance for place, chance in enumerate(tiers, start=1)})

    def has_learnt(self, space: SearchSpace[Any], candidates: Sequence[Hashable]) -> Sequence[bool | None]:
        """Return which candidates the predictor was fitted on, None for each where its file does not say it."""
        learnt = learnt_from(self._saved.state, space, [space.encode(candidate) for candidate in candidates])
        return [None] * len(candidates) if learnt is None else learnt.tolist()

    def _on(self, space: SearchSpace[Any]) -> Fitted:
        """Return the predictor on a space, restored once."""
        if self._restored is None or self._restored[0] is not space:
            self._restored = space, self._saved.restore(space, self._label)
        return self._restored[1]
