"""Catches: options that a run's folder cannot give back and that pass, options that are not shown."""

from pathlib import Path

import pytest

from spaces.conformance.case import Nonconformance
from tasks.conformance.options import options_resolve
from tasks.foundation.plugins import PluginTable


class Takes:
    def __init__(self, *, steps: int = 3, folder: Path = Path("here"), colour: type = int) -> None:
        """Take options, of which the last has no text that leads back."""


TABLE = PluginTable(kind="fitness", group="none", builtin={})
NAME = f"{__name__}:Takes"


def test_options_that_lead_back_are_shown() -> None:
    table = PluginTable(kind="fitness", group="none", builtin={}, supplied=("colour",))
    assert options_resolve(table, NAME, table.resolve(NAME, {"steps": "7"})) == "steps=7, folder=here"


def test_an_option_that_json_does_not_give_back_is_noticed() -> None:
    with pytest.raises(Exception, match="colour") as caught:
        options_resolve(TABLE, NAME, {"steps": 3, "folder": Path("here"), "colour": str})
    assert isinstance(caught.value, Nonconformance | ValueError)


def test_a_plug_in_without_options_has_none() -> None:
    assert options_resolve(TABLE, "builtins:object", {}) == "there are none"
