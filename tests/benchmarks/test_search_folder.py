"""Catches: a folder of the same search that is refused, one of another or on other images that is not."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evo.commands.run_options import read_command
from evo.searching import run_request
from tasks.foundation.errors import UsageError
from tests.benchmarks.search_folder import check_folder


def write_images(folder: Path, shade: int) -> None:
    for label in ("a", "b"):
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(12):
            pixels = np.full((8, 8, 3), shade + number, dtype=np.uint8)
            Image.fromarray(pixels).save(folder / label / f"{number}.png")


def test_a_folder_of_the_same_search_on_the_same_images_is_free(tmp_path: Path) -> None:
    write_images(tmp_path / "images", 10)
    given = ["--space", "nasbench201", "--fitness", "params", "--data", f"imagefolder:{tmp_path / 'images'}"]
    given += ["--image-size", "8", "--evaluations", "2", "--workers", "0", "--run-dir", str(tmp_path / "run")]
    request = read_command(given).request
    check_folder(tmp_path / "run", request)
    run_request(request)
    check_folder(tmp_path / "run", request)
    with pytest.raises(UsageError, match="seed"):
        check_folder(tmp_path / "run", read_command([*given, "--seed", "1"]).request)
    write_images(tmp_path / "images", 90)
    with pytest.raises(UsageError, match=r"its images .* were others"):
        check_folder(tmp_path / "run", request)
