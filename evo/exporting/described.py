"""What a file that holds a network says of itself, and what it reads."""

from evo.exporting.agreement import Spec
from evo.exporting.exportable import Exportable
from spaces import SequenceSpec


def described(exportable: Exportable) -> dict[str, str]:
    """Return what a file says of the network in it, by names."""
    return {
        "space": exportable.config.space.name,
        "candidate": exportable.text,
        "weights": str(exportable.origin.weights),
        "data": exportable.config.data,
        "reads": reads(exportable.spec),
    }


def reads(spec: Spec) -> str:
    """Return in words what a network reads, and what of it may differ from call to call."""
    if isinstance(spec, SequenceSpec):
        return f"reads sequences [{spec.length}, batch, {spec.width}]: {spec.length} steps, no more and no fewer"
    return f"reads images [batch, {spec.channels}, {spec.size}, {spec.size}]"
