"""Catches: a space that a file names although another was asked for, options that are lost, foreign code imported."""

import pytest

from fitness.rank_correlation.panel_space import panel_space
from spaces import NetworkSpace
from spaces.tables.table_info import TableInfo
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting
from tests.toy import BitStrings

NOTHING = TableInfo("")


def test_a_space_that_is_asked_for_goes_before_the_files_own() -> None:
    stated = TableInfo("nds_resnet", details={"space_options": {"max_depth": 3}})
    space = panel_space("p", stated, "nasbench201(cells_per_stage=2)")
    assert isinstance(space, NetworkSpace)
    assert vars(space) == vars(panel_space("p", NOTHING, "nasbench201(cells_per_stage=2)"))
    assert vars(space) != vars(panel_space("p", NOTHING, "nasbench201"))


def test_the_files_own_space_has_the_options_that_it_states() -> None:
    stated = TableInfo("nasbench201", details={"space_options": {"cells_per_stage": 2}})
    assert vars(panel_space("p", stated, "")) == vars(panel_space("p", NOTHING, "nasbench201(cells_per_stage=2)"))
    odd = TableInfo("nasbench201", details={"space_options": "many"})
    assert vars(panel_space("p", odd, "")) == vars(panel_space("p", NOTHING, "nasbench201"))


def test_a_module_that_the_file_names_is_imported_where_it_is_trusted_alone() -> None:
    stated = TableInfo("tests.tiny:TinyNetworks")
    with pytest.raises(UsageError, match=r"panel p.*name it by fitness\.panel_space=NAME"):
        panel_space("p", stated, "")
    with trusting():
        assert isinstance(panel_space("p", stated, ""), NetworkSpace)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "panel p names no space: give it by --set fitness.panel_space=NAME"),
        ("nasbench201,nds_resnet", "'nasbench201,nds_resnet' names 2 spaces; give one"),
        (f"{BitStrings.__module__}:BitStrings", "panel p: space 'tests.toy:BitStrings' builds no networks"),
    ],
)
def test_what_is_no_space_of_networks_is_refused(given: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        panel_space("p", NOTHING, given)
