"""Catches: a rate that is off by an epoch, warms up from nothing or does not end where it should; drop path on another
line than DARTS'; numbers of the recipe where the network has nothing for them, or none where it has.
"""

import pytest

from evo.retraining.settings import TRAININGS, TrainSettings, settle
from tasks.foundation.errors import UsageError


def test_the_recipe_is_that_of_darts() -> None:
    recipe = settle(TrainSettings(), size=32, cellular=True, probe=False)
    assert (recipe.epochs, recipe.batch, recipe.learning_rate, recipe.least_rate) == (600, 96, 0.025, 0.0)
    assert (recipe.momentum, recipe.weight_decay, recipe.clip) == (0.9, 3e-4, 5.0)
    assert (recipe.cutout, recipe.drop_path, recipe.auxiliary, recipe.label_smoothing) == (16, 0.2, 0.4, 0.0)
    assert recipe.shift == 4


@pytest.mark.parametrize(("size", "expected"), [(8, 1), (16, 2), (224, 28)])
def test_the_shift_is_an_eighth_of_the_side_unless_it_is_given(size: int, expected: int) -> None:
    assert settle(TrainSettings(), size=size, cellular=False, probe=False).shift == expected
    assert settle(TrainSettings(shift=3), size=size, cellular=False, probe=False).shift == 3


def test_the_rate_falls_along_half_a_cosine() -> None:
    settings = TrainSettings(epochs=4, learning_rate=0.8)
    # (1 + cos 45 degrees) / 2 = (1 + 0.70711) / 2
    assert [settings.rate(epoch) for epoch in range(4)] == pytest.approx(
        [0.8, 0.8 * 0.853553, 0.4, 0.8 * 0.146447], rel=1e-5
    )


def test_the_rate_warms_up_evenly_and_falls_over_what_is_left() -> None:
    settings = TrainSettings(epochs=6, learning_rate=0.8, least_rate=0.2, warm_up=2)
    expected = [0.4, 0.8, 0.8, 0.2 + 0.6 * 0.853553, 0.5, 0.2 + 0.6 * 0.146447]
    assert [settings.rate(epoch) for epoch in range(6)] == pytest.approx(expected, rel=1e-5)


def test_drop_path_grows_with_the_share_of_epochs_that_are_done() -> None:
    settings = TrainSettings(epochs=4, drop_path=0.2)
    assert [settings.drop_chance(epoch) for epoch in range(4)] == pytest.approx([0, 0.05, 0.1, 0.15])
    assert TrainSettings(epochs=4).drop_chance(3) == 0


@pytest.mark.parametrize(
    ("cellular", "probe", "expected"), [(True, True, (0, 0, 0)), (False, False, (4, 0, 0)), (False, True, (0, 0, 0))]
)
def test_what_the_network_has_not_is_off(cellular: bool, probe: bool, expected: tuple[float, ...]) -> None:
    settled = settle(TrainSettings(), size=8, cellular=cellular, probe=probe)
    assert (settled.cutout, settled.drop_path, settled.auxiliary) == expected


def test_what_is_given_stays() -> None:
    given = TrainSettings(cutout=0, shift=0, drop_path=0.0, auxiliary=0.0)
    assert settle(given, size=8, cellular=True, probe=False) == given
    assert settle(TrainSettings(cutout=3), size=8, cellular=True, probe=True).cutout == 3


@pytest.mark.parametrize(
    ("given", "cellular", "probe", "words"),
    [
        ({"drop_path": 0.1}, False, False, "drop_path=0.1: this architecture is no network of cells"),
        ({"auxiliary": 0.4}, True, True, "auxiliary=0.4: a linear probe trains no cells"),
        ({"cutout": 9}, True, False, "cutout=9: the images are 8 pixels wide"),
        ({"shift": 9}, True, False, "shift=9: the images are 8 pixels wide"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, float], cellular: bool, probe: bool, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        settle(TrainSettings(**given), size=8, cellular=cellular, probe=probe)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"epochs": "0"}, "epochs=0: must be finite and at least 1"),
        ({"epochs": "9999999999"}, "epochs=9999999999: must be at most 1,000,000"),
        ({"batch": "1"}, "batch=1"),
        ({"learning_rate": "0"}, "learning_rate=0.0"),
        ({"least_rate": "0.1"}, "least_rate=0.1"),
        ({"weight_decay": "nan"}, "weight_decay=nan"),
        ({"epochs": "5", "warm_up": "5"}, "warm_up=5: must be below the 5 epochs"),
        ({"momentum": "1"}, "momentum=1.0: must be from 0 to below 1"),
        ({"drop_path": "1"}, "drop_path=1.0"),
        ({"label_smoothing": "-0.1"}, "label_smoothing=-0.1"),
        ({"cutout": "-1"}, "cutout=-1"),
        ({"cutt": "1"}, "unknown option of train 'darts': 'cutt'; did you mean 'cutout'"),
        ({"epochs": "many"}, "train.epochs='many'"),
    ],
)
def test_options_out_of_range_are_one_line(options: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as error:
        TRAININGS.build("darts", options)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
