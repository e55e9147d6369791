"""Catches: an example that does not run as it says, or that is too long to be one."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

REPOSITORY = Path(__file__).parents[1]
EXAMPLES = REPOSITORY / "runs" / "examples"
SAYS = {
    "detector_backbone.py": "losses: {'classification'",
    "evolution_beside_supernet.py": "inherited parameters",
    "own_fitness.py": "nds_resnet by __main__:Evenness",
    "own_images.py": "on images held out",
    "own_space.py": "__main__:PlainNetworks by naswot",
    "search_and_use.py": "stages [(1, 16, 32, 32)",
}


def test_every_example_is_run_here() -> None:
    assert sorted(path.name for path in EXAMPLES.glob("*.py")) == sorted(SAYS)


@pytest.mark.slow
@pytest.mark.parametrize("name", SAYS)
def test_an_example_runs_as_it_says(name: str, tmp_path: Path) -> None:
    path = EXAMPLES / name
    assert len(path.read_text(encoding="utf-8").splitlines()) < 40
    given = [str(_images(tmp_path))] if name == "own_images.py" else []
    done = subprocess.run(
        [sys.executable, str(path), *given, str(tmp_path / "run")],
        cwd=tmp_path, env={**_environment()}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SAYS[name] in done.stdout


def _images(folder: Path) -> Path:
    """Return a folder of a few unlabelled images."""
    images = folder / "images"
    images.mkdir()
    rng = np.random.default_rng(0)
    for number in range(48):
        pixels = rng.integers(0, 256, size=(40, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(images / f"{number}.png")
    return images


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(REPOSITORY)}
