"""A consensus of fitnesses: the weighted mean of the logarithms of a candidate's positions in a frozen sample.

Letters: N candidates of the sample, P labelled ones, K members.
"""

import copy
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fitness.base import DeadlineExceededError, EvalContext, Fitness, Score, as_score
from fitness.consensus.joined import joined
from fitness.consensus.members import FEWEST, make_member, settled_members, to_json, usual_weights
from fitness.consensus.panel_weights import panel_weights
from fitness.consensus.positions import Positions, is_constant
from fitness.consensus.reference_report import report_lines, sizes_of
from fitness.consensus.weights import base_weights, settle_weights
from fitness.memory_errors import wants_memory
from fitness.reference import FAILED_MEMBER, Reference, ReferenceMember, ReferenceRequest
from spaces import SearchSpace, digest_of, read_candidate, read_panel, settle_panel
from tasks import ImageSource, Panel, UsageError, first_line
from tasks.foundation.errors import bounded
from tasks.foundation.ranges import check_range

Array = NDArray[np.float64]

DEFAULT = ("regression(task=N)", "logsynflow", "regression(task=nlp_search)", "hidden_covariance")
"""Two members for networks that read images, and two for those that read sequences; each as its label."""
FEWEST_CANDIDATES, MOST_CANDIDATES = 8, 100_000
_LONGEST_REASON, _LONGEST_SAID = 120, 400


@dataclass(frozen=True)
class _Taken:
    """A reference and what follows from it: the members' positions in it, None of one that has none, and weights.

    moved: whether labels have moved the weights
    """

    reference: Reference
    positions: Mapping[str, Positions | None]
    weights: Mapping[str, float]
    moved: bool = False

    def logs(self, label: str, scores: Array) -> Array:
        """Return the logarithms of the positions of a member's scores, 0 of one that has no say."""
        positions = self.positions[label]
        return np.zeros_like(scores) if positions is None else positions.log_of(scores)


class ConsensusFitness(Fitness):
    """The weighted mean of the logarithms of where a candidate stands in a sample of the space, by each of its members.

    The sample is drawn and scored before the search, and the same for all runs of one ``reference_seed``. Where a
    member fails on a candidate it gives it the lowest rank of the sample; where all do, the candidate fails. Members
    score by ``reference_seed`` in place of the run's, so that candidates see what the sample saw, and from the weights
    that each would start from alone. Metrics: each member's score, and ``failed: MEMBER`` where it has none.

    members: fitnesses, e.g. ``regression(task=N),synflow``; those that cannot score a space are left out there; or a
        JSON file of proxy tasks, for a regression on each of them
    weights: ``default``, 1 - rho^2 of a member's rank correlation with size; ``equal``, which the tasks of a file are
        unless said otherwise; or a number for each member
    panel: labelled candidates of the space, a file or ``digits``, that move ``weights`` as far as their labels call for
    metric: the panel's column of labels, by default the only one or ``value``
    lower_is_better: of the labels
    reference_seed: determines the sample, and what members draw
    reference_size: candidates of the sample, at least 8, 0 for as many as suit the length of the search
    digest: of the panel's file, filled in, so that trials by a panel that has been replaced are not mixed with others
    """

    later_options: ClassVar[tuple[str, ...]] = ("lower_is_better",)

    def __init__(
        self,
        *,
        members: Any = DEFAULT,  # texts, tables, objects: ``settled_members`` reads them, and says what is wrong
        weights: str | Sequence[float] | None = None,
        panel: str | None = None,
        metric: str | None = None,
        lower_is_better: bool = False,
        reference_seed: int = 0,
        reference_size: int = 0,
        digest: str = "",
        source: ImageSource | None = None,
    ) -> None:
        """Raise UsageError for members, weights or a panel that cannot be, and a size out of range."""
        check_range("fitness.reference_size", reference_size or FEWEST_CANDIDATES, FEWEST_CANDIDATES, MOST_CANDIDATES)
        self._members = settled_members(members)
        self._fitnesses = {member.label: make_member(member, source) for member in self._members}
        self._by_default = tuple(self._fitnesses) == DEFAULT
        said = usual_weights(members) if weights is None else weights
        self._weights = _by_label(settle_weights(said, len(self._members)), self._members)
        self._given = self._panel = _read(panel, metric, digest, lower_is_better=lower_is_better)
        self._seed = reference_seed
        self._size = reference_size
        self._left_out: dict[str, str] = {}
        self._taken: _Taken | None = None
        self.needs_cuda = self._has_member_that_needs_cuda()

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with members and weights as JSON, the panel's full path and digest; raises UsageError."""
        members = settled_members(options["members"])
        weights: Any = usual_weights(options["members"]) if options["weights"] is None else options["weights"]
        settled = {**options, "members": to_json(members), "weights": settle_weights(weights, len(members))}
        if options["panel"] is None:
            return settled
        panel = settle_panel(str(options["panel"]))
        return {**settled, "panel": panel, "digest": options["digest"] or digest_of(panel)}

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can.

        Members that cannot are left out, as long as two are there, and one that has a weight.
        """
        reasons = {label: fitness.accepts(space) for label, fitness in self._fitnesses.items()}
        self._left_out = {label: bounded(reason, _LONGEST_REASON) for label, reason in reasons.items() if reason}
        self.needs_cuda = self._has_member_that_needs_cuda()
        left = len(reasons) - len(self._left_out)
        if left < FEWEST:
            said = "; ".join(f"{label}: {reason}" for label, reason in self._left_out.items())
            return bounded(f"{left} of {len(reasons)} members can, and at least {FEWEST} must; {said}", _LONGEST_SAID)
        if not isinstance(self._weights, str) and not any(self._weights[label] for label in self._heard()):
            return (
                f"the members that can have a weight of 0; without {bounded(', '.join(self._left_out), _LONGEST_SAID)}"
            )
        return self._take_panel(space)

    def _take_panel(self, space: SearchSpace[Any]) -> str | None:
        """Take the panel's candidates as ``space`` writes them; returns which member is none of it, if any."""
        if self._given is None:
            return None
        texts = []
        for text in self._given.texts:
            try:
                texts.append(space.encode(read_candidate(space, text)))
            except ValueError as error:
                why = bounded(first_line(error), _LONGEST_REASON)
                return f"panel {self._given.name}: {text[:80]!r} is no candidate of it: {why}"
        self._panel = replace(self._given, texts=tuple(texts))
        return None

    def check_seed(self, data_seed: int) -> None:
        """Raise UsageError where a member can score nothing by the reference's seed, whatever the run's."""
        for label in self._heard():
            self._fitnesses[label].check_seed(self._seed)

    def options_in_force(self, images: ImageSource) -> Sequence[str]:
        """Return which members are left out of the space that was asked about last, and what members do otherwise."""
        listed = {} if self._by_default else self._left_out  # what the default leaves out was never asked for
        left_out = [f"without {label}: {reason}" for label, reason in listed.items()]
        return left_out + [
            f"{label}: {each}" for label in self._heard() for each in self._fitnesses[label].options_in_force(images)
        ]

    def reference_request(self, space: SearchSpace[Any]) -> ReferenceRequest:
        """Return the members that can score ``space``, and the candidates that are labelled, if any."""
        members = tuple(member for member in self._members if not self._fitnesses[member.label].accepts(space))
        return ReferenceRequest(members, self._seed, self._size, self._panel.texts if self._panel else ())

    def take_reference(self, reference: Reference) -> None:
        """Take the scored sample; raises UsageError where no member that has a weight tells its candidates apart."""
        drawn = reference.drawn.scores
        base = base_weights(self._weights, drawn, sizes_of(reference.drawn))
        positions = {label: None if is_constant(scores) else Positions.among(scores) for label, scores in drawn.items()}
        taken = _Taken(reference, positions, base)
        if self._panel is not None:
            weights = _by_panel(self._panel, taken, self._silent(taken))
            taken = replace(taken, weights=weights, moved=weights != base)
        self._taken = taken

    def reference_lines(self) -> Sequence[str]:
        """Return what each member counts, and how alike members rank the sample; nothing before it was taken."""
        if self._taken is None:
            return ()
        how = self._how(moved=self._taken.moved)
        return list(report_lines(self._taken.reference.drawn, self._taken.weights, how))

    def final_weights(self) -> Mapping[str, float]:
        """Return the weight of each member by label, together 1; nothing before the reference was taken."""
        return {} if self._taken is None else dict(self._taken.weights)

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the weighted mean of the logarithms of positions, at most 0.

        Raises UsageError before a reference was taken, ValueError where all members with a weight fail, and
        DeadlineExceededError.
        """
        taken = self._reference_taken()
        found = {label: self._ask(label, candidate, context) for label in taken.positions}
        values = {label: one.value if isinstance(one, Score) else np.nan for label, one in found.items()}
        score = self.score_by_members(values)
        if score is None:
            raise _all_failed(found)
        return replace(score, build_s=sum(one.build_s for one in found.values() if isinstance(one, Score)))

    def has_learnt(self, space: SearchSpace[Any], candidates: Sequence[Hashable]) -> Sequence[bool | None]:
        """Return of which candidates any member has learnt the labels, None where none says so and one does not say."""
        members = [fitness.has_learnt(space, candidates) for fitness in self._fitnesses.values()]
        return [any(each) or (None if None in each else False) for each in zip(*members, strict=True)]

    def score_by_members(self, values: Mapping[str, float]) -> Score | None:
        """Return the score of a candidate with these values by label; None where all members with a weight failed."""
        taken = self._reference_taken()
        if not any(np.isfinite(values[label]) for label, weight in taken.weights.items() if weight):
            return None
        logs = {label: float(taken.logs(label, np.array(values[label]))) for label in taken.positions}
        known = {label: values[label] for label in taken.positions if np.isfinite(values[label])}
        failed = {f"{FAILED_MEMBER}{label}": 1.0 for label in taken.positions if label not in known}
        return Score(joined(logs, taken.weights), metrics={**known, **failed})

    def _ask(self, label: str, candidate: Hashable, context: EvalContext) -> Score | Exception:
        """Return a member's score, or why there is none."""
        context.check_deadline()
        alone = replace(context, data_seed=self._seed, rng=copy.deepcopy(context.rng), threshold=None)
        try:
            return as_score(self._fitnesses[label](candidate, alone))
        except DeadlineExceededError:
            raise
        except Exception as error:  # one member's failure is a bad position, not the candidate's end
            if wants_memory(error):  # the machine's state, not the candidate's worth
                raise
            return error

    def _reference_taken(self) -> _Taken:
        if self._taken is None:
            raise UsageError(
                "consensus has not been handed its reference; a search or evo.score scores one, anything else calls "
                "take_reference() before the first candidate"
            )
        return self._taken

    def _has_member_that_needs_cuda(self) -> bool:
        return any(self._fitnesses[label].needs_cuda for label in self._heard())

    def _heard(self) -> Iterator[str]:
        return (label for label in self._fitnesses if label not in self._left_out)

    def _silent(self, taken: _Taken) -> set[str]:
        """Return the members that no label gives a say: without positions, or of a weight that was given as 0."""
        given = {} if isinstance(self._weights, str) else self._weights
        return {label for label, found in taken.positions.items() if found is None or given.get(label) == 0}

    def _how(self, *, moved: bool) -> str:
        base = self._weights if isinstance(self._weights, str) else "as given"
        return f"{base}, {'' if moved else 'not '}moved by {len(self._panel)} labels" if self._panel else base


def _by_label(weights: str | Sequence[float], members: Sequence[ReferenceMember]) -> str | dict[str, float]:
    if isinstance(weights, str):
        return weights
    return dict(zip((member.label for member in members), weights, strict=True))


def _read(panel: str | None, metric: str | None, digest: str, *, lower_is_better: bool) -> Panel | None:
    """Return the panel, if any.

    Raises UsageError for a file that is none, or another than the digest's, and what is said of labels without a panel.
    """
    if panel is None and metric is not None:
        raise UsageError(f"fitness.metric={metric[:80]!r} names a column of a panel; give fitness.panel, too")
    if panel is None and lower_is_better:
        raise UsageError("fitness.lower_is_better=true is said of the labels of a panel; give fitness.panel, too")
    if panel is None:
        return None
    if digest not in ("", digest_of(panel)):
        raise UsageError(
            f"panel {panel}: is not the file that the search was begun with (fitness.digest={digest}); put that one "
            "back, or begin another search"
        )
    return read_panel(panel, metric=metric or "", lower_is_better=lower_is_better)[0]


def _by_panel(panel: Panel, taken: _Taken, silent: Collection[str]) -> dict[str, float]:
    """Return the weights that a panel's labels call for; silent: members that have no say whatever these show."""
    given = taken.reference.given
    places = {text: place for place, text in enumerate(given.texts)}
    if missing := [text for text in panel.texts if text not in places]:
        raise UsageError(f"panel {panel.name}: {missing[0][:80]!r} was not scored with the reference")
    order = [places[text] for text in panel.texts]
    logs = {label: taken.logs(label, given.scores[label][order]) for label in taken.positions}
    return panel_weights(logs, np.array(panel.labels), taken.weights, silent=silent)


def _all_failed(found: Mapping[str, Score | Exception]) -> ValueError:
    reasons = [
        f"{label}: {f'scores {one.value:g}' if isinstance(one, Score) else first_line(one)}"
        for label, one in found.items()
    ]
    return ValueError(f"no member has a score: {bounded('; '.join(reasons))}")
