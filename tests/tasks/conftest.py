"""What several tests share: random signal bases, a tiny CIFAR archive and folders of images."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tasks.regression.signal_bases import Dot, GDot, Resize, Sin1D, Sin2D
from tests.image_files import write_cifar, write_images

LEVELS = st.floats(1e-3, 1e3)
FREQUENCIES = st.lists(st.floats(0, 0.5), min_size=1, max_size=12).map(tuple)
SHARES = st.floats(1 / 64, 1)
for wave in (Sin1D, Sin2D):
    st.register_type_strategy(wave, st.builds(wave, level=LEVELS, frequencies=FREQUENCIES, local=st.booleans()))
for dots in (Dot, GDot):
    st.register_type_strategy(dots, st.builds(dots, level=LEVELS, partial=SHARES, local=st.booleans()))
st.register_type_strategy(Resize, st.builds(Resize, level=LEVELS))


@pytest.fixture
def folder_of_images(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that fills a folder with random PNG images of the given relative names."""
    return lambda *names, size=(48, 40): write_images(tmp_path / "pictures", *names, size=size)


@pytest.fixture
def cifar_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data root with tiny CIFAR-10 and CIFAR-100 archives, whose checksums alone are not looked at."""
    from torchvision.datasets import cifar

    monkeypatch.setattr(cifar, "check_integrity", lambda path, md5=None: Path(path).is_file())
    return write_cifar(tmp_path)
