"""What is maximised: fitnesses, and the self-supervised objectives behind them.

What a candidate is, and which to try next, is said elsewhere: ``spaces`` and ``evo``. README.md lists all members and
what each folder holds. The names below are what other layers may import; each is imported when first asked for, so that
``import fitness`` imports nothing else of the project.
"""

from typing import TYPE_CHECKING

__distribution__ = "selfnas"

_NAMES = {
    "base": (
        *("AbandonedError", "DeadlineExceededError", "EvalContext", "Fitness", "Score"),
        *("as_score", "network_shape", "only_images", "scored_key"),
    ),
    "consensus.correlations": ("NOTHING_BUT_SIZE", "Correlations", "size_correlation"),
    "consensus.fitness": ("ConsensusFitness",),
    "consensus.joined": ("final_scores",),
    "counting": ("RandomFitness",),
    "determinism": ("Precision", "computing_in", "precision_on", "seeded", "seeded_dropout"),
    "fitness_table": ("FITNESSES", "OBJECTIVES"),
    "heads.pooled_classifier": ("PooledClassifier",),
    "memory_errors": ("wants_memory",),
    "objective": ("Objective",),
    "objectives.classification": ("Classification",),
    "objectives.patch_recovery": ("PatchRecovery",),
    "once_per_run": ("OncePerRun",),
    "rank_correlation.best_statistics": ("BEST_NAMES", "best_statistics", "bootstrap_best", "top_rows"),
    "rank_correlation.fitness": ("RankCorrelationFitness",),
    "rank_correlation.held_out_panel": ("HeldOutPanel", "Ranking"),
    "rank_correlation.rank_statistics": (
        *("KENDALL_RESAMPLES", "MOST_PAIRED_ROWS", "NAMES", "RESAMPLES", "Interval", "bootstrap", "interval"),
        *("rank_agreement", "rank_statistics", "reliability_of_mean", "spearman"),
    ),
    "reference": ("FAILED_MEMBER", "Reference", "ReferenceMember", "ReferenceRequest", "ScoredSample"),
    "training.batches": ("ImagePool", "ShiftedPool", "check_judged", "images_in", "on_device"),
    "training.fitness": ("TrainedFitness", "check_counts"),
    "training.loop": ("Batches", "Judgement", "Trainee", "judge"),
    "training.norm_statistics": ("averaging",),
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names}

if TYPE_CHECKING:
    from fitness.base import AbandonedError as AbandonedError
    from fitness.base import DeadlineExceededError as DeadlineExceededError
    from fitness.base import EvalContext as EvalContext
    from fitness.base import Fitness as Fitness
    from fitness.base import Score as Score
    from fitness.base import as_score as as_score
    from fitness.base import network_shape as network_shape
    from fitness.base import only_images as only_images
    from fitness.base import scored_key as scored_key
    from fitness.consensus.correlations import NOTHING_BUT_SIZE as NOTHING_BUT_SIZE
    from fitness.consensus.correlations import Correlations as Correlations
    from fitness.consensus.correlations import size_correlation as size_correlation
    from fitness.consensus.fitness import ConsensusFitness as ConsensusFitness
    from fitness.consensus.joined import final_scores as final_scores
    from fitness.counting import RandomFitness as RandomFitness
    from fitness.determinism import Precision as Precision
    from fitness.determinism import computing_in as computing_in
    from fitness.determinism import precision_on as precision_on
    from fitness.determinism import seeded as seeded
    from fitness.determinism import seeded_dropout as seeded_dropout
    from fitness.fitness_table import FITNESSES as FITNESSES
    from fitness.fitness_table import OBJECTIVES as OBJECTIVES
    from fitness.heads.pooled_classifier import PooledClassifier as PooledClassifier
    from fitness.memory_errors import wants_memory as wants_memory
    from fitness.objective import Objective as Objective
    from fitness.objectives.classification import Classification as Classification
    from fitness.objectives.patch_recovery import PatchRecovery as PatchRecovery
    from fitness.once_per_run import OncePerRun as OncePerRun
    from fitness.rank_correlation.best_statistics import BEST_NAMES as BEST_NAMES
    from fitness.rank_correlation.best_statistics import best_statistics as best_statistics
    from fitness.rank_correlation.best_statistics import bootstrap_best as bootstrap_best
    from fitness.rank_correlation.best_statistics import top_rows as top_rows
    from fitness.rank_correlation.fitness import RankCorrelationFitness as RankCorrelationFitness
    from fitness.rank_correlation.held_out_panel import HeldOutPanel as HeldOutPanel
    from fitness.rank_correlation.held_out_panel import Ranking as Ranking
    from fitness.rank_correlation.rank_statistics import KENDALL_RESAMPLES as KENDALL_RESAMPLES
    from fitness.rank_correlation.rank_statistics import MOST_PAIRED_ROWS as MOST_PAIRED_ROWS
    from fitness.rank_correlation.rank_statistics import NAMES as NAMES
    from fitness.rank_correlation.rank_statistics import RESAMPLES as RESAMPLES
    from fitness.rank_correlation.rank_statistics import Interval as Interval
    from fitness.rank_correlation.rank_statistics import bootstrap as bootstrap
    from fitness.rank_correlation.rank_statistics import interval as interval
    from fitness.rank_correlation.rank_statistics import rank_agreement as rank_agreement
    from fitness.rank_correlation.rank_statistics import rank_statistics as rank_statistics
    from fitness.rank_correlation.rank_statistics import reliability_of_mean as reliability_of_mean
    from fitness.rank_correlation.rank_statistics import spearman as spearman
    from fitness.reference import FAILED_MEMBER as FAILED_MEMBER
    from fitness.reference import Reference as Reference
    from fitness.reference import ReferenceMember as ReferenceMember
    from fitness.reference import ReferenceRequest as ReferenceRequest
    from fitness.reference import ScoredSample as ScoredSample
    from fitness.training.batches import ImagePool as ImagePool
    from fitness.training.batches import ShiftedPool as ShiftedPool
    from fitness.training.batches import check_judged as check_judged
    from fitness.training.batches import images_in as images_in
    from fitness.training.batches import on_device as on_device
    from fitness.training.fitness import TrainedFitness as TrainedFitness
    from fitness.training.fitness import check_counts as check_counts
    from fitness.training.loop import Batches as Batches
    from fitness.training.loop import Judgement as Judgement
    from fitness.training.loop import Trainee as Trainee
    from fitness.training.loop import judge as judge
    from fitness.training.norm_statistics import averaging as averaging
else:  # hidden from type checkers: they would take every misspelt name for Any

    def __getattr__(name: str) -> object:
        """Return a public name, imported now; raises AttributeError for any other."""
        import importlib

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Return the public names, imported or not."""
        return sorted({*globals(), *_HOMES})

    __all__ = list(_HOMES)
