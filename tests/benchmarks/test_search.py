"""Catches: a search with another strategy, fitness or seed than its folder says, an option that does not reach it,
settings of another benchmark in one folder."""

from pathlib import Path

import pytest

from evo.records.config import Limits
from evo.records.tell_order import TellOrder
from evo.storage.run_folder import RunFolder
from tasks.foundation.errors import UsageError
from tests.benchmarks.search import Planned, parser, plan

SMALL = ["--table", "t.parquet", "--data", "noise", "--seeds", "2", "--population", "4", "--tournament", "3"]


STRATEGIES = {"evolution": "regularized_evolution", "random": "random_search", "tiers": "tier_ranking"}


def planned(folder: Path, *more: str) -> list[Planned]:
    return plan(parser().parse_args([*SMALL, "--run-dir", str(folder), *more]))


def test_every_search_has_a_run_for_each_seed(tmp_path: Path) -> None:
    runs = {one.run.folder.name: one.config for one in planned(tmp_path, "--task", "combo", "--steps", "7")}
    evolutions = ("params", "naswot", "logsynflow", "regression", "consensus")
    more = ("random-regression", "random-consensus", "tiers-consensus")
    searches = (*(f"evolution-{fitness}" for fitness in evolutions), *more)
    assert list(runs) == [f"{search}-{seed}" for seed in (0, 1) for search in searches]
    for name, config in runs.items():
        strategy, fitness, seed = name.split("-")
        assert (config.space.name, config.fitness.name, config.seed) == ("nasbench201", fitness, int(seed))
        assert config.strategy.name == STRATEGIES[strategy]
        if strategy == "evolution":
            assert config.strategy.options == {"population": 4, "tournament": 3}
        if fitness == "regression":
            assert (config.fitness.options["task"], config.fitness.options["steps"]) == ("combo", 7)
        if fitness == "consensus":
            assert config.fitness.options["weights"] == "equal"
            members = config.fitness.options["members"]
            assert [member["label"] for member in members] == ["regression(steps=7)", "logsynflow"]
        assert config.data == "noise"


def test_defaults_are_those_of_the_paper() -> None:
    options = parser().parse_args(["--table", "t.parquet"])
    assert (options.population, options.tournament, options.task, options.steps) == (50, 10, "N", 100)
    assert (options.seeds, options.evaluations, options.data) == (3, 150, "photos")


def test_more_options_reach_the_space_and_the_regression_alone(tmp_path: Path) -> None:
    for one in planned(tmp_path, "--set", "fitness.precision=float32", "--set", "space.stem_channels=8"):
        assert one.config.space.options["stem_channels"] == 8
        assert one.config.fitness.options.get("precision") == (
            "float32" if one.config.fitness.name == "regression" else None
        )


def test_members_of_the_consensus_may_be_others(tmp_path: Path) -> None:
    (found,) = {
        tuple(member["label"] for member in one.config.fitness.options["members"])
        for one in planned(tmp_path, "--members", "meco,synflow")
        if one.config.fitness.name == "consensus"
    }
    assert found == ("meco", "synflow")


def test_a_folder_keeps_its_look_ahead_and_refuses_other_settings(tmp_path: Path) -> None:
    first = planned(tmp_path)[3]
    with RunFolder(first.run.folder) as folder:
        folder.claim(first.config.from_json({**first.config.to_json(), "ahead": 20}), Limits())
    assert [one.config.ahead for one in planned(tmp_path)][:4] == [0, 0, 0, 20]
    with pytest.raises(UsageError, match="evolution-regression-0: holds another search"):
        planned(tmp_path, "--steps", "9")
    with pytest.raises(UsageError, match="evolution-regression-0: holds another search"):
        planned(tmp_path, "--ahead", "16")


def test_look_ahead_and_order_of_telling_may_be_said(tmp_path: Path) -> None:
    one = planned(tmp_path, "--ahead", "16", "--tell-order", "trial")[3].config
    assert (one.ahead, one.tell_order) == (16, TellOrder.TRIAL)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--seeds", "0"], "--seeds 0: must be at least 1"),
        (["--tournament", "5"], "--tournament 5: must be between 1 and the population"),
        (["--set", "strategy.population=3"], "unknown axis"),
        (["--only", "evolution"], "invalid choice"),
        (["--task", "M"], "unknown task 'M'"),
    ],
)
def test_misuse_is_said_before_anything_is_written(tmp_path: Path, more: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        planned(tmp_path, *more)
    assert not list(tmp_path.iterdir())
