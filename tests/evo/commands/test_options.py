"""Catches: an option that is missing or has another default than its help says."""

import argparse
from pathlib import Path

import pytest

from evo.commands.options import add_cluster, add_labelled_data, add_places, add_space, placement_of, said
from evo.labelling.request import LabelRequest
from evo.records.requests import Placement


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(exit_on_error=False)
    group = root.add_argument_group("all")
    add_space(group)
    add_places(group, kept="apples")
    return root


def test_defaults() -> None:
    options = parser().parse_args(["--space", "s"])
    assert (options.space, options.workers, options.address, options.trial_timeout) == ("s", "auto", "local", None)
    assert (options.gpus_per_worker, options.run_dir, options.quiet) == ("auto", None, False)
    assert (options.overdue, options.worker_memory) == (20.0, None)


def test_what_is_given_arrives() -> None:
    given = ["--space", "s", "--run-dir", "d", "--trial-timeout", "3", "--quiet", "--workers", "2"]
    options = parser().parse_args(given)
    assert (options.run_dir, options.trial_timeout, options.quiet, options.workers) == (Path("d"), 3.0, True, "2")


def test_every_choice_of_where_to_score_has_its_option() -> None:
    given = ["--workers", "3", "--gpus-per-worker", "0.5", "--address", "a:1", "--ship-images"]
    root = argparse.ArgumentParser()
    add_cluster(root.add_argument_group("all"))
    found = placement_of(vars(root.parse_args(given)))
    assert found == Placement(workers="3", gpus_per_worker="0.5", address="a:1", ship_images=True)
    assert placement_of(vars(root.parse_args([]))) == Placement()


def test_a_space_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((SystemExit, argparse.ArgumentError)):
        parser().parse_args([])


def test_help_names_plugins_and_what_the_folder_is_for() -> None:
    text = " ".join(parser().format_help().split())
    assert "nasbench201" in text
    assert "folder of apples" in text


def test_what_is_said_of_a_request_is_its_fields_and_where_it_runs() -> None:
    group = (root := argparse.ArgumentParser()).add_argument_group("all")
    add_labelled_data(group)
    add_places(group, kept="apples")
    found = said(LabelRequest, root.parse_args(["--data", "digits", "--workers", "0"]))
    assert found == {"data": "digits", "download": False, "trust": False, "placement": Placement(workers="0")}
