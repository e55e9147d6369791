"""Catches: an option that does not reach the configuration, a resumed run whose stored options are lost or silently
changed, ``--help`` that forgets an option."""

from pathlib import Path

import pytest

from evo.commands.run_options import axes, constraints, details, limits, parser, read_command
from evo.engine.configuring import limits_of, resolve_request
from evo.engine.recipe_file import TYPES
from evo.records.config import AUTO_AHEAD, Limits, SearchConfig
from evo.records.requests import Placement, SearchRequest
from evo.storage.run_folder import RunFolder
from tasks.foundation.command_line import Option
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting
from tests.runs import toy_config

AXES = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes"]


def asked(*arguments: str) -> SearchRequest:
    return read_command(arguments).request


def config_of(*arguments: str) -> SearchConfig:
    return resolve_request(asked(*arguments)).config


def resumed(folder: Path, stored: SearchConfig, *arguments: str) -> SearchConfig:
    """Return what a command line makes of the run of another."""
    with RunFolder(folder) as claimed:
        claimed.claim(stored, Limits(5))
    with trusting():
        return config_of("--resume", str(folder), *arguments)


def test_the_plain_command_has_the_documented_defaults() -> None:
    command, config = read_command(AXES), config_of(*AXES)
    assert config.strategy.name == "regularized_evolution"
    assert config.strategy.options == {"population": 50, "tournament": 10}
    assert (config.data, config.data_root, config.seed, config.ahead, config.reuse) == (
        "photos",
        None,
        0,
        AUTO_AHEAD,
        True,
    )
    assert command.request.placement == Placement(workers="auto", gpus_per_worker="auto", address="local")
    assert limits_of(resolve_request(command.request)) == Limits(450)
    assert (command.request.run_dir, command.request.resume, command.request.download) == (None, False, False)
    assert (command.candidate, command.quiet) == (None, False)


def test_bounds_reach_the_configuration_and_are_kept_by_a_resumption(tmp_path: Path) -> None:
    given = [*AXES, "--constraint", "params<1e6", "--constraint", "macs<=2K", "--constraint-size", "space.length=4"]
    config = config_of(*given)
    assert (config.constraints, config.constraint_size) == (("macs<=2000", "params<1000000"), {"length": 4})
    assert resumed(tmp_path, config).constraints == config.constraints
    assert resumed(tmp_path, config).constraint_size == config.constraint_size
    assert SearchConfig.from_json(config.to_json()) == config
    plain = config_of(*AXES)
    assert (plain.constraints, plain.constraint_size) == ((), {})
    assert not {"constraints", "constraint_size"} & plain.to_json().keys()


def test_every_option_reaches_the_configuration() -> None:
    given = "--population 7 --tournament 3 --data noise --data-root /d --seed 4 --ahead 5 --no-reuse"
    several = config_of(*AXES, "--objectives", "fitness, -zeros")
    assert (several.objectives, several.strategy.name) == (("fitness", "-zeros"), "nsga2")
    config = config_of(*AXES, *given.split(), "--set", "fitness.noise=0.5", "--set", "space.length=4")
    assert config.strategy.options == {"population": 7, "tournament": 3}
    assert (config.data, config.data_root, config.seed, config.ahead, config.reuse) == ("noise", "/d", 4, 5, False)
    assert (config.fitness.options["noise"], config.space.options["length"]) == (0.5, 4)


def test_options_of_images_reach_the_configuration_and_are_kept_on_resume(tmp_path: Path) -> None:
    config = config_of(*AXES, "--data", "noise", "--set", "data.size=16")
    assert config.data == "noise(size=16)"
    assert resumed(tmp_path / "run", config).data == "noise(size=16)"
    assert resumed(tmp_path / "run", config, "--set", "data.size=8").data == "noise(size=8)"  # another search


def test_size_and_channels_of_images_reach_the_configuration_from_a_recipe_too(tmp_path: Path) -> None:
    folder = f"imagefolder:{tmp_path}"
    shaped = f"{folder}(size=64,channels=1)"
    assert config_of(*AXES, "--data", folder, "--image-size", "64", "--channels", "1").data == shaped
    recipe = tmp_path / "r.toml"
    recipe.write_text(f'data = "{folder}"\nimage_size = 64\nchannels = 1')
    assert config_of(*AXES, "--recipe", str(recipe)).data == shaped
    assert config_of(*AXES, "--recipe", str(recipe), "--image-size", "32").data == f"{folder}(channels=1)"


def test_every_other_option_reaches_its_request(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("0000000000\n\n 1111111111 \n")
    given = "--evaluations 7 --max-minutes 1.5 --trial-timeout 20 --target 0.5 --seeds 2 --download --workers 0"
    given += " --gpus-per-worker 0.5 --address auto --run-dir a/b"
    request = asked(*AXES, *given.split(), "--initial", str(tmp_path / "first"))
    assert (request.evaluations, request.max_minutes, request.trial_timeout, request.target) == (7, 1.5, 20.0, 0.5)
    assert (request.seeds, request.download, request.run_dir) == (2, True, Path("a/b"))
    assert request.placement == Placement(workers="0", gpus_per_worker="0.5", address="auto")
    assert request.placement.here
    assert request.initial == ("0000000000", "1111111111")
    assert asked(*AXES, "--initial", "published").initial == "published"
    panel = asked("--space", "x", "--panel", "p.csv", "--panel-size", "3", "--panel-held-out", "2")
    assert (panel.panel, panel.panel_size, panel.panel_held_out) == ("p.csv", 3, 2)


def test_every_option_of_a_recipe_is_a_field_of_the_request() -> None:
    names = {option.name for option in (*axes(), *details(), *limits())}
    assert names <= {*SearchRequest.__dataclass_fields__}
    assert {*TYPES} == {*names, "no_reuse", *(option.name for option in constraints())}


@pytest.mark.parametrize("option", [*axes(), *details(), *limits()], ids=lambda option: option.name)
def test_a_recipe_may_hold_what_the_option_reads(option: Option) -> None:
    assert option.kind in TYPES[option.name]


def test_options_in_a_plug_ins_text_are_read_and_set_may_not_say_something_else() -> None:
    config = config_of("--space", "tests.toy:BitStrings(length=4)", *AXES[2:], "--strategy", "random_search()")
    assert (config.space.options, config.strategy.name) == ({"length": 4}, "random_search")
    for axis, text in (("space", "tests.toy:BitStrings(length=4)"), ("data", "noise(length=4)")):
        with pytest.raises(UsageError, match=f"{axis}.length is '4' in the text of the {axis} and '5' beside it"):
            config_of(*AXES, f"--{axis}", text, "--set", f"{axis}.length=5")


def test_the_shorthand_wins_over_set_because_it_is_the_documented_name() -> None:
    config = config_of(*AXES, "--population", "20", "--set", "strategy.tournament=4", "--set", "strategy.population=9")
    assert config.strategy.options == {"population": 20, "tournament": 4}


def test_a_resumed_run_keeps_what_is_not_given(tmp_path: Path) -> None:
    stored = toy_config("CountOnes", seed=3, noise=0.5, reuse=False)
    assert resumed(tmp_path, stored) == stored


def test_a_resumed_run_shows_what_is_given_so_that_the_folder_can_refuse_it(tmp_path: Path) -> None:
    stored = toy_config("CountOnes", seed=3, noise=0.5)
    config = resumed(tmp_path, stored, "--seed", "4", "--set", "fitness.sleep_s=1")
    assert config.seed == 4
    assert config.fitness.options == {"noise": 0.5, "sleep_s": 1.0}
    other = resumed(tmp_path, stored, "--fitness", "tests.toy:NanForSome")
    assert other.fitness.options == {"noise": 0.01, "sleep_s": 0.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--fitness", "tests.toy:CountOnes"],
            "--space is missing; known: darts, darts_layered, nasbench101 and",
        ),
        (["--space", "tests.toy:BitStrings"], "--fitness is missing; known: "),
        ([*AXES, "--ahead", "0"], "--ahead 0: must be auto or a number from 1 to 1,000,000"),
        ([*AXES, "--ahead", "many"], "--ahead many: must be auto"),
        ([*AXES, "--seed", "x"], "invalid int value: 'x'"),
        ([*AXES, "--seeed", "1"], "unrecognized arguments: --seeed"),
        ([*AXES, "--pop", "5"], "unrecognized arguments: --pop"),
        ([*AXES, "--strategy", "random_search", "--population", "5"], "unknown option of strategy 'random_search'"),
    ],
)
def test_bad_options_are_one_line(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        config_of(*arguments)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_help_names_every_option_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    missing = [name for name in vars(parser().parse_args([])) if f"--{name.replace('_', '-')}" not in shown]
    assert missing == ["assignments"]  # which is --set
    assert all(f"  --{name}" in shown for name in ("set", "no-reuse", "resume", "candidate", "gpus-per-worker"))
    assert "0 done, 1 failed, 2 usage, 130 interrupted" in shown


def test_a_folder_of_archives_is_kept_by_its_full_path() -> None:
    config = config_of(*AXES, "--data", "cifar10", "--data-root", "archives")
    assert config.data_root == str(Path.cwd() / "archives")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("imagefolder:a/b", f"imagefolder:{Path.cwd() / 'a/b'}"), ("photos", "photos"), ("mine:Own", "mine:Own")],
)
def test_a_folder_of_images_is_kept_by_its_full_path(given: str, kept: str) -> None:
    assert config_of(*AXES, "--data", given).data == kept


def test_a_folder_is_the_runs_or_one_that_is_resumed() -> None:
    assert (asked("--run-dir", "a/b").run_dir, asked("--run-dir", "a/b").resume) == (Path("a/b"), False)
    assert (asked("--resume", "c").run_dir, asked("--resume", "c").resume) == (Path("c"), True)
