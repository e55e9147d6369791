"""What the best tasks of a search of proxy tasks are worth: scored again, and on members of the panel held out."""

from collections.abc import Mapping
from typing import Any

from evo.display.page import TextList
from evo.display.readable_numbers import counted
from evo.display.text_table import short
from evo.reporting.run_files import RunFiles
from evo.reporting.section import Section, absent, one_table
from evo.storage.durable_files import parse_json
from evo.storage.run_folder import HELD_OUT, LAST_ROUND

HEADING = "What the best proxy tasks are worth"
HEADER = ("", "first", "again", "mean", "held out")


def last_round_section(run: RunFiles) -> Section:
    """Return what was chosen in the last round, what is expected of it, and what each task reaches.

    Raises OSError, ValueError, KeyError or TypeError for files that no search has written.
    """
    if not (run.path / LAST_ROUND).is_file():
        return absent(HEADING, "No proxy tasks were scored again: there are none, or their search is not over.")
    found, held_out = parse_json(run.path / LAST_ROUND), _held_out(run)
    later = run.rows.num_rows - found["trials"]
    notes = [f"{counted(later, 'trial')} came later; --resume scores the best of all again."] if later else []
    rows = [(one["name"], *map(short, one["reached"]), short(one["mean"])) for one in found["tasks"]]
    rows += [(name, "-", "-", short(value)) for name, value in found["sizes"].items()]
    title = f"On the {found['members']} members of the search, and Spearman's rho of those held out"
    table = one_table(title, HEADER, [(*row, short(held_out.get(row[0]))) for row in rows])
    return Section(HEADING, [TextList([*found["said"], *notes]), table])


def _held_out(run: RunFiles) -> Mapping[str, Any]:
    """Return rho of the members held out, by the tasks' names; nothing where none were."""
    if not (run.path / HELD_OUT).is_file():
        return {}
    return {one["name"]: one["rho"][0] for one in parse_json(run.path / HELD_OUT)["tasks"]}
