"""A plug-in of a configuration as somebody would write it."""

from evo.records.config import Choice
from fitness.consensus.members import written
from tasks.foundation.plugins import PluginTable, option_parameters


def as_written(table: PluginTable, choice: Choice) -> str:
    """Return a plug-in with the options that are not at their defaults, as ``regression(task=N)``.

    Of one that is neither built in nor installed, which is not imported for this, all options are written.
    """
    defaults: dict[str, object] = {}
    if not table.is_foreign(choice.name):
        parameters = option_parameters(table.load(choice.name))
        defaults = {name: parameter.default for name, parameter in parameters.items()}
    own = {name: value for name, value in choice.options.items() if name not in defaults or value != defaults[name]}
    return written(choice.name, own)
