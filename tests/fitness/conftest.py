"""What tests of fitnesses share: a context over tiny networks and images of noise."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch

from fitness import EvalContext
from tasks import derive_rng
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetworks
from tests.tiny_tasks import write_panel


@pytest.fixture
def make_context() -> Callable[..., EvalContext]:
    """Return a function that makes a context; ``seed`` is the candidate's."""

    def make(*, seed: int = 1, data_seed: int = 2, deadline: float | None = None, size: int = 16) -> EvalContext:
        return EvalContext(
            space=TinyNetworks(),
            images=NoiseImages(size),
            data_seed=data_seed,
            rng=derive_rng(seed),
            device=torch.device("cpu"),
            deadline=deadline,
        )

    return make


@pytest.fixture
def panel_of(tmp_path: Path) -> Callable[[Sequence[float]], Path]:
    """Return a function that writes a panel of tiny networks with these labels."""
    return lambda labels: write_panel(tmp_path / "panel.csv", labels)
