"""Catches: a folder taken for a candidate's text, a text for a folder, an option that is lost."""

from pathlib import Path

import pytest

from evo.commands.draw_options import read_request
from evo.drawing.request import DrawRequest
from tasks import UsageError
from tests.evo.test_runs import claimed


def test_alone_it_is_a_run_and_beside_a_space_a_text() -> None:
    assert read_request(["runs/x"]) == DrawRequest(run=Path("runs/x"))
    assert read_request(["runs/x", "--candidate", "01"]) == DrawRequest(run=Path("runs/x"), candidate="01")
    assert read_request(["--space", "s", "01"]) == DrawRequest(space="s", candidate="01")
    assert read_request(["--space", "s", "--candidate", "01"]) == DrawRequest(space="s", candidate="01")


def test_beside_a_space_the_folder_of_a_run_is_a_run(tmp_path: Path) -> None:
    run = claimed(tmp_path, [])
    assert read_request([str(run), "--space", "s"]) == DrawRequest(run=run, space="s")
    nowhere = str(tmp_path / "nowhere")
    assert read_request([nowhere, "--space", "s"]) == DrawRequest(candidate=nowhere, space="s")
    for text in ("\0", "x" * 5_000):
        assert read_request([text, "--space", "s"]).candidate == text


def test_files_and_trust_are_read() -> None:
    found = read_request(["runs/x", "--out", "a.svg", "--force", "--trust-plugins"])
    assert found == DrawRequest(run=Path("runs/x"), out=Path("a.svg"), force=True, trust=True)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--space", "s", "a", "--candidate", "b"], "'a' and --candidate 'b': give one"),
        (["--out", "", "x"], "names no file"),
        ([""], "names no file"),
        (["a", "b"], "unrecognized arguments: b"),
        ([], "name a run, or a space by --space"),
        (["--candidate", "a"], "name a run, or a space by --space"),
    ],
)
def test_what_means_two_things_or_none_is_refused(arguments: list[str], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        read_request(arguments)
