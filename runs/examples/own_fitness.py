"""A fitness of your own: python runs/examples/own_fitness.py [RUN_DIR]."""

import sys

import torch

import evo
from fitness import EvalContext, Score, network_shape


class Evenness:
    """How evenly an untrained network spreads its logits over the classes; higher is better."""

    def __init__(self, *, batch: int = 16) -> None:
        """Keep the options; ``--set fitness.batch=32`` would set them on the command line."""
        self.batch = batch

    def __call__(self, candidate: object, context: EvalContext) -> Score:
        """Return the entropy of the mean prediction, in nats; what is drawn comes from ``context.rng``."""
        torch.manual_seed(int(context.rng.integers(2**31)))
        network = context.space.build(candidate, *network_shape(context.images, context.space))
        images = context.images.draw(self.batch, context.rng).images
        mean = network(images).softmax(dim=1).mean(dim=0)
        return Score(float(-(mean * mean.log()).sum()), metrics={"largest": float(mean.max())})


def main(run_dir: str | None = None) -> None:
    """Search with it, in this process."""
    run = evo.search(space="nds_resnet", fitness=Evenness(batch=8), evaluations=12, workers=0, run_dir=run_dir)
    print(run)


if __name__ == "__main__":
    main(*sys.argv[1:2])
