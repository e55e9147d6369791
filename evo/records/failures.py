"""How a run ends that cannot go on: what was finished is saved, and one exception says why it stopped."""


class FailedRunError(RuntimeError):
    """A run stopped before its end; every finished trial is in its folder, and the same call takes it up again."""


class ContractError(FailedRunError):
    """A space or a strategy returned something that its contract does not allow."""


class ReplayError(FailedRunError):
    """A logged trial is not the one that the same configuration proposes now."""


class FitError(FailedRunError):
    """What a strategy wants fitted cannot be."""


class LostClusterError(FailedRunError):
    """The cluster that a run computes on does not answer any more."""


class WorkerStartError(FailedRunError):
    """A worker cannot be made at all: the configuration is broken, not a candidate."""


class FutileRunError(FailedRunError):
    """A run cannot go on by its own configuration: the same call would end the same way."""


class OutsideConstraintsError(FailedRunError):
    """No candidate within a run's constraints was found."""
