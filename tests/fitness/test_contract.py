"""What every built-in fitness must do: all checks of ``fitness.conformance`` on a few small networks for one fitness of
every class, and those that a measure or an objective itself may break for the others of the class. Catches: a score
that depends on more than the candidate and the seeds, or differs in another process; global randomness; networks that
are kept; a broken network that ends a process; a deadline that is missed.

A fitness is made to be quick: every option that is named in ``QUICK`` has its value from there.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pytest

from fitness import FITNESSES
from fitness.conformance import CHECKS, Check, repetition, scores, survival, traces
from fitness.conformance.case import Case
from fitness.conformance.other_process import OtherProcess
from fitness.conformance.subject import Subject
from fitness.predictors.base import Labelled
from fitness.predictors.ranker.predictor import RankerPredictor
from fitness.predictors.state_file import write_state
from spaces.conformance.case import Doubtful, NotApplicable
from spaces.nasbench201.space import NasBench201
from tasks import Variant, derive_rng, option_parameters

QUICK: Mapping[str, object] = {"steps": 2, "epochs": 0, "batch": 8, "held_out": 8, "panel": 2, "panel_size": 8}
LABELLED, SAVED = "labelled.csv", "ranker.safetensors"
NEEDED: Mapping[str, Mapping[str, object]] = {
    "consensus": {"members": "synflow,jacob_cov(batch=8)", "panel": None},
    "rank_correlation": {"panel": LABELLED, "panel_space": "tests.tiny:TinyNetworks", "held_out": 0},
    "tabular": {"table": LABELLED, "metric": "accuracy"},
    "trained": {"objective": "tests.objectives:MeanColour"},
    "ranker": {"file": SAVED},
    "az_nas": {"panel": None, "members": "az_progressivity(batch=8),macs", "reference_size": 8},
}
"""Options that a fitness cannot be made without, or not quickly."""

SMALL: Mapping[str, Mapping[str, object]] = {
    "nds_resnet": {"pool": 50, "max_depth": 1, "width_divisor": 8},
    "nasbench_nlp": {"pool": 20, "emsize": 8, "nhid": 8},
    "nasbench201": {"stem_channels": 4, "cells_per_stage": 1},
}
DROPPING = "tests.tiny:DroppingNetworks"
SPACES_OF = {
    "rank_correlation": ["tests.tiny_tasks:Tasks"],
    "tabular": ["tests.tiny:TinyNetworks"],
    "regression": ["nds_resnet", "nasbench_nlp", DROPPING],
    "trained": ["nds_resnet", DROPPING],
    "naswot": ["nds_resnet", DROPPING],
    "hidden_covariance": ["nasbench_nlp"],
    "ranker": ["nasbench201"],
}
UNSURE = ("grasp", "random")
"""Fitnesses that may put a blind network first at any setting; those that train may do so after two steps."""

REPRESENTATIVES = ("naswot", "params")  # and ``trained`` itself, of the classes that have several fitnesses
OTHER_DEFAULTS = {"az_nas"}  # consensus itself, as its own test shows
VARIANTS = sorted(
    name for name, plugin in FITNESSES.builtin.items() if isinstance(plugin, Variant) and name not in REPRESENTATIVES
)
SUBJECTS = [
    (name, space)
    for name in sorted(FITNESSES.builtin.keys() - OTHER_DEFAULTS - set(VARIANTS))
    for space in SPACES_OF.get(name, ["nds_resnet"])
]
OF_SEQUENCES = ("hidden_covariance",)
"""Variants that score recurrent networks alone."""

BROKEN = (survival.a_network_of_constant_output, survival.a_network_of_nan)
"""Checks by networks that read images."""

SMOKE = (
    scores.scores_are_finite,
    scores.metrics_are_numbers,
    repetition.scores_repeat,
    repetition.fresh_instance_agrees,
    repetition.another_process_agrees,
    traces.global_randomness_is_left_alone,
    traces.nothing_of_a_candidate_is_kept,
    *BROKEN,
)
"""What the others of a class are checked for."""


@pytest.fixture(scope="module")
def process() -> Iterator[OtherProcess]:
    """One process for all of them, as it takes seconds to start."""
    with OtherProcess() as shared:
        yield shared


def write_needed(folder: Path) -> None:
    """Write labels of tiny networks, and a ranker of small networks of NAS-Bench-201."""
    labels = "".join(f"{width},{width * 7 % 10}\n" for width in range(1, 10))
    (folder / LABELLED).write_text(f"candidate,accuracy\n{labels}")
    space = NasBench201(stem_channels=4, cells_per_stage=1)
    texts = tuple(space.encode(space.sample(derive_rng(seed))) for seed in range(12))
    learnt = RankerPredictor(epochs=1).fit(space, Labelled(texts, tuple(map(float, range(12)))), 0)
    write_state(folder / SAVED, learnt)


def needed_by(fitness: str, folder: Path) -> dict[str, object]:
    """Return the options that a fitness cannot be made without; its files are in a folder."""
    options = NEEDED.get(fitness, {}).items()
    return {key: str(folder / str(value)) if value in (LABELLED, SAVED) else value for key, value in options}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that fitnesses need."""
    folder = tmp_path_factory.mktemp("prepared")
    write_needed(folder)
    return folder


@lru_cache(maxsize=1)
def case_of(fitness: str, space: str, folder: Path, process: OtherProcess) -> Case:
    options = {option: QUICK[option] for option in option_parameters(FITNESSES.load(fitness)) if option in QUICK}
    options |= needed_by(fitness, folder)
    subject = Subject(fitness, options, space, SMALL.get(space, {}), str(folder), data="digits", members=4)
    return subject.open(process)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize(("fitness", "space"), SUBJECTS)
def test_the_fitness_passes_the_check(
    fitness: str, space: str, check: Check, folder: Path, process: OtherProcess
) -> None:
    try:
        assert check(case_of(fitness, space, folder, process))
    except NotApplicable as reason:
        pytest.skip(str(reason))
    except Doubtful as doubt:
        trained = {"steps", "epochs"} & set(option_parameters(FITNESSES.load(fitness)))
        if not trained and fitness not in UNSURE:
            raise
        pytest.skip(f"nothing can be told at these settings: {doubt}")


@pytest.mark.parametrize("fitness", VARIANTS)
def test_a_variant_of_a_class_is_sound(fitness: str, folder: Path, process: OtherProcess) -> None:
    case = case_of(fitness, SPACES_OF.get(fitness, ["nds_resnet"])[0], folder, process)
    assert all(check(case) for check in SMOKE if fitness not in OF_SEQUENCES or check not in BROKEN)
