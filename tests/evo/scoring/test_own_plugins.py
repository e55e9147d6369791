"""Catches: an object that does not reach the search, one that is said to be made by its name although it cannot be."""

from evo.engine.choices import choose
from evo.engine.data_options import choose_data
from evo.engine.plugins import table_of
from evo.scoring.own_plugins import own_plugins
from tests.tiny_images import TinyLabels
from tests.toy import BitStrings


def test_names_are_nobodys_own() -> None:
    own = own_plugins({"space": choose(table_of("space"), "nasbench201", {})}, choose_data("digits"))
    assert (dict(own.made), own.unnamed) == ({}, ())


def test_objects_travel_and_are_named_where_they_can_be() -> None:
    class Local(BitStrings):
        """A space that no other process finds."""

    images, space, local = TinyLabels(), BitStrings(length=4), Local(length=4)
    own = own_plugins({"space": choose(table_of("space"), space, {})}, choose_data(images))
    assert (dict(own.made), own.unnamed) == ({"space": space, "data": images}, ())
    assert own_plugins({"space": choose(table_of("space"), local, {})}, None).unnamed == ("space",)
