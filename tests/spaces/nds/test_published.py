"""Catches: a record of the study that loses its width, depth or cells on the way, or is taken for a genotype."""

import json

import numpy as np
import pytest

from spaces import SPACES, read_candidate
from spaces.nds.published import read_record
from tests.published_genotypes import DARTS_V2


@pytest.mark.parametrize("name", ["nds_darts", "nds_amoeba", "nds_enas_in", "nds_pnas_f"])
def test_a_record_is_written_and_read_back_with_its_size(name: str) -> None:
    space = SPACES.build(name, {})
    for seed in range(5):
        candidate = space.sample(np.random.default_rng(seed))
        text = space.to_published(candidate)
        assert json.loads(text)["width"] == candidate.width
        assert read_candidate(space, text) == candidate
        assert space.from_record(json.loads(text)) == candidate


def test_a_genotype_has_the_size_that_the_study_fixes() -> None:
    for name, size in (("nds_darts", (16, 20)), ("nds_darts_f", (16, 20)), ("nds_darts_in", (32, 22))):
        candidate = read_candidate(SPACES.build(name, {}), DARTS_V2)
        assert (candidate.width, candidate.depth) == size


def test_a_record_is_told_from_a_genotype_and_from_no_list() -> None:
    assert read_record('{"normal": [], "reduce": []}') is None
    assert read_record("[1]") is None
    assert read_record("width=16") is None
    assert read_record('{"genotype": {}}') == {"genotype": {}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"genotype": {}}', "has a genotype, a width and a depth"),
        ('{"genotype": {"normal": []}, "width": 16, "depth": 20}', "normal_concat of a genotype must be a list"),
        ("[1]", "is not the normal and the reduction cell"),
        (DARTS_V2.replace("[2, 3, 4, 5]", "[2, 3]"), "concatenate its nodes by the rule all"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        read_candidate(SPACES.build("nds_darts", {}), text)
    assert len(str(refused.value).splitlines()) == 1
