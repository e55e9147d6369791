"""Catches: a sign that is lost, a fitness that is not first, an objective that is read otherwise than it was written, a
comma within parentheses that parts a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.records.search_objectives import SearchObjective, objectives_of, parse_objectives
from tasks.foundation.errors import UsageError
from tests.runs import toy_config


def test_a_text_is_read_as_names_with_signs() -> None:
    found = parse_objectives(" fitness, -params,+macs,-latency(batch = 8),regression(task=N,steps=5)")
    assert found == (
        SearchObjective("fitness"),
        SearchObjective("params", -1),
        SearchObjective("macs", 1),
        SearchObjective("latency", -1, batch=8),
        SearchObjective("regression(task=N,steps=5)", 1),
    )
    assert list(map(str, found)) == ["fitness", "-params", "macs", "-latency(batch=8)", "regression(task=N,steps=5)"]
    assert [one.metric for one in found[1:4]] == ["objective.params", "objective.macs", "objective.latency"]


def test_the_fitness_alone_is_no_search_by_several() -> None:
    assert parse_objectives("fitness") == parse_objectives(["fitness"]) == ()
    assert objectives_of(toy_config()) == ()


@given(
    st.lists(st.sampled_from(["params", "macs", "a b", "x", "latency(batch=3)"]), min_size=1, unique=True), st.data()
)
def test_what_is_written_is_read_back(names: list[str], data: st.DataObject) -> None:
    texts = ["fitness", *(data.draw(st.sampled_from(["", "-"])) + name for name in names)]
    found = parse_objectives(texts)
    assert list(map(str, found)) == texts
    assert parse_objectives(",".join(texts)) == parse_objectives(tuple(map(str, found))) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-params,fitness", "the first is '-params', and must be fitness, without a sign"),
        ("-fitness,params", "the first is '-fitness'"),
        ("", "'' is no objective"),
        ("fitness,", "'' is no objective"),
        ("fitness,--params", "'--params' is no objective"),
        ("fitness,objective.params", "'objective.params' is no objective"),
        ("fitness,a\nb", "is no objective"),
        (f"fitness,{'x' * 201}", "is no objective"),
        ("fitness,params,-params", "params is given 2 times"),
        ("fitness,latency,-latency(batch=2)", "latency is given 2 times"),
        ("fitness,latency(batch=0)", "write latency(batch=N), N from 1 to 65,536"),
        ("fitness,latency(batch=65537)", "write latency(batch=N)"),
        ("fitness,latency(size=2)", "write latency(batch=N)"),
        (",".join(["fitness", *"abcdefgh"]), "9 objectives are given; at most 8"),
    ],
)
def test_anything_else_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_objectives(text)
    line = str(refused.value)
    assert line.startswith("--objectives: ")
    assert said in line
    assert "\n" not in line
    assert len(line) < 500


def test_no_objective_at_all_is_refused() -> None:
    with pytest.raises(UsageError, match="the first is '', and must be fitness"):
        parse_objectives([])
