"""Catches: a variant or a fitness that its name does not lead to, or whose options cannot be given as text."""

import pytest

from evo.engine.plugins import SCORING, SUPERNET_FITNESSES
from evo.strategies.strategy_table import RELAXATIONS
from fitness import FITNESSES as SHIPPED
from tasks.foundation.errors import UsageError
from tasks.foundation.plugins import PluginTable

TABLE = PluginTable("strategy", "selfnas.strategies", RELAXATIONS, methods=("options", "begin", "gates", "derive"))
OPTIONS = {
    "darts": {"drop_path": "0.2"},
    "darts_minus": {"skip": "0.5"},
    "gdas": {"first_tau": "5", "last_tau": "0.5"},
    "p_darts": {"cells": "3", "deeper": "1", "skip_dropout": "true", "most_skips": "2"},
    "path_binarised": {"pruning": "backward", "pool_dropout": "true", "most_skips": "2", "most_pools": "2"},
    "pc_darts": {"portion": "2"},
    "setn": {"finalists": "20"},
}


@pytest.mark.parametrize("name", RELAXATIONS)
def test_a_variant_is_made_by_its_name_of_options_that_are_text(name: str) -> None:
    assert set(OPTIONS) == set(RELAXATIONS)
    assert type(TABLE.build(name, {})) is type(TABLE.build(name, OPTIONS[name]))
    assert type(TABLE.build(name, {})).__name__.lower().removesuffix("relaxation") == name.replace("_", "")


def test_fitnesses_of_supernets_stand_beside_all_others() -> None:
    assert set(SCORING.names()) == {*SHIPPED.names(), *SUPERNET_FITNESSES}
    assert not set(SUPERNET_FITNESSES) & set(SHIPPED.builtin)
    assert all(callable(SCORING.load(name)) for name in SUPERNET_FITNESSES)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("darts", {"drop_path": "1"}),
        ("darts", {"drop_path": "nan"}),
        ("path_binarised", {"pruning": "sideways"}),
        ("p_darts", {"most_skips": "9"}),
        ("setn", {"finalists": "0"}),
    ],
)
def test_an_option_out_of_range_is_refused_in_one_line_that_names_it(name: str, options: dict[str, str]) -> None:
    ((option, _),) = options.items()
    with pytest.raises(UsageError, match=option) as refused:
        TABLE.build(name, options)
    assert "\n" not in str(refused.value)
