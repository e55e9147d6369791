"""Catches: a refusal that is longer than a line, or that shows two settings by what they have in common."""

from evo.records.told_apart import told_apart

RANDOM = {"label": "random", "name": "random", "options": {}}
NASWOT = {"label": "naswot(batch=64)", "name": "naswot", "options": {"batch": 64, "mask": "x"}}


def plugin(**options: object) -> dict[str, object]:
    return {"name": "joined", "options": options}


def test_plain_values_and_plug_ins_are_as_they_are_written() -> None:
    assert told_apart(3, None) == ("3", "None")
    assert told_apart(["a"], {"x": 1}) == ("['a']", "{'x': 1}")
    assert told_apart(plugin(a=1, b="x"), plugin(a=2, b="x")) == ("joined(a=1,b=x)", "joined(a=2,b=x)")
    assert told_apart([{"label": "f(a=1)"}], [RANDOM, NASWOT]) == ("f(a=1)", "random,naswot(batch=64)")


def test_members_are_shown_by_their_labels() -> None:
    there, here = told_apart(plugin(members=[RANDOM, NASWOT], seed=0), plugin(members=[RANDOM], seed=0))
    assert (there, here) == ("joined(members=[random,naswot(batch=64)],seed=0)", "joined(members=[random],seed=0)")


def test_of_long_plug_ins_only_what_differs_is_shown_and_it_is_bounded() -> None:
    long = {f"option_{number}": number for number in range(30)}
    assert told_apart(plugin(**long, a=1), plugin(**long, a=2, c=3)) == ("joined(a=1)", "joined(a=2,c=3)")
    there, here = told_apart(plugin(**long), {"name": "other", "options": {}})
    assert (len(there), there[:17], here) == (120, "joined(option_0=0", "other()")
    members = [{"label": f"member_{number}"} for number in range(99)]
    there, here = told_apart(plugin(members=members), plugin(members=members[1:]))
    assert (len(there), len(here)) == (120, 120)
    assert there.startswith("joined(members=[member_0,")
    assert here.startswith("joined(members=[member_1,")
    assert told_apart("x" * 200, "y")[0] == f"{'x' * 75} ... {'x' * 40}"


def test_what_is_no_plug_in_of_this_version_is_shown_all_the_same() -> None:
    odd = {"name": "joined", "options": "x" * 200}
    assert told_apart(odd, plugin(a=1)) == ("joined()", "joined(a=1)")
    assert told_apart(odd, plugin(a="y" * 200))[0] == "joined()"
