"""Catches: a plot of other numbers than the run's, an axis without its unit, a run that is empty, differentiable,
broken or very long that has no plot, a scale or an axis that is guessed, a text of a run that becomes markup."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evo.records.trial import Finished
from evo.reporting.run_plots import RunPlots
from evo.reporting.sampling import MOST_POINTS
from evo.storage.run_folder import CONFIG
from tasks.foundation.errors import UsageError
from tasks.foundation.figure import Figure
from tests.drawn_figures import check_texts, parsed, texts, titles
from tests.run_folders import CELLS, config_of, done, epoch_row, write_run

EVIL = "</svg><script>alert()</script>"
PLOTS: dict[str, Callable[[RunPlots], Figure]] = {
    "evaluations": RunPlots.history,
    "time": lambda plots: plots.history(against="time"),
    "params": RunPlots.pareto,
    "macs": lambda plots: plots.pareto(against="macs"),
    "population": RunPlots.population,
    "failures": RunPlots.failures,
    "where": RunPlots.time,
}
AXES = {
    "evaluations": {"evaluations (count)", "naswot (higher is better)"},
    "time": {"minutes since the first trial began", "naswot (higher is better)"},
    "params": {"parameters (count)", "naswot (higher is better)"},
    "macs": {"multiply-adds (count)", "naswot (higher is better)"},
    "population": {"evaluations (count)", "share, 0 to 1", "age of parents (trials)"},
    "failures": {"trials (count)"},
    "where": {"minutes of workers"},
}
TIMES = {"build_s": 1.0, "evaluate_s": 3.0, "worker": "w"}


def evolved(count: int) -> list[Finished]:
    """Return trials, every fifth a failure, each from the second half on a child of the one four before it."""
    return [
        done(
            n,
            None if n % 5 == 4 else float(n % 7),
            parent=n - 4 if n >= count // 2 else None,
            started_at=60.0 * n,
            error=f"Traceback\nValueError: {EVIL} at {n}" if n % 5 == 4 else None,
            **TIMES,
        )
        for n in range(count)
    ]


def plotted(path: Path, name: str) -> tuple[list[str], list[str]]:
    """Return the texts of a plot and what its parts tell, having looked at where they stand."""
    root = parsed(PLOTS[name](RunPlots(path)).svg)
    check_texts(root)
    return texts(root), titles(root)


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_has_a_title_and_axes_with_units(tmp_path: Path, name: str) -> None:
    said, told = plotted(write_run(tmp_path / "run", evolved(20)), name)
    assert AXES[name] <= {text.partition(", logarithmic")[0].partition(", by rank")[0] for text in said}
    assert told


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("evaluations", "No trial has a score yet."),
        ("time", "No trial has a score yet."),
        ("params", "No scored candidate has a number of parameters."),
        ("macs", "No scored candidate has a number of multiply-adds."),
        ("population", "Fewer than 8 trials, two windows of 4, are logged."),
        ("failures", "No trial is logged."),
        ("where", "No trial says when it began."),
    ],
)
def test_without_data_the_axes_are_there_and_one_line_says_why(tmp_path: Path, name: str, why: str) -> None:
    said, _ = plotted(write_run(tmp_path / "run", config=config_of()), name)
    assert why in " ".join(said)
    assert AXES[name] <= {text.replace("seconds", "minutes") for text in said}


def test_points_are_trials_and_the_note_says_how_many_have_no_score(tmp_path: Path) -> None:
    said, told = plotted(write_run(tmp_path / "run", evolved(20)), "evaluations")
    assert {f"trial {n}\nfitness {n % 7}" for n in range(20) if n % 5 != 4} <= set(told)
    assert "4 of 20 trials have no score." in said


def test_the_front_of_sizes_is_told_apart(tmp_path: Path) -> None:
    trials = [done(0, 1.0, params=10), done(1, 3.0, params=20), done(2, 2.0, params=30)]
    root = parsed(RunPlots(write_run(tmp_path / "run", trials)).pareto().svg)
    front = [circle for circle in root.iter("circle") if circle.attrib["fill"] != root[2].attrib["fill"]]
    assert [(circle.findtext("title") or "").partition(":")[0] for circle in front] == ["trial 0", "trial 1"]
    assert f"trial 2: {CELLS[2]}\nparameters 30, fitness 2" in titles(root)


def test_failures_are_counted_by_reason_and_are_no_markup(tmp_path: Path) -> None:
    said, told = plotted(write_run(tmp_path / "run", evolved(20)), "failures")
    assert "4 trials of 20 without a score." in said
    assert f"failed: ValueError: {EVIL} at #: 4" in told


def test_the_time_of_the_workers_is_divided(tmp_path: Path) -> None:
    _, told = plotted(write_run(tmp_path / "run", evolved(4)), "where")
    wall = 3 * 60 + 3  # from the first start to the last end
    minutes = [4 / 60, (12 - 4) / 60, (wall - 12) / 60]  # building is a part of a trial's seconds
    parts = ("build", "evaluate", "what remains")
    assert told == [f"workers, {part}: {value:.6g}" for part, value in zip(parts, minutes, strict=True)]


@pytest.mark.parametrize(
    ("seconds", "said", "value"), [(119.0, "seconds", 119), (120.0, "minutes", 2), (7200.0, "hours", 2)]
)
def test_times_are_in_a_unit_that_fits(tmp_path: Path, seconds: float, said: str, value: int) -> None:
    trial = done(0, 1.0, started_at=0.0, evaluate_s=seconds)
    words, told = plotted(write_run(tmp_path / "run", [trial]), "where")
    assert f"{said} of workers" in words
    assert f"workers, evaluate: {value}" in told


def test_a_population_is_seen_through_windows_of_its_size(tmp_path: Path) -> None:
    said, _ = plotted(write_run(tmp_path / "run", evolved(20)), "population")
    assert "At each place, of the 4 trials before it." in said
    assert {"different candidates", "children better than their parent"} <= set(said)
    drawn = [done(n, 1.0) for n in range(9)]
    said, _ = plotted(write_run(tmp_path / "random", drawn), "population")
    assert "No trial has a parent: candidates are drawn, not bred." in " ".join(said)


def test_a_differentiable_run_shows_its_losses_and_the_time_of_each_supernet(tmp_path: Path) -> None:
    epochs = [epoch_row(seed, epoch) for seed in (0, 1) for epoch in range(3)]
    path = write_run(tmp_path / "run", config=config_of("rotation", strategy="darts"), epochs=epochs)
    said, told = plotted(path, "evaluations")
    assert {"seed 0", "seed 1", "epoch (count)", "loss on held-out images"} <= set(said)
    assert {"seed 0\n1: 2", "seed 1\n3: 1.8"} <= set(told)
    assert "seed 1: 9" in plotted(path, "where")[1]
    assert "A differentiable search has no population." in plotted(path, "population")[0]


def test_a_scale_is_taken_as_asked_for_and_by_itself_spreads_what_is_squashed(tmp_path: Path) -> None:
    squashed = [done(n, -1e6 if n < 2 else n / 100) for n in range(40)]
    plots = RunPlots(write_run(tmp_path / "run", squashed))
    for shown in (plots.history, plots.pareto):
        assert "naswot (higher is better), by rank" in texts(parsed(shown().svg))
        assert "naswot (higher is better)" in texts(parsed(shown(scale="linear").svg))
        with pytest.raises(UsageError, match="has no logarithm"):
            shown(scale="log")
        with pytest.raises(UsageError, match=r"scale='ranks': must be one of auto, linear, log, rank"):
            shown(scale="ranks")


def test_what_it_is_drawn_against_is_one_of_those_that_are_named(tmp_path: Path) -> None:
    plots = RunPlots(write_run(tmp_path / "run", evolved(4)))
    with pytest.raises(UsageError, match=r"against='trials': must be one of evaluations, time"):
        plots.history(against="trials")
    with pytest.raises(UsageError, match=r"against='flops': must be one of params, macs"):
        plots.pareto(against="flops")
    with pytest.raises(UsageError, match="none"):
        RunPlots(tmp_path / "none").history()


def test_runs_that_differ_in_their_seed_are_a_median_with_a_band(tmp_path: Path) -> None:
    paths = [
        write_run(tmp_path / str(seed), [done(n, float(n + seed)) for n in range(4)], config=config_of(seed=seed))
        for seed in range(3)
    ]
    other = write_run(tmp_path / "r", evolved(4), config=config_of(strategy="random_search"))
    root = parsed(RunPlots(paths[0]).history(beside=[*paths[1:], str(other)]).svg)
    check_texts(root)
    assert {"regularized_evolution (3 seeds)", "random_search"} <= set(texts(root))
    assert len([path for path in root.iter("path") if path.get("fill-opacity")]) == 1


def test_of_a_long_run_every_so_many_trials_are_drawn_and_it_says_so(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", [done(n, float(n % 97)) for n in range(2 * MOST_POINTS + 1)])
    for name in ("evaluations", "params"):
        said, told = plotted(path, name)
        assert len(told) < MOST_POINTS + 100
        assert "Of 4,001 trials one in 3 is drawn, and each that raised the best" in " ".join(said)


def test_a_broken_run_is_drawn_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", evolved(8))
    (path / CONFIG).write_text("{")
    said, told = plotted(path, "evaluations")
    assert "trial 0\nfitness 0" in told
    assert "fitness (higher is better)" in said
    assert CONFIG in "".join(said)
