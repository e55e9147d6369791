"""Catches: an option of a recipe that does not reach the search or wins over one that was given, a wrong type that
passes, a shipped recipe that does not resolve, options that leave with a replaced part without a word."""

from pathlib import Path

import pytest

from evo.commands.recipe import add_recipe
from evo.commands.run import main
from evo.commands.run_options import read_command
from evo.engine.configuring import resolve_request
from evo.engine.recipe_file import shipped_recipes
from evo.records.config import Choice, SearchConfig
from evo.records.requests import SearchRequest
from evo.strategies import STRATEGIES
from tasks.foundation.command_line import USAGE
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import FLAG

RECIPE = """
space = "tests.toy:BitStrings"
fitness = "tests.toy:CountOnes"
seed = 7
ahead = 5
population = 9
tournament = 4
no_reuse = true
data = "noise"
evaluations = 33
max_minutes = 1.5
trial_timeout = 20

[set]
fitness.noise = 0.5
space.length = 4
"""


def written(folder: Path, text: str = RECIPE) -> str:
    (folder / "r.toml").write_text(text)
    return str(folder / "r.toml")


def applied(*arguments: str) -> SearchRequest:
    return read_command((*arguments, FLAG)).request  # its own plug-ins are of tests


def test_bounds_are_a_text_or_a_list_and_those_of_the_command_line_take_their_place(tmp_path: Path) -> None:
    axes = 'space = "nasbench201"\nfitness = "params"\n'
    path = written(tmp_path, f'{axes}constraint = ["params<1e6", "macs<9M"]\nconstraint_size = "cells_per_stage=9"\n')
    config = config_of(applied("--recipe", path))
    assert config.constraints == ("macs<9000000", "params<1000000")
    assert config.constraint_size == {"cells_per_stage": 9}
    other = config_of(applied("--recipe", path, "--constraint", "params<5", "--constraint-size", "stem_channels=4"))
    assert (other.constraints, other.constraint_size) == (("params<5",), {"stem_channels": 4})
    alone = written(tmp_path, f'{axes}constraint = "params<1e6"\n')
    assert config_of(applied("--recipe", alone)).constraints == ("params<1000000",)
    assert "list or str is needed" in complaint(tmp_path, f"{axes}constraint = 5\n")
    assert "--constraint '5': write" in complaint_of_config(tmp_path, f"{axes}constraint = [5]\n")


def config_of(request: SearchRequest) -> SearchConfig:
    return resolve_request(request).config


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        applied("--recipe", written(folder, text))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def complaint_of_config(folder: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        config_of(applied("--recipe", written(folder, text)))
    return str(caught.value)


def test_what_is_set_on_the_command_line_has_the_last_word(tmp_path: Path) -> None:
    options = applied("--recipe", written(tmp_path), "--set", "strategy.population=25")
    assert config_of(options).strategy.options == {"population": 25, "tournament": 4}


def test_another_strategy_leaves_out_what_is_evolutions(tmp_path: Path) -> None:
    options = applied("--recipe", written(tmp_path), "--strategy", "random_search")
    assert config_of(options).strategy == Choice("random_search", {})
    again = applied("--recipe", written(tmp_path), "--strategy", "regularized_evolution")
    assert config_of(again).strategy.options["population"] == 9


def test_what_leaves_with_a_replaced_part_is_one_line_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--recipe", "sswp_nas", "--fitness", "byol", "--data", "nowhere", "--run-dir", "never"]) == USAGE
    said = capsys.readouterr().out.splitlines()
    line = "note: recipe sswp_nas: fitness.temperature belongs to contrastive, which byol replaces; left out"
    assert [each for each in said if "recipe" in each] == [line]


def test_an_option_that_the_command_line_gives_is_checked_also_of_a_replaced_part() -> None:
    given = ("--recipe", "sswp_nas", "--fitness", "byol", "--set", "fitness.temperature=0.1")
    with pytest.raises(UsageError, match="unknown option of fitness 'byol': 'temperature'"):
        config_of(applied(*given))


def test_several_objectives_leave_out_what_is_evolutions_and_a_recipe_may_have_them(tmp_path: Path) -> None:
    options = applied("--recipe", written(tmp_path), "--objectives", "fitness,zeros")
    assert config_of(options).strategy == Choice("nsga2", {"population": 50, "tries": 10})
    alone = applied("--recipe", written(tmp_path), "--objectives", "fitness")
    assert config_of(alone).strategy.options == {"population": 9, "tournament": 4}
    text = (
        'space = "tests.toy:BitStrings"\nfitness = "tests.toy:CountOnes"\nobjectives = "fitness,zeros"\npopulation = 9'
    )
    config = config_of(applied("--recipe", written(tmp_path, text)))
    assert (config.objectives, config.strategy.options["population"]) == (("fitness", "zeros"), 9)
    named = 'strategy = "random_search"\nspace = "tests.toy:BitStrings"\nfitness = "tests.toy:CountOnes"'
    kept = config_of(applied("--recipe", written(tmp_path, named), "--objectives", "fitness,zeros"))
    assert kept.strategy.name == "random_search"


def test_a_recipe_is_the_options_it_holds(tmp_path: Path) -> None:
    options = applied("--recipe", written(tmp_path))
    config = config_of(options)
    assert (config.space.name, config.fitness.name, config.data) == (
        "tests.toy:BitStrings",
        "tests.toy:CountOnes",
        "noise",
    )
    assert (config.seed, config.ahead, config.reuse) == (7, 5, False)
    assert config.strategy.options == {"population": 9, "tournament": 4}
    assert (config.fitness.options["noise"], config.space.options["length"]) == (0.5, 4)
    assert (options.evaluations, options.max_minutes, options.trial_timeout) == (33, 1.5, 20)


def test_what_is_given_on_the_command_line_wins(tmp_path: Path) -> None:
    given = [
        "--seed",
        "0",
        "--population",
        "11",
        "--evaluations",
        "3",
        "--ahead",
        "auto",
        "--set",
        "fitness.noise=0.25",
    ]
    options = applied("--recipe", written(tmp_path), *given)
    config = config_of(options)
    assert (config.seed, config.strategy.options["population"], config.strategy.options["tournament"]) == (0, 11, 4)
    assert (config.fitness.options["noise"], config.space.options["length"]) == (0.25, 4)
    assert (options.evaluations, options.ahead) == (3, "auto")


@pytest.mark.parametrize(
    ("recipe", "given", "option"),
    [
        ('fitness = "tests.toy:CountOnes(noise=0.5,sleep_s=0.25)"', ["--set", "fitness.noise=2"], ("fitness", "noise")),
        ("[set]\nfitness.noise = 0.5", ["--fitness", "tests.toy:CountOnes(noise=2)"], ("fitness", "noise")),
        ("[set]\nfitness.noise = 0.5", ["--set", "fitness.noise=2"], ("fitness", "noise")),
        ('strategy = "regularized_evolution(population=9)"', ["--population", "2"], ("strategy", "population")),
        ("population = 9", ["--strategy", "regularized_evolution(population=2)"], ("strategy", "population")),
        ('space = "tests.toy:BitStrings(length=5)"', ["--set", "space.length=2"], ("space", "length")),
    ],
)
def test_what_a_recipe_says_of_an_option_that_is_given_is_nothing(
    tmp_path: Path, recipe: str, given: list[str], option: tuple[str, str]
) -> None:
    axes = {"space": "tests.toy:BitStrings", "fitness": "tests.toy:CountOnes", "data": "noise"}
    others = [word for axis, name in axes.items() if f"{axis} =" not in recipe for word in (f"--{axis}", name)]
    few = ["--set", "strategy.tournament=1"]
    config = config_of(applied("--recipe", written(tmp_path, recipe), *others, *few, *given))
    axis, name = option
    assert getattr(config, axis).options[name] == 2
    assert config.fitness.options["sleep_s"] == (0.25 if "sleep_s" in recipe else 0.0)


def test_a_recipe_that_says_two_things_of_an_option_is_refused(tmp_path: Path) -> None:
    text = 'space = "tests.toy:BitStrings(length=4)"\nfitness = "random"\n[set]\nspace.length = 5'
    with pytest.raises(UsageError, match=r"space.length is '4' in the text of the space and '5' beside it"):
        config_of(applied("--recipe", written(tmp_path, text)))


def test_members_of_a_recipe_are_those_that_are_given(tmp_path: Path) -> None:
    text = 'fitness = "tests.toy:Joined(random,vote,scale=2)"'
    changed = applied("--recipe", written(tmp_path, text), "--set", "fitness.members=params")
    assert changed.fitness == "tests.toy:Joined(scale=2)"
    assert applied("--recipe", written(tmp_path, text), "--set", "fitness.x=1").fitness == text[11:-1]


def test_without_a_recipe_nothing_changes() -> None:
    given: dict[str, object] = {"recipe": None, "resume": None, "space": "tests.toy:BitStrings", "assignments": []}
    assert add_recipe(given) == given


def test_a_plug_in_of_a_recipe_may_have_its_options_in_its_text(tmp_path: Path) -> None:
    text = 'space = "tests.toy:BitStrings(length=4)"\nfitness = "tests.toy:CountOnes(noise=0.5)"\ntarget = 3\n'
    text += 'strategy = "regularized_evolution(population=9)"\ntournament = 3\n'
    options = applied("--recipe", written(tmp_path, text))
    assert options.target == 3
    assert config_of(options).space == Choice("tests.toy:BitStrings", {"length": 4})
    assert config_of(options).fitness.options["noise"] == 0.5
    same = ["--strategy", "regularized_evolution(population=8)"]
    assert config_of(applied("--recipe", written(tmp_path, text), *same)).strategy.options == {
        "population": 8,
        "tournament": 3,
    }


def test_a_resumed_run_takes_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="keeps its own settings"):
        applied("--resume", "runs/x", "--recipe", written(tmp_path))


@pytest.mark.parametrize("name", shipped_recipes())
def test_every_shipped_recipe_is_read(name: str) -> None:
    options = applied("--recipe", name)
    assert options.space
    if options.panel is None:  # the others need a panel's file
        config = config_of(options)
        assert STRATEGIES.build(config.strategy.name, config.strategy.options)
