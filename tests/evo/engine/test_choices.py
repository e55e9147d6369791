"""Catches: a plug-in that is taken for another, or loses its options; a class or an object that is said to be found
by its name although no other process would find it; a strategy that was asked already and goes on with what it was
told."""

import sys
from typing import Any

import numpy as np
import pytest

from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.engine.choices import Chosen, choose, split_text
from evo.engine.plugins import SUPERNET_OBJECTIVES, table_of
from evo.records.config import Choice
from evo.records.trial import Evaluation, Proposal
from evo.strategies.random_search import RandomSearch
from evo.strategies.regularized_evolution import RegularizedEvolution
from fitness import EvalContext, Score
from fitness.objectives.rotation import Rotation
from spaces.nasbench201.space import NasBench201
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText
from tests.toy import BitStrings, CountOnes

SPACE, FITNESS, STRATEGY = table_of("space"), table_of("fitness"), table_of("strategy")
EVOLUTION = {"population": 5, "tournament": 2}


@pytest.mark.parametrize(
    ("given", "options", "expected"),
    [
        ("tests.toy:BitStrings", {}, {"length": 10}),
        ("tests.toy:BitStrings(length=4)", {}, {"length": 4}),
        ("tests.toy:BitStrings", {"length": "5"}, {"length": 5}),
        ("tests.toy:BitStrings(length=4)", {"length": "4.0"}, {"length": 4}),
        (BitStrings, {"length": 5}, {"length": 5}),
    ],
)
def test_a_name_a_text_and_a_class_are_made_by_their_name(
    given: object, options: dict[str, object], expected: dict[str, object]
) -> None:
    assert choose(SPACE, given, options) == Chosen(Choice("tests.toy:BitStrings", expected))


def test_a_built_in_class_has_its_built_in_name() -> None:
    found = choose(STRATEGY, RegularizedEvolution, EVOLUTION)
    assert found == Chosen(Choice("regularized_evolution", EVOLUTION))
    assert choose(SPACE, NasBench201, {}).choice == choose(SPACE, "nasbench201", {}).choice
    assert choose(STRATEGY, DartsRelaxation, {"epochs": 3}).choice.name == "darts"


@pytest.mark.parametrize("given", ["random_serch", "random_search(", "random_search(x=1)", "os:getcwd()()"])
def test_a_text_of_another_form_or_name_is_one_line(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose(STRATEGY, given, {})
    assert "\n" not in str(caught.value)


def test_an_option_in_the_text_and_beside_it_is_refused_where_they_differ() -> None:
    with pytest.raises(UsageError, match=r"space.length is '4' in the text of the space and '5' beside it; say it in"):
        choose(SPACE, "tests.toy:BitStrings(length=4)", {"length": 5})


def test_a_text_is_split_into_name_and_options() -> None:
    assert split_text("a(b=1, c=x)", "--space") == ("a", {"b": "1", "c": "x"})
    assert split_text("a:B", "--space") == ("a:B", {})
    inner = PluginText("c", {"d": "1"})
    assert split_text("a:B(c(d=1),e=2)", "--fitness") == ("a:B", {"e": "2", "members": [inner]})
    assert split_text("imagefolder:a(b)", "--data") == ("imagefolder:a(b)", {})


def test_an_object_travels_and_its_options_are_those_it_keeps() -> None:
    strategy = RegularizedEvolution(**EVOLUTION)
    assert choose(STRATEGY, strategy, {}) == Chosen(Choice("regularized_evolution", EVOLUTION), strategy)
    fitness = CountOnes(noise=0.5)  # which keeps them behind an underscore
    assert choose(FITNESS, fitness, {}) == Chosen(
        Choice("tests.toy:CountOnes", {"noise": 0.5, "sleep_s": 0.0}), fitness
    )


class Forgetful(CountOnes):
    """Keeps nothing of what it was made with, or something that no file can hold."""

    def __init__(self, *, shift: int = 0, kept: Any = None) -> None:
        super().__init__()
        self.kept = kept


def test_an_object_that_does_not_keep_all_its_options_is_not_found_by_its_name() -> None:
    name = f"{__name__}:Forgetful"
    found = choose(FITNESS, Forgetful(shift=3, kept=2), {})
    assert (found.choice, found.by_name) == (Choice(name, {"kept": 2}), False)
    found = choose(FITNESS, Forgetful(kept=np.zeros(3)), {})
    assert (found.choice, found.by_name) == (Choice(name, {"kept": repr(np.zeros(3))}), False)


def test_what_no_other_process_finds_is_made_here_and_not_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class Local(BitStrings):
        """A class of this test's own."""

    found = choose(SPACE, Local, {"length": 3})
    assert isinstance(found.made, Local)
    assert found.made.sample(np.random.default_rng(0)).__len__() == 3
    assert not found.by_name
    assert found.choice.name == f"{__name__}:{Local.__qualname__}"
    script = type("Script", (BitStrings,), {"__module__": "__main__"})
    monkeypatch.setattr(sys.modules["__main__"], "Script", script, raising=False)
    for given in (script, script(length=3)):
        assert not choose(SPACE, given, {}).by_name
    nowhere = type("Nowhere", (BitStrings,), {"__module__": "no_such_module"})
    hidden = type("Hidden", (BitStrings,), {"__module__": __name__})
    assert not choose(SPACE, nowhere(), {}).by_name
    assert not choose(SPACE, hidden(), {}).by_name


def test_a_function_scores_under_its_own_name_and_is_handed_over() -> None:
    found = choose(FITNESS, ones, {})
    assert (found.made, found.by_name) == (ones, False)  # by its name it would be called for a fitness
    assert found.choice == Choice(f"{__name__}:ones", {})


def ones(candidate: tuple[int, ...], context: EvalContext) -> Score:
    return Score(sum(candidate))


@pytest.mark.parametrize("given", [BitStrings(length=4), RegularizedEvolution()])
def test_an_object_takes_no_options(given: object) -> None:
    table = SPACE if isinstance(given, BitStrings) else STRATEGY
    with pytest.raises(UsageError, match="is an object, with options of its own; set them there"):
        choose(table, given, {"length": 5})


def test_a_class_that_refuses_its_options_says_so_in_one_line() -> None:
    class Refusing(BitStrings):
        """A class of this test's own."""

    with pytest.raises(UsageError, match=r"space .*Refusing.* refuses its options: length=0: must be at least 1"):
        choose(SPACE, Refusing, {"length": 0})
    with pytest.raises(UsageError, match="lenght"):
        choose(SPACE, BitStrings, {"lenght": 3})


@pytest.mark.parametrize(("table", "given"), [(SPACE, CountOnes()), (FITNESS, BitStrings()), (STRATEGY, 3)])
def test_an_object_of_another_kind_is_refused(table: Any, given: object) -> None:
    with pytest.raises(UsageError, match="which has no "):
        choose(table, given, {})


def test_a_strategy_that_was_begun_is_refused() -> None:
    used = RandomSearch()
    used.begin(BitStrings())
    with pytest.raises(UsageError, match="RandomSearch was asked already; hand over a new one"):
        choose(STRATEGY, used, {})


def test_a_strategy_that_takes_no_space_is_refused() -> None:
    class Bare:
        """Asks and tells, and derives from nothing."""

        def ask(self, rng: np.random.Generator) -> Proposal | None: ...
        def tell(self, evaluation: Evaluation) -> None: ...

    with pytest.raises(UsageError, match=r"derive it from evo\.SearchStrategy"):
        choose(STRATEGY, Bare(), {})


def test_an_objective_is_a_fitness_to_evolution_and_itself_to_a_supernet() -> None:
    objective = Rotation()
    for table in (FITNESS, SUPERNET_OBJECTIVES):
        found = choose(table, objective, {})
        assert found.made is objective
    assert choose(SUPERNET_OBJECTIVES, objective, {}).choice.name == "rotation"


class Several:
    """A fitness of options that are no single value."""

    def __init__(self, *weights: float, bounds: tuple[int, int] = (0, 1), names: dict[str, int] | None = None) -> None:
        self.weights, self.bounds, self.names = weights, bounds, names or {}

    def __call__(self, candidate: object, context: object) -> object:
        return None


class Listing(Several):
    """The same without arguments that have no name."""

    def __init__(self, *, bounds: tuple[int, int] = (0, 1), names: dict[str, int] | None = None) -> None:
        super().__init__(bounds=bounds, names=names)


class Hidden(Several):
    """One that keeps what JSON does not know, and more than it was given."""

    cache: dict[str, float]
    token: str

    def __init__(self, *, factor: set[float]) -> None:
        super().__init__()
        self.factor, self.lock = factor, object()


def test_lists_and_records_are_options_like_any_other() -> None:
    chosen = choose(FITNESS, Listing(bounds=(2, 3), names={"a": 1}), {})
    assert chosen.choice.options == {"bounds": (2, 3), "names": {"a": 1}}
    assert chosen.by_name


def test_objects_of_other_arguments_are_told_apart_and_never_made_by_their_name() -> None:
    one, two = (choose(FITNESS, Several(bounds=bounds), {}) for bounds in ((1, 2), (1, 3)))
    assert one.choice != two.choice
    hidden, other = (choose(FITNESS, Hidden(factor={factor}), {}) for factor in (2.5, 3.5))
    assert (hidden.choice.options, other.choice.options) == ({"factor": "{2.5}"}, {"factor": "{3.5}"})
    assert [chosen.by_name for chosen in (one, two, hidden, other)] == [False] * 4


def test_what_an_object_remembers_is_none_of_its_options() -> None:
    fitness = Hidden(factor={1.0})
    before = choose(FITNESS, fitness, {}).choice
    fitness.cache, fitness.token = {"a": 1.0}, "secret"
    assert choose(FITNESS, fitness, {}).choice == before
