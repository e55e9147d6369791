"""Search strategies: what to try next. One file per strategy, one table of names."""

from evo.strategies.strategy_table import RELAXATIONS, StrategyTable

STRATEGIES = StrategyTable(
    kind="strategy",
    group="selfnas.strategies",
    builtin={
        "listed": "evo.strategies.listed:Listed",
        "nsga2": "evo.strategies.nsga2:Nsga2",
        "random_search": "evo.strategies.random_search:RandomSearch",
        "regularized_evolution": "evo.strategies.regularized_evolution:RegularizedEvolution",
        "screened_evolution": "evo.strategies.screened_evolution:ScreenedEvolution",
        "surrogate": "evo.strategies.surrogate:Surrogate",
        "tier_ranking": "evo.strategies.tier_ranking.strategy:TierRanking",
        **RELAXATIONS,
    },
    supplied=("space",),
    methods=("ask", "tell"),
)
