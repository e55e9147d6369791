"""Search strategies: what to try next. One file per strategy, one table of names."""

from tasks.plugins import PluginTable

STRATEGIES = PluginTable(
    kind="strategy",
    group="selfnas.strategies",
    builtin={
        "listed": "evo.strategies.listed:Listed",
        "random_search": "evo.strategies.random_search:RandomSearch",
        "regularized_evolution": "evo.strategies.regularized_evolution:RegularizedEvolution",
    },
    supplied=("space",),
    methods=("ask", "tell"),
)
