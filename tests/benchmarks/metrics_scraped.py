"""Whether the metrics of runs reach Prometheus, all and to the end: ``python -m tests.benchmarks.metrics_scraped``.

Searches run for real, each on a Ray of its own while Prometheus (Debian's package) scrapes it with
``runs/cluster/prometheus.yml``: a whole run and one that is killed once half of it is done and Prometheus has seen it,
and taken up again, on this machine's own Ray (``local``) and through Ray's client server (``client``), and a
differentiable one (``supernets``). Then every query of
``runs/cluster/grafana-selfnas.json`` is evaluated by Prometheus' API over the run. Prints how many of its points are
there, and the counts at the end beside those of the log; exit code 1 where a query is empty, has a gap, or a count
differs. Without Prometheus it says so and does nothing.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from evo.engine.logged_counts import LoggedCounts
from evo.engine.ray_metrics import run_tag
from evo.storage.run_folder import read_progress
from tests.benchmarks.drawn_board import Answer, drawn
from tests.benchmarks.free_ports import free_ports

REPOSITORY = Path(__file__).parents[2]
BOARD = REPOSITORY / "runs" / "cluster" / "grafana-selfnas.json"
CONFIG = REPOSITORY / "runs" / "cluster" / "prometheus.yml"
DISCOVERY = "/tmp/ray/prom_metrics_service_discovery.json"
"""The file of Ray's that the configuration names, of whose Ray another folder is used here."""
ATTEMPTS = 5
STEP_S = 5
GAP_S = 15
"""Time between two points from which on there is a gap: three scrapes."""
TOY = ("--space", "tests.toy:BitStrings", "--fitness", "tests.toy:RaisesForSome(sleep_s=0.5)", "--quiet")
SUPERNETS = (
    *("--space", "nasbench201", "--strategy", "darts", "--fitness", "rotation", "--seeds", "2"),
    *("--data", "tests.tiny_images:tiny_noise", "--set", "space.stem_channels=4", "--set", "space.cells_per_stage=1"),
    *("--set", "strategy.epochs=40", "--set", "strategy.pictures=64", "--set", "strategy.batch=8"),
    *("--set", "strategy.held_out=16", "--set", "strategy.threads=1", "--set", "strategy.precision=float32", "--quiet"),
)
PATIENT = {"RAY_DASHBOARD_STARTUP_TIMEOUT_S": "240", "RAY_raylet_start_wait_time_s": "240"}
"""What a busy machine takes: a Ray without its dashboard writes no file of addresses."""
CASES = ("local", "local-killed", "client", "client-killed", "supernets")


@dataclass(frozen=True)
class Query:
    """A query of the board; panel: it stands in; legend: of its series."""

    panel: str
    text: str
    legend: str


def queries(board: Mapping[str, Any], *, supernets: bool) -> list[Query]:
    """Return the queries of a board, of supernets those of its row, else those above it."""
    panels = board["panels"]
    rows = [inner for panel in panels if panel["type"] == "row" for inner in panel["panels"]]
    shown = rows if supernets else [panel for panel in panels if panel["type"] != "row"]
    return [
        Query(panel["title"], target["expr"], target["legendFormat"]) for panel in shown for target in panel["targets"]
    ]


class Prometheus:
    """A Prometheus that scrapes the Ray of one folder."""

    def __init__(self, folder: Path) -> None:
        """Start it, with the repository's configuration."""
        (port,) = free_ports(1)
        self._url = f"http://127.0.0.1:{port}/api/v1"
        config = folder / "prometheus.yml"
        config.write_text(CONFIG.read_text().replace(DISCOVERY, str(folder / "ray" / Path(DISCOVERY).name)))
        command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}"]
        with (folder / "prometheus.log").open("w") as log:
            listen = f"--web.listen-address=127.0.0.1:{port}"
            self._process = subprocess.Popen([*command, listen], stdout=log, stderr=log)

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait()

    def answers(self, query: Query, run: str, begin: float, end: float) -> list[Answer]:
        """Return the series of a query over a time, a point every ``STEP_S``."""
        text = query.text.replace('"$run"', json.dumps(run))
        found = self._get("query_range", {"query": text, "start": begin, "end": end, "step": STEP_S})["result"]
        return [Answer(query.panel, query.legend, one["metric"], _points(one["values"])) for one in found]

    def last(self, query: str, begin: float, end: float) -> dict[str, float]:
        """Return the last value of each series that was scraped within a time, by the values of its tags."""
        asked = {"query": f"last_over_time(({query})[{int(end - begin)}s:1s])", "time": end}
        found = self._get("query", asked)["result"]
        return {" ".join(series["metric"].values()): float(series["value"][1]) for series in found}

    def _get(self, what: str, asked: Mapping[str, Any]) -> Any:
        with urllib.request.urlopen(f"{self._url}/{what}?{urllib.parse.urlencode(asked)}", timeout=60) as answer:
            return json.load(answer)["data"]


def _points(values: Sequence[tuple[float, str]]) -> dict[float, float]:
    return {float(at): float(value) for at, value in values}


@contextmanager
def head_node(folder: Path) -> Iterator[str]:
    """Give the address of the client server of a Ray of its own."""
    port, client, dashboard = free_ports(3)
    options = [f"--port={port}", f"--ray-client-server-port={client}", f"--dashboard-port={dashboard}", "--num-cpus=3"]
    command = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", *options]
    with (folder / "head.log").open("w") as log:
        process = subprocess.Popen(command, env=environment(folder), stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(lambda: "Ray runtime started" in (folder / "head.log").read_text(), 300)
        yield f"ray://127.0.0.1:{client}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of processes whose Ray keeps to a folder and asks for no token."""
    own = {"RAY_TMPDIR": str(folder), "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}
    return {**os.environ, **own, **PATIENT, "PYTHONPATH": str(REPOSITORY)}


def searching(folder: Path, run_dir: Path, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Return a search that has begun, or is over; where Ray does not start on a busy machine it is tried again."""
    for _ in range(ATTEMPTS):
        process = search(folder, arguments)
        try:
            wait_for(partial(has_begun, process, run_dir), 900)
        except TimeoutError:
            kill(process)
            raise
        if not process.poll():
            return process
    raise RuntimeError(f"no search could be started: {last_line(folder)}")


def has_begun(process: "subprocess.Popen[bytes]", run_dir: Path) -> bool:
    """Return whether a search gives signs of life, or is over."""
    return process.poll() is not None or read_progress(run_dir).get("process") == process.pid


def search(folder: Path, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start ``evo.run`` in a process group of its own."""
    with (folder / "run.log").open("a") as log:
        command = [sys.executable, "-m", "evo.run", *arguments]
        return subprocess.Popen(
            command, cwd=REPOSITORY, env=environment(folder), stdout=log, stderr=log, start_new_session=True
        )


def wait_for(what: Callable[[], bool], longest_s: float) -> None:
    """Wait until something is so; raises TimeoutError."""
    end = time.monotonic() + longest_s
    while not what():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {longest_s:g} s")
        time.sleep(0.5)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a search, with all that it has started, where it is not over."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run_case(case: str, folder: Path, trials: int, prometheus: Prometheus) -> tuple[float, float]:
    """Run the searches of a case; returns when they began and ended, in seconds since 1970."""
    run_dir, begin = folder / "runs" / case, time.time()
    with ExitStack() as stack:
        where = ["--address", stack.enter_context(head_node(folder))] if case.startswith("client") else []
        asked = SUPERNETS if case == "supernets" else (*TOY, "--evaluations", str(trials))
        process = searching(folder, run_dir, [*asked, "--run-dir", str(run_dir), "--workers", "2", *where])
        if case.endswith("killed"):
            stack.callback(kill, process)
            wait_for(lambda: process.poll() is not None or is_half_done(run_dir, trials, prometheus, begin), 600)
            if process.poll() is not None:
                raise RuntimeError(f"over before it was killed, which takes more --trials: {last_line(folder)}")
            kill(process)
            process = searching(
                folder, run_dir, ["--resume", str(run_dir), "--trust-plugins", "--workers", "2", "--quiet", *where]
            )
        stack.callback(kill, process)
        process.wait(900)
        if process.returncode:
            raise RuntimeError(f"the search ended with exit code {process.returncode}: {last_line(folder)}")
        end = time.time()
        if where:
            time.sleep(2 * STEP_S)  # the last values are there for as long as the cluster is, or 20 s
    return begin, end


def is_half_done(run_dir: Path, trials: int, prometheus: Prometheus, begin: float) -> bool:
    """Return whether half of a run's trials are logged, and Prometheus has seen some."""
    if read_progress(run_dir).get("done", 0) < trials // 2:
        return False
    return bool(prometheus.last(f'ray_selfnas_best_fitness{{run="{run_tag(run_dir)}"}}', begin, time.time()))


def last_line(folder: Path) -> str:
    """Return what a search has said last."""
    return ((folder / "run.log").read_text().splitlines() or ["it said nothing"])[-1]


def check(
    case: str, prometheus: Prometheus, run_dir: Path, times: tuple[float, float], figure: Path | None = None
) -> list[str]:
    """Print what Prometheus holds of a run, and draw it into a file where one is named; returns what is wrong."""
    begin, end, tag = *times, run_tag(run_dir)
    end += STEP_S
    wrong, shown = list[str](), list[Answer]()
    for query in queries(json.loads(BOARD.read_text()), supernets=case == "supernets"):
        series = prometheus.answers(query, tag, begin, end)
        shown += series
        at = sorted({when for each in series for when in each.points})
        gap_s = max((later - sooner for sooner, later in pairwise(at)), default=0.0)
        print(f"  {query.panel:<24} {len(series)} series, {len(at)} points, longest gap {gap_s:.0f} s: {query.text}")
        if not at or (gap_s > GAP_S and not case.endswith("killed")):
            wrong.append(f"{case}: {query.panel}: {'nothing' if not at else f'a gap of {gap_s:.0f} s'}")
    if figure is not None:
        figure.parent.mkdir(parents=True, exist_ok=True)
        figure.write_text(drawn(shown, begin), encoding="utf-8")
    return wrong + compare(case, prometheus, run_dir, (begin, end))


def compare(case: str, prometheus: Prometheus, run_dir: Path, times: tuple[float, float]) -> list[str]:
    """Print the counts that were scraped last beside those of the log; returns what differs."""
    tag, logged = run_tag(run_dir), LoggedCounts.of(run_dir)
    of_run = f'{{run="{tag}"}}'
    found = prometheus.last(f"max by (status) (ray_selfnas_evaluations{of_run})", *times)
    spent = prometheus.last(f"max by (part) (ray_selfnas_seconds{of_run})", *times)
    pairs = {f"evaluations {status}": (found.get(status), count) for status, count in logged.by_status.items()}
    for name, count in (("reused", logged.reused), ("retries", logged.retries)):
        pairs[name] = prometheus.last(f"max(ray_selfnas_{name}{of_run})", *times).get(""), count
    for part, seconds in (("build", logged.build_s), ("evaluate", logged.evaluate_s)):
        pairs[f"seconds {part}"] = round(spent.get(part, -1.0), 3), round(seconds, 3)
    for name, (scraped, count) in pairs.items():
        print(f"  {name:<24} {scraped} scraped, {count} logged")
    return [f"{case}: {name}: {one} scraped, {other} logged" for name, (one, other) in pairs.items() if one != other]


def judged(case: str, given: argparse.Namespace) -> list[str]:
    """Run a case and print what Prometheus holds of it; returns what is wrong, a case that came to no end among it."""
    with tempfile.TemporaryDirectory(prefix="selfnas-", dir="/tmp") as made:
        folder = Path(made)
        prometheus = Prometheus(folder)
        try:
            times = run_case(case, folder, given.trials, prometheus)
            print(f"{case}: {times[1] - times[0]:.0f} s")
            figure = given.figures and given.figures / f"{case}.svg"
            return check(case, prometheus, folder / "runs" / case, times, figure)
        except (RuntimeError, TimeoutError, subprocess.TimeoutExpired) as error:
            return [f"{case}: {error}"]
        finally:
            prometheus.close()
            if given.keep:
                shutil.copytree(folder, given.keep / case, ignore=shutil.ignore_patterns("ray"))


def main() -> int:
    """Run and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.metrics_scraped", description=__doc__)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES, help="what to run (default: all)")
    parser.add_argument("--trials", type=int, default=200, help="of each search, half a second each (default: 200)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="new folder for runs and logs (default: none is kept)")
    parser.add_argument("--figures", type=Path, metavar="DIR", help="folder for the board as it was, a file per case")
    given = parser.parse_args()
    if not shutil.which("prometheus"):
        print("not run: there is no prometheus (Debian: apt-get install prometheus)")
        return 0
    wrong = [fault for case in given.cases for fault in judged(case, given)]
    print("\n".join(wrong) or "nothing is missing, and all counts are those of the logs")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
