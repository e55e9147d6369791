"""Catches: an option of the space that is lost or read as another axis's, a text of another form that passes."""

from collections.abc import Mapping

import pytest

from evo.constraints.size_options import shown_size, size_options
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize(
    "given",
    ["space.cells=20,space.channels=36", " cells = 20 ,channels=36", {"space.cells": "20", "channels": "36"}],
)
def test_options_are_named_with_and_without_their_axis(given: Mapping[str, object] | str) -> None:
    found = size_options(given)
    assert found == {"cells": "20", "channels": "36"}
    assert size_options(shown_size(found)) == found


@pytest.mark.parametrize(
    "given", ["", "cells", "cells=", "=20", "cells=20,", "fitness.steps=1", {"space.": 1}, {"a.b": 1}]
)
def test_anything_else_is_refused_in_a_line(given: Mapping[str, object] | str) -> None:
    with pytest.raises(UsageError, match=r"^--constraint-size '.*': write options of the space"):
        size_options(given)
