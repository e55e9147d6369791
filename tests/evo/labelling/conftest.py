"""Pictures of a user's own, with and without labels."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def image_folders(tmp_path: Path) -> Path:
    """A folder ``flat`` of images, and a folder ``classes`` of two folders of them."""
    rng = np.random.default_rng(0)
    for folder in ("flat", "classes/a", "classes/b"):
        (tmp_path / folder).mkdir(parents=True)
        for number in range(6):
            pixels = rng.integers(0, 256, size=(12, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / folder / f"{number}.png")
    return tmp_path
