"""How well a proxy task ranks a panel of labelled architectures (GenNAS's search of tasks; Li et al., 2021, 3.3)."""

import math
from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any, ClassVar, Literal

from fitness.base import AbandonedError, EvalContext, Fitness, Score
from fitness.determinism import Precision
from fitness.rank_correlation.held_out_panel import HeldOutPanel
from fitness.rank_correlation.judging_panel import JudgingPanel
from fitness.rank_correlation.member_trainings import MemberTrainings, repeat_seeds
from fitness.rank_correlation.panel_members import PanelMembers, check_distinct
from fitness.rank_correlation.panel_space import panel_space as space_of
from fitness.rank_correlation.rungs import TRAININGS, Rungs
from fitness.rank_correlation.statistic import Statistic, StatisticName
from fitness.rank_correlation.statistic_of_each import statistic_of_each
from fitness.training.racing import settle_rungs
from spaces import SearchSpace, TaskSpace, digest_of, label_noise, read_panel, reads_sequences, settle_panel
from tasks import ImageSource, TaskSet, UsageError, derive_rng
from tasks.foundation.ranges import check_range

PARTS = ("search", "held_out")
MOST_NOISE = 10**12
MOST_STEPS, MOST_DRAWS, MOST_REPEATS, MOST_TASKS = 1_000_000, 1_000_000, 100, 1_000
MOST_KEPT = 1_000
"""Members of a search whose scores each row keeps."""


class RankCorrelationFitness(Fitness):
    """How well a task orders a panel's members by their fitness under it as their labels do, -1 to 1.

    That is Spearman's rho, or the weighted mean of whether pairs of members are in the order of their labels. It keeps
    its sign, so that a task which ranks backwards is bad; absolute gives the published measure, which calls it good.
    Ties share their average rank. A member without a finite score, or whose scoring fails, ranks below all others and
    equal to its like; the metric ``failed`` counts them. Where no member can be told from another the trial fails.

    A set of tasks is scored as one: a member's score is the mean over its tasks of log(rank / P) among the P members.

    What is below the context's threshold is abandoned, as soon as that is certain: after every member the highest value
    that is still possible is known. Members of extreme labels come first, as they decide most. The metric ``scored`` of
    ``members`` counts those that were trained, ``bound`` is what an abandoned task could reach at most, and ``member
    0``, ``member 1``, ... are the scores, in the order in which the seed draws the members. Of more than 1,000 members
    none are kept, so that there is no last round, either; of members held out, which few tasks meet, they always are.

    panel: a Parquet or CSV file with a column ``candidate`` or ``arch``, or ``digits``, which is shipped
    metric: its column of labels, by default the only one or ``value``
    lower_is_better: of the labels
    panel_space: the members' space, in the form ``nasbench201(cells_per_stage=1)`` where it has options; by default the
        one that the file names, with the options that its labels were made with
    panel_size: members drawn by the run's seed, 0 for all that are not held out
    held_out: others that are drawn for the search's end and never scored before it
    stratified: whether one member is drawn from each of as many groups of ascending labels
    absolute: whether the sign is dropped
    steps, precision: of each member's training
    part: the members that are scored: those of the search, or the ones held out
    digest: of the panel's file, filled in, so that trials by a panel that has been replaced are not mixed with others
    draw: number of the images, targets, noise and initial weights; the members are those of the run's seed in all draws
    last_round: tasks that are scored again by another draw once the search is over, 0 for none
    repeats: trainings of each member, whose scores' mean counts: other initial weights, images, targets and noise; a
        member that has no score in one of them has none
    statistic: ``spearman`` or ``pairs``, which weighs each pair by how sure the order of its labels is
    label_noise: standard deviation of one label, by which pairs are weighed; ``auto``: from the labels of single seeds
        in the panel's file, 0 where it has none
    rungs: numbers of steps, e.g. ``10,30``, for which all members are trained before; a task whose statistic there is
        more than ``rung_margin`` below the threshold is abandoned, though it might have reached it, with the metrics
        ``rung`` and ``rho at rung``. ``trainings`` is then what a task cost, in whole trainings of a member
    """

    needs_cuda = True
    later_options: ClassVar[tuple[str, ...]] = (
        *("draw", "last_round", "repeats", "statistic", "label_noise", "rungs", "rung_margin"),
    )

    def __init__(
        self,
        *,
        panel: str,
        metric: str = "",
        lower_is_better: bool = False,
        panel_space: str = "",
        panel_size: int = 20,
        held_out: int = 0,
        stratified: bool = False,
        absolute: bool = False,
        steps: int = 100,
        precision: Precision = "auto",
        part: Literal["search", "held_out"] = "search",
        digest: str = "",
        draw: int = 0,
        last_round: int = 10,
        repeats: int = 1,
        statistic: StatisticName = "spearman",
        label_noise: float | Literal["auto"] = "auto",
        rungs: int | str | Sequence[int] = "",
        rung_margin: float = 0.3,
    ) -> None:
        """Raise UsageError for a file that is no panel, a space without networks, or numbers out of range."""
        check_range("fitness.steps", steps, 1, MOST_STEPS)
        check_range("fitness.draw", draw, 0, MOST_DRAWS)
        check_range("fitness.last_round", last_round, 0, MOST_TASKS)
        check_range("fitness.repeats", repeats, 1, MOST_REPEATS)
        if part == "held_out" and not held_out:
            raise UsageError("fitness.part=held_out: the panel has no such part; give fitness.held_out=NUMBER")
        if digest not in ("", digest_of(panel)):
            raise UsageError(
                f"panel {panel}: is not the file that the search was begun with (fitness.digest={digest}); put that "
                "one back, or begin another search"
            )
        self._panel, info = read_panel(panel, metric=metric, lower_is_better=lower_is_better)
        self._space = space_of(panel, info, panel_space)
        self._sizes = [panel_size or len(self._panel) - held_out, *([held_out] if held_out else [])]
        self._panel.check_sizes(self._sizes)
        self._kept = part == "held_out" or self._sizes[0] <= MOST_KEPT
        self._stratified = stratified
        noise = _noise(label_noise, statistic, panel, metric)
        self._judging = partial(Statistic.of, statistic, noise=noise, absolute=absolute)
        self._notes = _notes(label_noise, noise) if statistic == "pairs" else []
        self._of_each = statistic_of_each(statistic, noise=noise, absolute=absolute)
        self._absolute = absolute
        self._part = PARTS.index(part)
        self._precision = precision
        self._draw = draw
        self._rungs = Rungs(settle_rungs(rungs), steps, repeats, rung_margin)
        self.last_round = last_round if self._kept else 0
        self._drawn: tuple[int, list[PanelMembers]] | None = None

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the panel's full path, its file's digest, and rungs as numbers; raises UsageError."""
        panel = settle_panel(str(options["panel"]))
        rungs: Any = options["rungs"]
        kept = {"rungs": list(settle_rungs(rungs))} if rungs else {}
        return {**options, "panel": panel, "digest": options.get("digest") or digest_of(panel), **kept}

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        if not isinstance(space, TaskSpace):
            return "it scores proxy tasks, and this space has none"
        if reads_sequences(space) == reads_sequences(self._space):
            return None
        ours, theirs = ("sequences" if reads_sequences(each) else "images" for each in (self._space, space))
        return f"the panel's networks read {ours}, and its tasks are of {theirs}"

    def check_seed(self, data_seed: int) -> None:
        """Raise UsageError where the members that this seed draws cannot be ranked, or are none of their space."""
        self._members(data_seed)

    def options_in_force(self, images: ImageSource) -> Sequence[str]:
        """Return what the labels' noise is where it is that of the panel."""
        return self._notes

    def judging(self, data_seed: int) -> JudgingPanel:
        """Return the members that a search by this seed scores, and by what it judges their scores."""
        return JudgingPanel(self._members(data_seed)[self._part], self._of_each, absolute=self._absolute)

    def held_out(self, data_seed: int) -> HeldOutPanel | None:
        """Return the members that a search by this seed never scores, or None where there are none, or it does."""
        _, *others = self._members(data_seed)
        if not others or PARTS[self._part] != "search":
            return None
        return HeldOutPanel(others[0], self._of_each, absolute=self._absolute)

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the statistic.

        Raises AbandonedError, ValueError where all members score alike, and DeadlineExceededError.
        """
        assert isinstance(context.space, TaskSpace)
        made, members = context.space.to_task(candidate), self._members(context.data_seed)[self._part]
        tasks = made.tasks if isinstance(made, TaskSet) else (made,)
        statistic = self._judging(members.labels)
        trainings = MemberTrainings(members, statistic, tasks, context, precision=self._precision)
        seeds = repeat_seeds(context.data_seed, self._draw, self._rungs.repeats)
        spent = self._rungs.race(partial(trainings.scores, seeds[:1]), context.threshold)
        scores = trainings.scores(seeds, self._rungs.whole, context.threshold)
        cost = {TRAININGS: spent + scores.scored} if self._rungs.steps else {}
        metrics = {**scores.metrics(kept=self._kept), **cost}
        if scores.bound is not None:
            after = f"after {scores.scored} of {len(members)} members, below {context.threshold:.4f}"
            raise AbandonedError(f"at most {scores.bound:.4f} {after}", {**metrics, "bound": scores.bound})
        value = statistic.value(scores.together())
        if math.isnan(value):
            same = scores.together()[0]
            raise ValueError(f"all {len(members)} members of the panel score {same:g}: the task ranks nothing")
        return Score(value, metrics=metrics)

    def _members(self, data_seed: int) -> list[PanelMembers]:
        """Return the members that the search is judged by, and those held out if there are any."""
        if self._drawn is None or self._drawn[0] != data_seed:
            rng = derive_rng(data_seed, "panel", "members")
            panels = self._panel.draw(self._sizes, rng, stratified=self._stratified)
            parts = [PanelMembers(panel, self._space) for panel in panels]
            check_distinct(self._panel.name, *parts)
            self._drawn = data_seed, parts
        return self._drawn[1]


def _noise(given: float | Literal["auto"], statistic: StatisticName, panel: str, metric: str) -> float:
    """Return the standard deviation of one label; raises UsageError where it is given and of no use."""
    if statistic != "pairs" and given != "auto":
        raise UsageError(f"fitness.label_noise={given}: fitness.statistic=pairs alone weighs by it; give that, too")
    if given == "auto":
        return label_noise(panel, metric) if statistic == "pairs" else 0.0
    check_range("fitness.label_noise", given, 0.0, MOST_NOISE)
    return given


def _notes(given: float | Literal["auto"], noise: float) -> list[str]:
    if given != "auto":
        return []
    if noise:
        return [f"label_noise is {noise:.3g}, as the panel's labels of single seeds differ"]
    return ["label_noise is 0, as the panel has no labels of single seeds: all pairs whose labels differ count alike"]
