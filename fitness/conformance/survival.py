"""Checks that a network with something wrong is one failed score at most, and not the end.

Each asks for a broken network with the stages of a member, in another process. NaN and any exception are fine: a run
logs them as the candidate's failure.
"""

from fitness.conformance.broken_networks import Broken
from fitness.conformance.case import Case
from spaces.conformance.case import require


def a_network_without_relu(case: Case) -> str:
    """A network of convolutions and pooling alone is scored, or an exception."""
    return _survives(case, Broken.LINEAR)


def a_network_without_parameters(case: Case) -> str:
    """A network that only pools is scored, or an exception."""
    return _survives(case, Broken.PARAMETERLESS)


def a_network_of_constant_output(case: Case) -> str:
    """A network that sees nothing of its images is scored, or an exception."""
    return _survives(case, Broken.CONSTANT)


def a_network_that_never_learns(case: Case) -> str:
    """A network whose output and gradients are all zero is scored, or an exception."""
    return _survives(case, Broken.DEAD)


def a_network_of_nan(case: Case) -> str:
    """A network whose output is not a number is scored, or an exception."""
    return _survives(case, Broken.NAN)


def a_network_that_raises(case: Case) -> str:
    """A network that cannot be run is scored, or an exception."""
    return _survives(case, Broken.RAISING)


def _survives(case: Case, broken: Broken) -> str:
    made = case.ask_about(broken)
    require(made.proper, made.said)
    return made.said
