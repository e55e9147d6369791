"""What several tests share: random signal bases, a tiny CIFAR archive and folders of images."""

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st
from PIL import Image

from tasks.regression.signal_bases import Dot, GDot, Resize, Sin1D, Sin2D

LEVELS = st.floats(1e-3, 1e3)
FREQUENCIES = st.lists(st.floats(0, 0.5), min_size=1, max_size=12).map(tuple)
SHARES = st.floats(1 / 64, 1)
for wave in (Sin1D, Sin2D):
    st.register_type_strategy(wave, st.builds(wave, level=LEVELS, frequencies=FREQUENCIES, local=st.booleans()))
for dots in (Dot, GDot):
    st.register_type_strategy(dots, st.builds(dots, level=LEVELS, partial=SHARES, local=st.booleans()))
st.register_type_strategy(Resize, st.builds(Resize, level=LEVELS))

PER_FILE = {10: 4, 100: 12}  # images per archive file
OF_A_CLASS = {10: 1, 100: 2}  # images of a class in a row


@pytest.fixture
def folder_of_images(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that fills a folder with random PNG images of the given relative names."""

    def make(*names: str, size: tuple[int, int] = (48, 40)) -> Path:
        folder = tmp_path / "pictures"
        rng = np.random.default_rng(0)
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(256, size=(*size[::-1], 3), dtype=np.uint8)).save(path)
        return folder

    return make


@pytest.fixture
def cifar_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data root with tiny CIFAR-10 and CIFAR-100 archives, whose checksums alone are not looked at."""
    from torchvision.datasets import CIFAR10, CIFAR100, cifar

    monkeypatch.setattr(cifar, "check_integrity", lambda path, md5=None: Path(path).is_file())
    for dataset, classes, label_key in ((CIFAR10, 10, "labels"), (CIFAR100, 100, "fine_labels")):
        folder = tmp_path / dataset.base_folder
        folder.mkdir()
        for position, (name, _) in enumerate([*dataset.train_list, *dataset.test_list]):
            count = PER_FILE[classes]
            rows = np.random.default_rng([classes, position]).integers(256, size=(count, 3072), dtype=np.uint8)
            labels = [(position * count + row) // OF_A_CLASS[classes] % classes for row in range(count)]
            (folder / name).write_bytes(pickle.dumps({"data": rows, label_key: labels}))
        names = {dataset.meta["key"]: [str(label) for label in range(classes)]}
        (folder / dataset.meta["filename"]).write_bytes(pickle.dumps(names))
    return tmp_path
