"""Catches: an option that does not reach the configuration, a resumed run whose stored options are lost or silently
changed, ``--help`` that forgets an option."""

import argparse
from pathlib import Path

import pytest

from evo.commands.run_options import config_from, parser
from evo.records.config import AUTO_AHEAD
from tasks.foundation.errors import UsageError
from tests.runs import toy_config

AXES = ["--space", "tests.toy:BitStrings", "--fitness", "tests.toy:CountOnes"]


def parse(*arguments: str) -> argparse.Namespace:
    return parser().parse_args(arguments)


def test_the_plain_command_has_the_documented_defaults() -> None:
    options = parse(*AXES)
    config = config_from(options, None)
    assert config.strategy.name == "regularized_evolution"
    assert config.strategy.options == {"population": 50, "tournament": 10}
    assert (config.data, config.data_root, config.seed, config.ahead, config.reuse) == (
        "photos",
        None,
        0,
        AUTO_AHEAD,
        True,
    )
    assert (options.workers, options.gpus_per_worker, options.address) == ("auto", "auto", "local")
    assert (options.run_dir, options.resume, options.quiet, options.download) == (None, None, False, False)


def test_every_option_reaches_the_configuration() -> None:
    given = "--population 7 --tournament 3 --data noise --data-root /d --seed 4 --ahead 5 --no-reuse"
    config = config_from(parse(*AXES, *given.split(), "--set", "fitness.noise=0.5", "--set", "space.length=4"), None)
    assert config.strategy.options == {"population": 7, "tournament": 3}
    assert (config.data, config.data_root, config.seed, config.ahead, config.reuse) == ("noise", "/d", 4, 5, False)
    assert (config.fitness.options["noise"], config.space.options["length"]) == (0.5, 4)


def test_the_shorthand_wins_over_set_because_it_is_the_documented_name() -> None:
    config = config_from(parse(*AXES, "--population", "20", "--set", "strategy.tournament=4"), None)
    assert config.strategy.options == {"population": 20, "tournament": 4}


def test_a_resumed_run_keeps_what_is_not_given() -> None:
    stored = toy_config("CountOnes", seed=3, noise=0.5, reuse=False)
    assert config_from(parse("--resume", "x"), stored) == stored


def test_a_resumed_run_shows_what_is_given_so_that_the_folder_can_refuse_it() -> None:
    stored = toy_config("CountOnes", seed=3, noise=0.5)
    config = config_from(parse("--resume", "x", "--seed", "4", "--set", "fitness.sleep_s=1"), stored)
    assert config.seed == 4
    assert config.fitness.options == {"noise": 0.5, "sleep_s": 1.0}
    other = config_from(parse("--resume", "x", "--fitness", "tests.toy:NanForSome"), stored)
    assert other.fitness.options == {"noise": 0.01, "sleep_s": 0.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--fitness", "tests.toy:CountOnes"],
            "--space is missing; known: darts, darts_layered, nasbench101, nasbench201",
        ),
        (["--space", "tests.toy:BitStrings"], "--fitness is missing; known: "),
        ([*AXES, "--ahead", "0"], "--ahead 0: must be auto or a number of at least 1"),
        ([*AXES, "--ahead", "many"], "--ahead many: must be auto"),
        ([*AXES, "--seed", "x"], "invalid int value: 'x'"),
        ([*AXES, "--seeed", "1"], "unrecognized arguments: --seeed"),
        ([*AXES, "--pop", "5"], "unrecognized arguments: --pop"),
        ([*AXES, "--strategy", "random_search", "--population", "5"], "unknown option of strategy 'random_search'"),
    ],
)
def test_bad_options_are_one_line(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        config_from(parse(*arguments), None)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_help_names_every_option_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse("--help")
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    missing = [name for name in vars(parse()) if f"--{name.replace('_', '-')}" not in shown]
    assert missing == ["assignments"]  # which is --set
    assert all(f"  --{name}" in shown for name in ("set", "no-reuse", "resume", "candidate", "gpus-per-worker"))
    assert "0 done, 1 failed, 2 usage, 130 interrupted" in shown


def test_a_folder_of_archives_is_kept_by_its_full_path() -> None:
    config = config_from(parse(*AXES, "--data", "cifar10", "--data-root", "archives"), None)
    assert config.data_root == str(Path.cwd() / "archives")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("imagefolder:a/b", f"imagefolder:{Path.cwd() / 'a/b'}"), ("photos", "photos"), ("mine:Own", "mine:Own")],
)
def test_a_folder_of_pictures_is_kept_by_its_full_path(given: str, kept: str) -> None:
    assert config_from(parse(*AXES, "--data", given), None).data == kept


def test_folders_are_paths() -> None:
    options = parse("--run-dir", "a/b", "--resume", "c")
    assert (options.run_dir, options.resume) == (Path("a/b"), Path("c"))
