"""Catches: what a run shares made again for every candidate, or kept for another run."""

from collections.abc import Callable
from dataclasses import replace

from fitness import EvalContext
from fitness.once_per_run import OncePerRun
from tasks import derive_rng
from tasks.images.noise import NoiseImages

MakeContext = Callable[..., EvalContext]


def test_it_is_made_once_until_another_run_comes(make_context: MakeContext) -> None:
    made: list[int] = []

    def make(context: EvalContext) -> int:
        made.append(context.data_seed)
        return len(made)

    shared, context = OncePerRun(make), make_context(data_seed=1)
    assert made == []
    assert [shared(each) for each in (context, replace(context, rng=derive_rng(9), deadline=1.0))] == [1, 1]
    assert shared(replace(context, data_seed=2)) == 2
    assert shared(replace(context, data_seed=2, images=NoiseImages(8))) == 3
    assert made == [1, 2, 2]
