"""What runs inside an actor of an evolution's pool: an evaluator, made once and called once per trial."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evo.cluster.cluster_notes import ClusterNotes
from evo.cluster.own_process import keep_freed_memory, resident_bytes
from evo.cluster.pulse import Pulse
from evo.cluster.sameness import Inquiry, WorkerFacts, facts_of
from evo.engine.pool.worker_side import begun
from evo.engine.worker_output import keep_in_bounds, print_into
from evo.records.worker_report import WorkerReport
from fitness.reference import Reference
from tasks.foundation.trust import trusting

Asked = tuple[str, int, float | None]
"""A candidate's text, seed and threshold."""


class EvaluationWorker:
    """What runs inside an actor: an evaluator, made once and called once per trial."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        objects: Mapping[str, object] | None = None,
        output: Path | None = None,
        reference: Reference | None = None,
        pulse: str | None = None,
        inquiry: Inquiry | None = None,
    ) -> None:
        """Build the run's space, fitness and images.

        objects: the caller's own plug-ins, by axis; output: file for what is printed, None to let it go where it goes
        reference: what the fitness has asked for; inquiry: what the driver wants to know
        pulse: key under which to give signs of life, None for none
        """
        print_into(output)
        from evo.engine.evaluator import Evaluator

        self._output = output
        keep_freed_memory()
        asked = inquiry or Inquiry()
        with trusting():  # whoever starts workers has checked what they make
            self._evaluator = Evaluator(begun(config, asked), worker=name, objects=objects or {}, reference=reference)
            self._facts = facts_of(asked, self._evaluator.images, gpu=self._evaluator.gpu)
        if pulse is not None:
            Pulse(ClusterNotes(), pulse).start()

    def ready(self) -> WorkerFacts:
        """Return what this process is once the worker is up."""
        return self._facts

    def evaluate(self, text: str, seed: int, timeout_s: float | None, threshold: float | None) -> WorkerReport:
        """Return what became of one candidate."""
        keep_in_bounds(self._output)
        return WorkerReport(self._evaluator.evaluate(text, seed, timeout_s, threshold), resident_bytes())

    def screen(self, text: str, seed: int, timeout_s: float | None, screen: str) -> WorkerReport:
        """Return the cheap score of one candidate, by the fitness that ``screen`` is the text of."""
        keep_in_bounds(self._output)
        return WorkerReport(self._evaluator.screen(text, seed, timeout_s, screen), resident_bytes())

    def evaluate_each(
        self, asked: Sequence[Asked], timeout_s: float | None, memory_bytes: int | None
    ) -> Iterator[WorkerReport]:
        """Give what became of each candidate once it is known; no more of them once this process holds too much."""
        for text, seed, threshold in asked:
            report = self.evaluate(text, seed, timeout_s, threshold)
            yield report
            if memory_bytes is not None and (report.resident_bytes or 0) > memory_bytes:
                return
