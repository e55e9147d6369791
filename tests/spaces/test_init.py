"""Catches: a heavy import behind ``import spaces``, a public name that does not resolve, a broken built-in entry."""

import subprocess
import sys
from pathlib import Path

import pytest

import spaces
from tasks.foundation.errors import UsageError

REPOSITORY = Path(spaces.__file__).parents[1]


def test_importing_the_package_imports_no_heavy_library() -> None:
    code = "import sys, spaces; print(*sorted({'torch', 'scipy', 'ray', 'pyarrow', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_every_public_name_resolves_and_is_listed() -> None:
    assert all(getattr(spaces, name) is not None for name in spaces.__all__)
    assert set(spaces.__all__) <= set(dir(spaces))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        spaces.no_such_name  # noqa: B018


@pytest.mark.parametrize("name", sorted(spaces.SPACES.builtin))
def test_every_built_in_space_is_made_without_options(name: str) -> None:
    space = spaces.SPACES.build(name, {})
    assert isinstance(space, spaces.NetworkSpace) != isinstance(space, spaces.TaskSpace)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("nds_resnet", {"pool": "1"}, "pool is 1"),
        ("nds_resnet", {"pool": "many"}, "pool"),
        ("nds_resnet", {"pol": "5"}, "pool"),
        ("nasbench201", {"stem_channels": 0}, "stem_channels is 0"),
        ("nasbench201", {"affine": "perhaps"}, "affine"),
        ("proxy_tasks", {"mutation_probability": "1.5"}, "mutation_probability is 1.5; from 0.01 to 1 is needed"),
    ],
)
def test_a_bad_option_is_refused_by_name(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        spaces.SPACES.build(name, options)
