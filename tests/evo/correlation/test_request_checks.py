"""Catches: a request that is refused only after its plug-ins were imported, which takes seconds."""

from pathlib import Path

import pytest

from evo.commands.correlate_options import read_command
from evo.correlation.request_checks import check_request, settled_table
from tasks.foundation.errors import UsageError
from tests.loaded import loaded

ASKED = ["--space", "nasbench201", "--table", "digits", "--metric", "value"]
NASWOT = [*ASKED, "--fitness", "naswot(batch=32)"]
CHEAP = [
    ([*ASKED, "--fitness", "naswot,synflw"], "unknown fitness 'synflw'; did you mean 'synflow'"),
    ([*NASWOT, "--space", "nasbench21"], "unknown space 'nasbench21'; did you mean 'nasbench201'"),
    ([*NASWOT, "--metric", "vale"], "did you mean 'value'"),
    ([*NASWOT, "--metric", "value,"], "different columns with commas between"),
    ([*NASWOT, "--table", "digts"], "--table digts: unknown panel 'digts'; did you mean 'digits'"),
    ([*NASWOT, "--table", "none.csv"], "no such file"),
    ([*NASWOT, "--figure", "x.gif"], "--figure x.gif: name a file that ends in"),
    ([*NASWOT, "--trial-timeout", "0"], "--trial-timeout 0: must be"),
    ([*NASWOT, "--scores", "/dev/null"], "--scores /dev/null: /dev/null is a file, not a folder"),
    ([*NASWOT, "--set", "fitness.noise=1"], "in parentheses"),
]


@pytest.mark.parametrize(("arguments", "words"), CHEAP, ids=[words for _, words in CHEAP])
def test_what_needs_no_plugin_is_refused(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_request(read_command(arguments).request)
    assert words in str(caught.value)


def test_it_loads_neither_torch_nor_ray_nor_a_plugin() -> None:
    program = f"""
from evo.commands.correlate_options import read_command
from evo.correlation.request_checks import check_request
check_request(read_command({NASWOT!r}).request)
"""
    assert loaded(program, ("torch", "ray", "scipy", "spaces.nasbench201.space")) == []


def test_a_shipped_panel_keeps_its_name_and_a_file_gets_its_full_path() -> None:
    assert settled_table(Path("digits")) == "digits"
    assert settled_table(Path("t.csv")) == str(Path("t.csv").absolute())
