"""The predictors by name, each imported when first asked for."""

from tasks import PluginTable

PREDICTORS = PluginTable(
    kind="predictor",
    group="selfnas.predictors",
    builtin={
        "ranker": "fitness.predictors.ranker.predictor:RankerPredictor",
        "ridge": "fitness.predictors.ridge:RidgePredictor",
        "trees": "fitness.predictors.trees:TreesPredictor",
    },
    methods=("fit", "restore"),
    base="fitness.predictors.base:Predictor",
)
