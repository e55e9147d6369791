"""The signals of the best proxy task as images, stage by stage."""

from evo.display.readable_numbers import readable
from evo.drawing.space_of_run import SpaceOfRun
from evo.engine.summary import best_rows
from evo.reporting.candidate_section import diagrams_of
from evo.reporting.run_files import RunFiles
from evo.reporting.section import Section, absent
from spaces import TaskSpace

HEADING = "The signals of the best proxy task"


def signal_section(run: RunFiles, space: SpaceOfRun) -> Section:
    """Return the images of the best task's signals."""
    if not is_task_space(space):
        return absent(HEADING, "The candidates are no proxy tasks.")
    best = best_rows(run.rows, 1, run.final)
    if not best:
        return absent(HEADING, "No task has a score yet.")
    named = {best[0]["candidate"]: f"Trial {best[0]['trial_id']}, fitness {readable(best[0]['fitness'])}"}
    return Section(HEADING, diagrams_of(run, space, named))


def is_task_space(space: SpaceOfRun) -> bool:
    """Return whether the candidates are proxy tasks, as far as the space is known."""
    return isinstance(space.space, TaskSpace)
