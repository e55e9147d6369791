"""How lucky panels of labels are for any ranking: ``python -m tests.benchmarks.panel_luck --space S --table T ...``.

The panels and other rows are those of ``tests.benchmarks.twenty_labels`` for the same options. Counting parameters
learns nothing from a panel, so what its rho is more on them than on the other rows is the luck of these panels. What a
search expects of its task from the same panels is to be seen beside that.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence

import numpy as np

from evo.display.text_table import Table, show, to_markdown
from fitness.rank_correlation.rank_statistics import bootstrap, interval, spearman
from spaces import SPACES, InputSpec, network_complexity
from tasks import Panel, derive_rng, parse_plugins
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tests.benchmarks.twenty_labels import add_panels, drawn

PROGRAM = "tests.benchmarks.panel_luck"
OUTPUTS = 10  # of a network; they change no order


def luck_of(rows: Panel, panels: Sequence[Panel], sizes: Mapping[str, float]) -> tuple[str, ...]:
    """Return rho of the sizes on the panels, its mean, on the other rows, and how much more it is on the panels.

    The interval is over panels, the sizes and the other rows drawn with replacement.
    """
    on_panels = np.array([_rho(panel, sizes) for panel in panels])
    scores, labels = np.array([sizes[text] for text in rows.texts]), np.array(rows.labels)
    elsewhere = bootstrap(scores, labels, names=["spearman"])["spearman"]
    which = derive_rng(0, "panels").integers(len(panels), size=(len(panels), len(elsewhere)))
    found = float(on_panels.mean()) - spearman(scores, labels)
    ahead = interval(found, on_panels[which].mean(axis=0) - elsewhere)
    return (f"{on_panels.mean():.3f}", f"{spearman(scores, labels):.3f}", show(ahead))


def _rho(panel: Panel, sizes: Mapping[str, float]) -> float:
    return spearman(np.array([sizes[text] for text in panel.texts]), np.array(panel.labels))


def _main(options: argparse.Namespace) -> int:
    rows, panels = drawn(options)
    (named,) = parse_plugins(options.space, option="--space", example="nasbench201(cells_per_stage=1)")
    space, spec = SPACES.build(named.name, named.given()), InputSpec(3, options.image_size)
    texts = {text for panel in (rows, *panels) for text in panel.texts}
    sizes = {text: float(network_complexity(space, space.decode(text), spec, OUTPUTS).params) for text in texts}
    head = (f"on {len(panels)} panels of {options.size}", f"on {options.rows} other rows", "more on the panels")
    say(to_markdown(Table("Spearman's rho of counting parameters", head, (luck_of(rows, panels, sizes),))))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print; returns the exit code."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    add_panels(root)
    return run_command(PROGRAM, lambda: _main(root.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
