"""Catches: a fault that costs seconds of loading before it is told, a name that is refused though it is installed or a
caller's own, a resumed run that is asked for what its folder says."""

from pathlib import Path

import pytest

from evo.commands.run_options import read_command
from evo.engine.first_checks import check_limits, check_plugins, check_scores, check_search
from evo.records.config import Limits
from evo.records.requests import SearchRequest
from evo.storage.run_folder import RunFolder
from tasks.foundation.errors import UsageError
from tests.loaded import loaded
from tests.runs import toy_config
from tests.toy import BitStrings

REAL = ["--space", "nds_resnet", "--fitness", "regression"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--space is missing; known: darts, "),
        (["--space", "darts"], "--fitness is missing; known: "),
        (["--space", "dats", "--fitness", "regression"], "unknown space 'dats'; did you mean 'darts'"),
        (["--space", "darts", "--fitness", "regresion(task=N)"], "unknown fitness 'regresion'"),
        ([*REAL, "--strategy", "random"], "unknown strategy 'random'; did you mean 'random_search'"),
        ([*REAL, "--evaluations", "0"], "--evaluations 0: must be"),
        ([*REAL, "--max-minutes", "0"], "--max-minutes 0: must be"),
        ([*REAL, "--trial-timeout", "-1"], "--trial-timeout -1: must be"),
        ([*REAL, "--target", "nan"], "--target nan: must be"),
        ([*REAL, "--ahead", "0"], "--ahead 0: must be"),
        ([*REAL, "--evaluations", str(10**26)], "--evaluations 100000000000000000000000000: must be at most"),
        ([*REAL, "--trial-timeout", "1e-300"], "--trial-timeout 1e-300: must be at least 0.001"),
        ([*REAL, "--panel-size", "0"], "--panel-size 0: must be at least 5; --set fitness.panel_size=0 takes all"),
        ([*REAL, "--run-dir", ""], "argument --run-dir: an empty text names no file or folder"),
        ([*REAL, "--run-dir", "/dev/null/x"], "/dev/null is a file"),
        ([*REAL, "--references", "/dev/null/x"], "--references /dev/null/x: /dev/null is a file, not a folder"),
        ([*REAL, "--objectives", "params"], "--objectives: the first is 'params', and must be fitness"),
        (["--resume", "nowhere"], "nowhere: no run here"),
    ],
)
def test_what_needs_no_plugin_is_refused(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_search(read_command(arguments).request)
    assert words in str(caught.value)


def test_what_may_be_right_passes(tmp_path: Path) -> None:
    check_search(SearchRequest(space=BitStrings(), fitness=BitStrings, strategy=BitStrings()))
    check_search(SearchRequest(space="mine:Mine(a=1)", fitness="mine:F", strategy="darts"))
    check_search(SearchRequest(space="proxy_tasks", panel="digits"))  # its fitness is understood
    check_plugins("darts", "masked_autoencoding, classification(label=x), inherited(run=x)", "random_search")
    check_limits(5, 1.0, None, float("inf"))
    with RunFolder(tmp_path / "run") as folder:
        folder.claim(toy_config(), Limits())
    check_search(SearchRequest(run_dir=tmp_path / "run", resume=True))
    check_search(SearchRequest(run_dir=tmp_path / "run"))


def test_it_loads_neither_torch_nor_ray_nor_numpy() -> None:
    program = f"""
from evo.commands.run_options import read_command
from evo.engine.first_checks import check_search
check_search(read_command({REAL!r}).request)
"""
    assert loaded(program, ("torch", "ray", "numpy", "pyarrow")) == []


def test_no_folder_of_scores_is_checked_where_there_is_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("none").touch()
    check_scores("--references", Path("none"))
    with pytest.raises(UsageError, match=r"--references none/more: .*none is a file, not a folder"):
        check_scores("--references", Path("none/more"))
