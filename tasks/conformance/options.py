"""The check of a plug-in's options, which a run's folder keeps as JSON."""

import json
from collections.abc import Mapping

from tasks.conformance.outcomes import require
from tasks.foundation.plugins import PluginTable


def options_resolve(table: PluginTable, name: str, options: Mapping[str, object]) -> str:
    """Check that a run's folder can keep the resolved options and give them back, as a resumed run needs."""
    kept = json.loads(json.dumps(options, default=str))
    require(table.resolve(name, kept) == options, f"options {options} come back from JSON as {kept}")
    return ", ".join(f"{option}={value}" for option, value in options.items()) or "there are none"
