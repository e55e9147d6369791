"""The cheap scores of a study, whose caller scores the trials: they are made in its process."""

from dataclasses import replace
from typing import Any

from evo.cluster.caller_process import left_as_it_was
from evo.engine.screens import Screens
from evo.records.config import Choice, SearchConfig
from evo.records.trial import Finished, Trial
from evo.strategies.base import SearchStrategy
from evo.strategies.screening import screen_name, wanted_screen
from spaces import SearchSpace


class StudyScreens:
    """Makes what a strategy has to have screened, when it is asked for."""

    def __init__(
        self, screens: Screens, config: SearchConfig, space: SearchSpace[Any], strategy: SearchStrategy
    ) -> None:
        """Keep where scores are kept; raises UsageError where the screen cannot score the space."""
        self._screens, self._config, self._space, self._strategy = screens, config, space, strategy
        self._waiting: list[Trial] = []
        self._evaluator: Any = None
        if (screen := screen_name(strategy)) is not None:
            self._start(screen)

    def made(self) -> bool:
        """Hand over what the strategy waits for; returns whether it waited for anything."""
        if self._strategy_is_ready():
            return False
        while not self._screens.settled(self._strategy, self._waiting.append):
            while self._waiting:
                self._score(self._waiting.pop(0))
        return True

    def _strategy_is_ready(self) -> bool:
        return wanted_screen(self._strategy) is None

    def _score(self, trial: Trial) -> None:
        with left_as_it_was():
            outcome = self._evaluator.screen(trial.text, trial.seed, None, trial.screen)
        self._screens.take(Finished(trial, outcome))

    def _start(self, screen: str) -> None:
        from evo.engine.evaluator import Evaluator  # imports torch

        with left_as_it_was():
            plain = replace(self._config, fitness=Choice("params"), objectives=(), objects=("space",))
            self._evaluator = Evaluator(plain, objects={"space": self._space})
            self._evaluator.check_screen(screen)
