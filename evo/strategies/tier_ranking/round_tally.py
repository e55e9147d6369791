"""How many rounds were guided by the best tier's statistics, in words: none is a failure, and said to be one."""

from collections import Counter
from collections.abc import Mapping

from evo.display.readable_numbers import counted
from evo.strategies.tier_ranking.rule import GuidanceRule
from evo.strategies.tier_ranking.tier_statistics import TierStatistics


class RoundTally:
    """Counts the rounds of a search, and those that each trait guided."""

    def __init__(self, rule: GuidanceRule) -> None:
        """Count none yet; rule: by which traits guide."""
        self._rule = rule
        self._by_trait: Counter[str] = Counter()
        self._furthest: dict[str, tuple[float, float]] = {}  # of a trait: its greatest distance, and the threshold
        self.rounds, self.guided = 0, 0

    def add(self, statistics: TierStatistics) -> None:
        """Count a round."""
        self.rounds += 1
        self.guided += bool(statistics.guiding)
        place = statistics.place
        self._by_trait.update(trait.shown(place) for trait in statistics.guiding)
        for trait, distance in statistics.distances.items():
            name, threshold = trait.shown(place), self._rule.threshold(trait, place)
            self._furthest[name] = max(self._furthest.get(name, (0.0, 0.0)), (distance, threshold))

    def lines(self) -> list[str]:
        """Return what there is to say, line by line."""
        if not self.rounds:
            return ["guidance: no round yet, all trials are random"]
        if self._rule.uniform:
            return [f"guidance: switched off (force_uniform) in {counted(self.rounds, 'round')}"]
        if not self.guided:
            said = _joined({trait: f"{far:.3g} of {need:.3g}" for trait, (far, need) in self._furthest.items()})
            return [
                f"guidance FAILED: tier statistics guided none of {counted(self.rounds, 'round')}; the best tier "
                f"differs too little from the low ones, or holds too few (greatest divergence: {said})"
            ]
        said = _joined({name: str(self._by_trait[name]) for name in self._furthest})
        share = self.guided / self.rounds
        return [f"guidance: {self.guided} of {counted(self.rounds, 'round')} guided ({share:.0%}; by {said})"]


def _joined(said: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {words}" for name, words in said.items())
