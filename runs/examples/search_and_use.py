"""Search NAS-Bench-201 without labels, then use the winner: python runs/examples/search_and_use.py [RUN_DIR]."""

import sys

import torch

import evo


def main(run_dir: str | None = None) -> None:
    """Search with two workers, take the best candidate, and feed its network an image."""
    run = evo.search(
        space="nasbench201(cells_per_stage=1)",
        fitness="regression(task=N,steps=10)",
        data="photos",
        strategy=evo.RegularizedEvolution(population=8, tournament=3),
        evaluations=16,
        workers=2,
        run_dir=run_dir,
        progress=True,
    )
    print(run)  # in a notebook, a run shows itself as a table
    best = run.best(1)[0]
    network = run.network(best)  # with the initial weights that it was scored with
    stages = network.forward_features(torch.randn(1, 3, 32, 32))
    print(f"{best.candidate}: {best.params} parameters, stages {[tuple(stage.shape) for stage in stages]}")
    print(run.trials().select(["trial_id", "fitness", "params"]))  # a pyarrow table; pandas: .to_pandas()


if __name__ == "__main__":
    main(*sys.argv[1:2])
