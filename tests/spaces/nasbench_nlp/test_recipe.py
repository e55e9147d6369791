"""Catches: a published recipe refused, changed or reordered; a text with a second reading; a bad one let in."""

import json

import pytest

from spaces.nasbench_nlp.recipe import from_recipe, from_text, to_recipe, to_text
from tests.spaces.reference_cells import GRU, LSTM, RNN

RECIPE = '{"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}}'


def test_a_recipe_and_a_text_are_one_cell_by_hand() -> None:
    assert to_text(from_recipe(RECIPE)) == RNN
    assert to_recipe(from_text(RNN)) == RECIPE
    assert from_recipe(json.dumps(json.loads(RECIPE), indent=1)) == from_text(RNN)


@pytest.mark.parametrize("text", [LSTM, GRU])
def test_named_cells_survive_the_recipe(text: str) -> None:
    assert to_text(from_recipe(to_recipe(from_text(text)))) == text


def test_every_published_recipe_is_read_and_written_to_the_letter(nasbench_nlp_params: dict[str, int]) -> None:
    for recipe in nasbench_nlp_params:
        cell = from_recipe(recipe)
        assert to_recipe(cell) == recipe
        assert from_text(to_text(cell)) == cell


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "an object of nodes"),
        ("3", "an object of nodes"),
        ("{}", "1 to 25 nodes, not 0"),
        (RECIPE.replace('"op"', '"operation"'), "node 'f' of the recipe must be"),
        (RECIPE.replace('"input":["f"]', '"input":"f"'), "node 'h_new_0' of the recipe must be"),
        (RECIPE.replace('["f"]', '["f"],"x":1'), "node 'h_new_0' of the recipe must be"),
        (RECIPE.replace('{"op":"linear","input":["x","h_prev_0"]}', "1"), "node 'f' of the recipe must be"),
        (RECIPE.replace('"f":', '"f":{"op":"activation_tanh","input":["f"]},"f":'), "two nodes are called 'f'"),
        (RECIPE.replace('["x",', '["x",3,'), "'3' is read"),
        (RECIPE.replace('["f"]', '["f f"]'), "'f f' is read"),
    ],
)
def test_what_is_no_recipe_is_refused_in_one_line(recipe: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        from_recipe(recipe)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "", RNN + ";", ";" + RNN, RNN + "\n", " " + RNN, RNN.replace(";", "; "), RNN.replace("(f)", "()"),
        RNN.replace("(f)", "(f"), RNN.replace("=", "", 1), RNN.replace("(f)", "(f,)"), RNN.replace("f", "\u0192"),
        RNN.replace("h_prev_0", "h_prev_\u0660"), ";" * 1_000_000,
    ],
)  # fmt: skip
def test_a_damaged_text_is_refused_in_one_short_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as caught:
        from_text(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
