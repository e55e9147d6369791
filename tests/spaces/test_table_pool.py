"""Catches: a candidate drawn or reached that is not in the table, a mutation that stays where it is, members that are
not equally likely, a neighbour that is overlooked, a file that was replaced and not noticed, a file that is no pool and
is not said to be none in one line.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces import SPACES, candidate_key, draw_distinct, read_candidate
from spaces.table_pool import TablePool, open_pool, settle_pool
from tasks import UsageError, derive_rng

CELL = "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"
CHAIN = "conv1x1~0+conv3x3~1+conv3x3~2+conv3x3~3+maxpool3x3~4+output~5"
TWIN = "maxpool3x3~0+conv3x3~0+output~12"  # the same graph as below, its vertices the other way round
NAMES = ("nasbench101", "nasbench201")


def table_of(folder: Path, texts: Sequence[str], name: str = "table.csv") -> str:
    path = folder / name
    path.write_text("\n".join(["candidate,accuracy", *(f"{text},{row}" for row, text in enumerate(texts))]))
    return str(path)


def pooled(name: str, folder: Path, count: int = 12) -> tuple[Any, dict[str, Any]]:
    """Return a space of the members of a table, and those by their keys."""
    whole = SPACES.build(name, {})
    members = draw_distinct(whole, count, derive_rng(7))
    space = SPACES.build(name, {"pool": table_of(folder, [whole.encode(member) for member in members])})
    return space, {candidate_key(space, member): member for member in members}


@given(signatures=st.lists(st.integers(1, 9), min_size=2), tried=st.lists(st.integers(0, 12)), own=st.integers(1, 12))
def test_a_neighbour_is_the_first_member_that_is_tried_or_another_one(
    signatures: list[int], tried: list[int], own: int
) -> None:
    members = [f"{signature} in row {row}" for row, signature in enumerate(signatures)]
    if len(set(signatures)) < 2:
        with pytest.raises(UsageError, match="names one candidate; a pool needs two that differ"):
            TablePool("some.csv", members, np.array(signatures, np.uint64))
        return
    pool = TablePool("some.csv", members, np.array(signatures, np.uint64))
    first = [members[signatures.index(each)] for each in dict.fromkeys(signatures)]
    assert list(pool.members) == first
    found = pool.neighbour(np.array([own, *tried], np.uint64), np.random.default_rng(own))
    wanted = [each for each in tried if each in signatures and each != own]
    assert found in first
    assert found.split()[0] == str(wanted[0]) if wanted else found.split()[0] != str(own)


def test_members_are_equally_likely_in_a_sample_and_where_no_neighbour_is_found() -> None:
    pool = TablePool("some.csv", "abcd", np.array([8, 2, 6, 4], np.uint64))
    rng = np.random.default_rng(0)
    sampled = Counter(pool.sample(rng) for _ in range(4_000))
    assert all(abs(sampled[member] - 1_000) < 110 for member in "abcd")  # four standard deviations
    for own, others in ((2, "acd"), (8, "bcd"), (5, "abcd"), (9, "abcd")):
        drawn = Counter(pool.neighbour(np.array([own], np.uint64), rng) for _ in range(3_000))
        assert set(drawn) == set(others)
        assert all(abs(drawn[member] - 3_000 / len(others)) < 110 for member in others)


@pytest.mark.parametrize("name", NAMES)
def test_only_members_of_the_table_are_sampled_and_reached(name: str, tmp_path: Path) -> None:
    space, members = pooled(name, tmp_path)
    rng = derive_rng(1)
    assert {candidate_key(space, space.sample(rng)) for _ in range(300)} == set(members)
    for parent in [*members.values(), *(SPACES.build(name, {}).sample(rng) for _ in range(20))]:
        child = space.mutate(parent, rng)
        assert members[candidate_key(space, child)] == child
        assert candidate_key(space, child) != candidate_key(space, parent)


@pytest.mark.parametrize(
    ("name", "parent", "near", "least"),  # a mutant of NAS-Bench-101 is this one in one of 600 draws
    [
        ("nasbench101", CHAIN, CHAIN.replace("conv1x1", "maxpool3x3"), 4),
        ("nasbench201", CELL, CELL.replace("none", "skip_connect"), 30),
    ],
)
def test_a_mutation_prefers_a_neighbour_to_the_rest_of_the_pool(
    name: str, parent: str, near: str, least: int, tmp_path: Path
) -> None:
    whole = SPACES.build(name, {})
    texts = [whole.encode(member) for member in draw_distinct(whole, 60, derive_rng(7))]
    large = [text for text in texts if text.count("~") == 6]  # cells of few vertices are many mutants' remains
    space = SPACES.build(name, {"pool": table_of(tmp_path, [*large, parent, near])})
    children = [space.encode(space.mutate(space.decode(parent), derive_rng(2, seed))) for seed in range(40)]
    assert children.count(near) >= least


def test_texts_of_one_key_are_one_member_the_first(tmp_path: Path) -> None:
    file = table_of(tmp_path, ["conv3x3~0+maxpool3x3~0+output~12", TWIN, "output~0"])
    space = SPACES.build("nasbench101", {"pool": file})
    drawn = Counter(space.encode(space.sample(derive_rng(number))) for number in range(200))
    assert set(drawn) == {"conv3x3~0+maxpool3x3~0+output~12", "output~0"}
    assert space.encode(space.mutate(space.decode(TWIN), derive_rng(0))) == "output~0"


@pytest.mark.parametrize("name", NAMES)
def test_a_pool_is_named_by_its_full_path_and_digest_and_left_out_where_there_is_none(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not {"pool", "pool_digest"} & SPACES.resolve(name, {}).keys()
    pooled(name, tmp_path)
    monkeypatch.chdir(tmp_path)
    settled = SPACES.resolve(name, {"pool": "table.csv"})
    assert settled["pool"] == str(tmp_path / "table.csv")
    assert len(str(settled["pool_digest"])) == 16
    assert SPACES.resolve(name, settled) == settled


def test_a_file_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    pooled("nasbench201", tmp_path)
    settled = SPACES.resolve("nasbench201", {"pool": str(tmp_path / "table.csv")})
    pooled("nasbench201", tmp_path, count=13)
    assert SPACES.resolve("nasbench201", {"pool": settled["pool"]}) != settled
    with pytest.raises(UsageError, match="is not the file that the search was begun with"):
        SPACES.build("nasbench201", settled)


def test_a_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    space, _ = pooled("nasbench101", tmp_path)
    (tmp_path / "table.csv").unlink()
    assert space.mutate(space.sample(derive_rng(0)), derive_rng(1))


def test_a_digest_alone_is_refused() -> None:
    with pytest.raises(UsageError, match=r"give space\.pool=FILE, too"):
        SPACES.build("nasbench101", {"pool_digest": "abc"})
    assert open_pool("", "", str, lambda members: np.zeros(0, np.uint64)) is None
    assert settle_pool({"pool": "", "pool_digest": ""}) == {"pool": "", "pool_digest": ""}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        ("", "cannot be read as a table"),
        ("cell,accuracy\n" + CELL + ",1", "no column 'candidate' or 'arch'"),
        ("candidate,accuracy\n" + CELL + ",1\n" + CELL + ",2", "names one candidate; a pool needs two that differ"),
        ("candidate,accuracy\noutput~0,1\n" + CELL + ",1", "row 1 is 'output~0', no candidate of this space"),
        ("candidate,accuracy\n" + CELL + ",1\n" + 90 * "output~0" + ",1", "row 2 is 'output~0output~0"),
    ],
)
def test_a_file_that_is_no_pool_is_one_line(content: str | None, words: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "table.csv").write_text(content)
    with pytest.raises(UsageError) as caught:
        SPACES.build("nasbench201", {"pool": str(tmp_path / "table.csv")})
    said = str(caught.value).replace(str(tmp_path), "")
    assert words in said
    assert "\n" not in said
    assert len(said) < 400


def test_a_supernet_is_refused_and_all_candidates_are_the_members(tmp_path: Path) -> None:
    space, members = pooled("nasbench201", tmp_path)
    assert list(space.candidates()) == list(members.values())
    with pytest.raises(ValueError, match=r"not those of space\.pool alone"):
        space.relax(None, 10)


def test_a_pool_may_hold_published_forms(tmp_path: Path) -> None:
    file, texts = tmp_path / "published.csv", ("(0, 1, 2, 3, 4, 0)", "[2, 2, 2, 2, 2, 2]")
    file.write_text("candidate,accuracy\n" + "".join(f'"{text}",0.5\n' for text in texts))
    space = SPACES.build("nasbench201", {"pool": str(file)})
    sampled = {space.encode(space.sample(derive_rng(seed))) for seed in range(20)}
    assert sampled == {space.encode(read_candidate(space, text)) for text in texts}
