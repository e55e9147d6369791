"""Catches: inherited weights in a network that does not compute what they did, a pair of two kinds of networks, random
weights alone in another network than the one that is evaluated, a training that goes on as another one.
"""

import json
from pathlib import Path

import pytest

from evo.retraining.folder import TrainingFolder
from evo.storage.run_folder import CONFIG
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import BEST, gradient_config, resolved_of, write_gradient_run

INHERITED, BOTH = ["--init", "inherited"], ["--init", "both"]
NAMED = ["--name", "mine"]
AS_EVALUATED, AS_SUPERNET = ["--set", "train.searched=false"], ["--set", "train.searched=true"]


def norms_of(run: Path, *options: str) -> bool | None:
    return resolved_of(run, *options).config.settings.searched


def begin(run: Path, *options: str, digest: str | None = None) -> Path:
    """Make the folder of trainings as a command does."""
    with TrainingFolder(resolved_of(run, *options), digest) as folder:
        folder.claim(1)
    return folder.path


def begin_before(run: Path, *options: str) -> Path:
    """Make a folder as it was when networks that inherited were those that are evaluated."""
    path = begin(run, *options, digest="ab") / CONFIG
    stored = json.loads(path.read_text())
    del stored["statistics_images"]
    path.write_text(json.dumps(stored))
    return path.parent


@pytest.mark.parametrize(
    ("options", "norms"),
    [([], False), (INHERITED, True), (BOTH, True), (AS_SUPERNET, True), ([*BOTH, *AS_SUPERNET], True)],
)
def test_what_inherits_has_the_norms_of_the_supernet_and_so_does_the_other_of_a_pair(
    searched: Path, options: list[str], norms: bool
) -> None:
    resolved = resolved_of(searched, *options)
    assert resolved.config.settings.searched is norms
    assert resolved.config.to_json()["settings"]["searched"] is norms
    affine = {name for name in resolved.build().state_dict() if name.endswith("align_newer.2.weight")}
    assert bool(affine) is not norms


def test_inherited_weights_in_the_network_that_is_evaluated_are_refused(searched: Path) -> None:
    for init in (INHERITED, BOTH):
        with pytest.raises(UsageError, match=r"^train\.searched=false: .*; leave it out, or take --init random$"):
            resolved_of(searched, *init, *AS_EVALUATED)
    assert norms_of(searched, *AS_EVALUATED) is False


def test_networks_of_nasbench201_have_all_norms_in_any_case_and_are_for_use(tmp_path: Path) -> None:
    run = write_gradient_run(tmp_path / "run", gradient_config(space="nasbench201"), seeds=(BEST,))
    for options in ([], INHERITED, [*INHERITED, *AS_EVALUATED]):
        resolved = resolved_of(run, *options)
        assert (resolved.config.settings.searched, resolved.config.space) == (False, {"affine": True})


@pytest.mark.parametrize("named", [[], NAMED], ids=["unnamed", "named"])
def test_trainings_that_inherited_before_go_on_as_they_were(run: Path, named: list[str]) -> None:
    path = begin_before(run, *named)
    again = resolved_of(run, *INHERITED, *named)
    assert (again.config.settings.searched, again.path) == (False, path)
    assert norms_of(run, *BOTH, *AS_EVALUATED, *named) is False
    folder = TrainingFolder(again, "ab")
    assert (folder.stored_threads(), folder.measured) == (1, 0)
    other = resolved_of(run, *INHERITED, "--name", "other")
    assert (other.config.settings.searched, TrainingFolder(other, "ab").measured) == (True, 1000)
    if not named:
        assert norms_of(run, *INHERITED, *AS_SUPERNET) is True


def test_those_of_before_that_had_the_norms_go_on_with_them(run: Path) -> None:
    path = begin_before(run, *AS_SUPERNET)
    again = resolved_of(run, *INHERITED)
    assert (again.config.settings.searched, again.path) == (True, path)
    assert TrainingFolder(again, "ab").measured == 0


def test_a_folder_of_random_weights_alone_is_no_place_for_a_pair_unless_it_has_the_norms(run: Path) -> None:
    begin(run, *NAMED)
    resolved = resolved_of(run, *INHERITED, *NAMED)
    with pytest.raises(UsageError, match=r"holds another training \(searched False there, True here\)"):
        TrainingFolder(resolved, "ab").stored_threads()
    pair = ["--name", "pair"]
    begin(run, *pair, *AS_SUPERNET)
    assert TrainingFolder(resolved_of(run, *INHERITED, *pair), "ab").stored_threads() == 1
    assert norms_of(run, *pair) is True  # by its name
    assert norms_of(run) is False
