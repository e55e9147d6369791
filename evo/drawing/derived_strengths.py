"""How strong the edges of a derived architecture are: by the architecture parameters that its supernet ended with."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.trust import check_trusted
from evo.records.config import SearchConfig
from evo.storage import checkpoint
from tasks.foundation.errors import UsageError, first_line

if TYPE_CHECKING:
    from spaces import SearchSpace, Strengths

_OUTPUTS = 10  # of a supernet that is made for the names of its edges alone


def strengths_in_run(path: Path, config: SearchConfig, space: "SearchSpace[Any]", text: str) -> "Strengths | None":
    """Return how strong the edges of a candidate are in the supernet that derived it; None where none did.

    The strength of an edge is the share of its operation among all that could stand there (the softmax of DARTS) times
    that of the edge among those into its node, where edges have parameters of their own.

    Raises UsageError where the supernet's file is damaged or of another version, or a strategy would have to be
    imported that only the folder names.
    """
    seeds = checkpoint.seeds_in(path)
    seed = next((seed for seed in seeds if checkpoint.read_progress(path, seed).derived == text), None)
    content = None if seed is None else checkpoint.read(path, seed)
    if content is None:
        return None
    check_trusted(path, config, frozenset(), axes={"strategy"}, taken=frozenset())
    try:
        return _strengths(config, space, text, content)
    except (KeyError, IndexError, ValueError, RuntimeError, TypeError, AttributeError) as error:  # whatever is in it
        raise UsageError(f"{path}: the supernet of seed {seed} is another one: {first_line(error)}") from error


def _strengths(config: SearchConfig, space: Any, text: str, content: bytes) -> "Strengths":
    import torch

    from evo.differentiable.bilevel.trainer_state import SUPERNET
    from evo.strategies import STRATEGIES
    from spaces import Alphas, InputSpec, mixture, strengths_of

    tensors, progress = checkpoint.unpack(content)
    relaxation = STRATEGIES.build(config.strategy.name, config.strategy.options).relaxation()
    relaxation.recall(progress.memory)
    with torch.random.fork_rng(devices=[]), torch.device("meta"):  # layers without weights
        supernet = space.relax(InputSpec(), _OUTPUTS, relaxation.options())
    own = supernet.alphas
    alphas = Alphas(
        {name: tensors[f"{SUPERNET}.operation_alphas.{name}"] for name in own.operations},
        {name: tensors[f"{SUPERNET}.edge_alphas.{name}"] for name in own.edges},
    )
    shares = strengths_of(mixture(alphas, supernet.edges))
    cells = supernet.gates_of(space.decode(text)).cells
    return {name: _of_cell(supernet.edges, cell.computed or (), shares[name].tolist()) for name, cell in cells.items()}


def _of_cell(
    edges: Sequence[tuple[int, int]], chosen: Sequence[Sequence[int]], shares: Sequence[Sequence[float]]
) -> dict[tuple[int, int], float]:
    """Return the strength of every edge that is kept; chosen: the number of its operation, none for one that is not."""
    rows = zip(edges, chosen, shares, strict=True)
    return {edge: row[number] for edge, numbers, row in rows for number in numbers}
