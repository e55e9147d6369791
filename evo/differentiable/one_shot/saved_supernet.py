"""The trained supernet of one seed, as a finished differentiable search left it in its folder."""

import hashlib
from pathlib import Path

from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.bilevel.trainer_state import load_tensors
from evo.differentiable.config import GradientPlugins
from evo.differentiable.gradient_search import GradientSearch
from evo.engine.trust import check_trusted
from evo.storage import checkpoint
from evo.storage.run_folder import read_config
from evo.strategies import STRATEGIES
from evo.strategies.kinds import SearchKind
from tasks import UsageError
from tasks.foundation.plain_files import MOST_TENSOR_BYTES, read_plain

_DIGITS = 16  # of a digest, which only has to notice a file that was replaced


class SavedSupernet:
    """A seed's supernet on disk: it is trained to its end, and holds the whole space.

    config: of its search; digest: of its file.
    """

    def __init__(self, run_dir: Path, seed: int) -> None:
        """Raise UsageError where there is none."""
        self.config = read_config(run_dir)
        check_trusted(run_dir, self.config, frozenset(), taken=frozenset())
        self._run_dir, self._seed = run_dir, seed
        self._check_strategy()
        path = checkpoint.path_of(run_dir, seed)
        if not path.is_file():
            there = ", ".join(map(str, checkpoint.seeds_in(run_dir))) or "none yet"
            raise UsageError(f"{run_dir}: has no supernet of seed {seed}; it has {there}")
        self._check_trained()
        self.digest = hashlib.sha256(read_plain(path, most=MOST_TENSOR_BYTES)).hexdigest()[:_DIGITS]

    def restore(self, plugins: GradientPlugins, setup: SupernetSetup, data: SupernetData) -> SupernetTrainer:
        """Return the trainer that holds it and its head, on the device of ``setup``; raises UsageError.

        plugins: what ``config`` names; setup: the search's, of this seed; its settings may use other images.
        """
        content = checkpoint.read(self._run_dir, self._seed)
        assert content is not None
        tensors, progress = checkpoint.unpack(content)
        relaxation = plugins.search.relaxation()
        relaxation.recall(progress.memory)
        trainer = SupernetTrainer(setup, data, relaxation, plugins.search.epochs)
        load_tensors(trainer, tensors)
        return trainer

    def _check_strategy(self) -> None:
        name = self.config.strategy.name
        if STRATEGIES.kind_of(name) is not SearchKind.DIFFERENTIABLE:
            raise UsageError(
                f"{self._run_dir}: strategy {name!r} trains no supernet; give the folder of a differentiable search"
            )

    def _check_trained(self) -> None:
        search: GradientSearch = STRATEGIES.build(self.config.strategy.name, self.config.strategy.options)
        progress, wanted = checkpoint.read_progress(self._run_dir, self._seed), search.epochs
        if not progress.is_over(wanted):
            raise UsageError(
                f"{self._run_dir}: the supernet of seed {self._seed} has {progress.epochs} of {wanted} epochs; train "
                f"it to its end first: python -m evo.run --resume {self._run_dir}"
            )
        relaxation = search.relaxation()
        relaxation.recall(progress.memory)
        if relaxation.options().candidates is not None:
            raise UsageError(
                f"{self._run_dir}: strategy {self.config.strategy.name!r} ends with a supernet of a part of the space; "
                "give the folder of another, e.g. darts, gdas or setn"
            )
