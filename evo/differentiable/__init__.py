"""Search by gradient: a supernet is trained, and an architecture is derived of it. One file per variant, one table of
each kind of plug-in.
"""

from collections.abc import Mapping

RELAXATIONS: Mapping[str, str] = {
    "darts": "evo.differentiable.darts:Darts",
    "darts_minus": "evo.differentiable.darts_minus:DartsMinus",
    "gdas": "evo.differentiable.gdas:Gdas",
    "p_darts": "evo.differentiable.p_darts:PDarts",
    "path_binarised": "evo.differentiable.path_binarised:PathBinarised",
    "pc_darts": "evo.differentiable.pc_darts:PcDarts",
    "setn": "evo.differentiable.setn:Setn",
}
"""Name of a variant -> ``module:attribute`` of its factory, whose keyword parameters are its options."""

FITNESSES: Mapping[str, str] = {"inherited": "evo.differentiable.inherited_fitness:InheritedFitness"}
"""Name of a fitness that needs a trained supernet -> ``module:attribute`` of its factory."""
