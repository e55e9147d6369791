"""Built-in spaces whose networks have a small skeleton: every number that is named in ``SMALL`` has its value there."""

from collections.abc import Mapping
from typing import Any

from spaces import SPACES
from tasks.foundation.plugins import option_parameters

SMALL: Mapping[str, object] = {
    "stem_channels": 8,
    "cells_per_stage": 1,
    "modules_per_stack": 1,
    "channels": 4,
    "cells": 3,
    "width": 4,
    "depth": 3,
    "max_depth": 2,
    "width_divisor": 4,
    "emsize": 8,
    "nhid": 8,
    "pool": 400,
}


def small_space(name: str) -> Any:
    """Return the built-in space ``name``, not yet prepared."""
    known = option_parameters(SPACES.load(name)).items()
    numbers = [option for option, parameter in known if isinstance(parameter.default, int)]  # ``pool`` may be a file
    return SPACES.build(name, {option: SMALL[option] for option in numbers if option in SMALL})
