"""What the checks are run on: a fitness, members of a space, and what became of scoring them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import torch

from fitness.base import EvalContext, Fitness
from fitness.conformance.attempt import Attempt, Scoring, attempt
from fitness.conformance.broken_networks import Broken, WithBrokenNetworks
from fitness.conformance.recorded_images import RecordedImages
from fitness.conformance.small_reference import small_reference
from fitness.reference import Reference, ReferenceRequest
from spaces import NetworkSpace, reads_sequences
from spaces.conformance.case import Nonconformance, NotApplicable, naming, shorten
from tasks import derive_rng

AGAIN = 2
"""Members that are scored again, in every way that must not matter."""

_LEAST_LIMIT_S, _PATIENCE = 60.0, 20  # another process may take so many times the longest that a member took

Elsewhere = Callable[[Sequence[str], float], list[Attempt]]
"""Scores the candidates of texts in another process, within a limit in seconds."""


@dataclass(frozen=True)
class Case:
    """A fitness under examination. It is computed on the CPU, where equal seeds give equal bits.

    make: returns the fitness anew, with other options where some are given
    options: what it was made with
    elsewhere: asks another process, None to ask this one
    members: candidates that are scored
    seed: determines them, their weights and the images
    """

    make: Callable[..., Any]
    space: Any
    images: RecordedImages
    options: Mapping[str, object] = field(default_factory=dict)
    elsewhere: Elsewhere | None = None
    members: int = 8
    seed: int = 0

    @cached_property
    def candidates(self) -> list[Any]:
        """Return the members."""
        return [self.space.sample(derive_rng(self.seed, "conformance", "member", i)) for i in range(self.members)]

    @cached_property
    def refusal(self) -> str | None:
        """Return why the fitness cannot score the space, or None if it can, or if it cannot say."""
        fitness = Fitness.of(self.make())
        try:
            return fitness.accepts(self.space) or None
        except Exception:  # there is a check of its own for it
            return None

    @cached_property
    def fitness(self) -> Scoring:
        """Return the instance that scores all members; raises NotApplicable where it refuses the space."""
        self._require_accepted()
        return self.ready()

    @cached_property
    def request(self) -> ReferenceRequest | None:
        """Return what the fitness asks to have scored before the members; raises NotApplicable as ``fitness`` does."""
        self._require_accepted()
        return Fitness.of(self.make()).reference_request(self.space)

    @cached_property
    def reference(self) -> Reference | None:
        """Return what was asked for, scored once; None where nothing was."""
        return None if self.request is None else small_reference(self.request, self.space, self.images.source)

    def ready(self, **changes: object) -> Scoring:
        """Return the fitness anew, with other options where some are given, and its reference handed over."""
        reference = self.reference
        made: Scoring = self.make(**changes)
        if reference is not None:
            Fitness.of(made).take_reference(reference)
        return made

    @cached_property
    def attempts(self) -> list[Attempt]:
        """Return what became of scoring each member, in order."""
        return [self.score(candidate) for candidate in self.candidates]

    @cached_property
    def scored(self) -> list[int]:
        """Return the numbers of the members that have a score; raises NotApplicable without any."""
        found = [number for number, made in enumerate(self.attempts) if made.scored]
        if not found:
            raise NotApplicable("no member has a score")
        return found

    @cached_property
    def again(self) -> list[int]:
        """Return the numbers of the members that are scored again: the first that have a score."""
        return self.scored[:AGAIN]

    @cached_property
    def in_a_fresh_instance(self) -> dict[int, Attempt]:
        """Return what a second instance makes of the members ``again``, the last of them first."""
        self._require_accepted()
        fresh = self.ready()
        return {number: self.score(self.candidates[number], fresh) for number in reversed(self.again)}

    def text(self, candidate: Any) -> str:
        """Return the text of a member or of a broken candidate."""
        return candidate.value if isinstance(candidate, Broken) else self.space.encode(candidate)

    def describe(self, number: int) -> str:
        """Return the text of a member as messages show it."""
        return shorten(self.text(self.candidates[number]))

    def about(self, number: int) -> AbstractContextManager[None]:
        """Name the member that a Nonconformance is about; an exception of the fitness's own code becomes one."""
        return naming(lambda: self.describe(number))

    def context(self, candidate: Any) -> EvalContext:
        """Return a context for a candidate, the same each time."""
        return EvalContext(
            space=self.space,
            images=self.images.source,
            data_seed=self.seed,
            rng=derive_rng(self.seed, "conformance", "weights", self.text(candidate)),
            device=torch.device("cpu"),
        )

    def score(self, candidate: Any, fitness: Scoring | None = None, **changes: Any) -> Attempt:
        """Return what ``fitness`` makes of a candidate, the case's own instance by default; changes: of the context."""
        scoring = fitness or self.fitness
        before = len(self.images.drawn)  # without what its reference took
        made = attempt(scoring, candidate, replace(self.context(candidate), **changes))
        return replace(made, drawn=tuple(self.images.drawn[before:]))

    def answer(self, texts: Sequence[str]) -> list[Attempt]:
        """Return what becomes of the candidates of ``texts``, without what may not pickle."""
        return [self._answer(text).told() for text in texts]

    def ask(self, texts: Sequence[str]) -> list[Attempt]:
        """Return the same as ``answer``, from another process; raises Nonconformance where it ends or hangs."""
        if self.elsewhere is None:
            return self.answer(texts)
        longest = max(made.seconds for made in self.attempts)
        return self.elsewhere(texts, max(_LEAST_LIMIT_S, _PATIENCE * longest * len(texts)))

    def ask_about(self, broken: Broken) -> Attempt:
        """Return what becomes of a broken network, asked for once.

        Raises NotApplicable where there cannot be one, or where the fitness never looks at networks, and
        Nonconformance where it ends or blocks its process.
        """
        self._require_networks()
        if broken not in self._answers:
            try:
                (self._answers[broken],) = self.ask([broken.value])
            except Nonconformance as ended:
                self._answers[broken] = ended
        answer = self._answers[broken]
        if isinstance(answer, Nonconformance):
            raise answer
        if not answer.built:
            raise NotApplicable("it looks at candidates, and never built the network")
        return answer

    @cached_property
    def _answers(self) -> dict[Broken, Attempt | Nonconformance]:
        return {}

    def _answer(self, text: str) -> Attempt:
        if text not in set(Broken):
            return self.score(self.space.decode(text))
        space = WithBrokenNetworks(self.space, self.candidates[0])
        made = self.score(Broken(text), space=space)
        return replace(made, built=space.built > 0)

    def _require_accepted(self) -> None:
        if self.refusal is not None:
            raise NotApplicable(f"it refuses the space: {self.refusal}")

    def _require_networks(self) -> None:
        self._require_accepted()
        if not isinstance(self.space, NetworkSpace):
            raise NotApplicable("no networks: the space has no build()")
        if reads_sequences(self.space):
            raise NotApplicable("the broken networks read images, and those of the space read sequences")
