"""Catches: a folder of images that changed between a run and its resume and goes unnoticed, a logged score that another
folder's images are scored for."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import evo
from evo.commands.run import main
from tasks.foundation.trust import FLAG
from tests.runs import rows

BITS = {"space": "tests.toy:BitStrings", "fitness": "tests.toy:CountOnes(noise=0)", "evaluations": 3, "workers": 0}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three images."""
    images = tmp_path / "images"
    images.mkdir()
    for number in range(3):
        grey = np.random.default_rng(number).integers(256, size=(16, 16), dtype=np.uint8)
        Image.fromarray(grey).save(images / f"{number}.png")
    return images


def search(folder: Path, **asked: Any) -> evo.Run:
    return evo.search(**{**BITS, "data": f"imagefolder:{folder}", "run_dir": folder.parent / "run", **asked})


def test_a_run_goes_on_with_the_images_it_began_with_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = search(folder)
    again = ["--resume", str(run.path), "--workers", "0", "--quiet", FLAG]
    candidate = rows(run.path)[0]["candidate"]
    assert main([*again, "--evaluations", "4"]) == 0
    assert main([*again, "--candidate", candidate]) == 0
    os.utime(folder / "0.png", ns=(1, 1))
    capsys.readouterr()
    for more in (["--evaluations", "5"], ["--candidate", candidate]):
        assert main([*again, *more]) == 2
        printed = capsys.readouterr()
        assert printed.err.count("\n") == 1
        assert f"its images (imagefolder:{folder}) were others" in printed.err
        assert printed.out == ""
    assert len(rows(run.path)) == 4
    with pytest.raises(evo.UsageError, match="were others"):
        search(folder, evaluations=5)
    with pytest.raises(evo.UsageError, match="were others"):
        run.resume(evaluations=5)
    assert main([*again, "--candidate", candidate, "--data", "noise"]) == 0  # which is another score


def test_contents_on_request(folder: Path) -> None:
    asked = {"data": f"imagefolder:{folder}(digest=contents)"}
    search(folder, **asked)
    os.utime(folder / "0.png", ns=(1, 1))
    assert len(rows(search(folder, **asked, evaluations=4).path)) == 4
    (folder / "0.png").write_bytes((folder / "1.png").read_bytes())
    with pytest.raises(evo.UsageError, match="were others, or divided otherwise"):
        search(folder, **asked, evaluations=5)


def test_a_correlation_goes_on_with_the_same_images_alone(folder: Path) -> None:
    table = folder.parent / "t.csv"
    table.write_text("candidate,acc\n" + "\n".join(f"{2**n - 1:010b},{n}" for n in range(8)))
    asked: dict[str, Any] = {**BITS, "table": table, "metric": "acc", "data": f"imagefolder:{folder}", "sample": 6}
    del asked["evaluations"]
    evo.correlate(**asked, run_dir=folder.parent / "correlation")
    (folder / "2.png").rename(folder / "3.png")
    with pytest.raises(evo.UsageError, match="were others"):
        evo.correlate(**{**asked, "sample": 8}, run_dir=folder.parent / "correlation")
