"""One space searched twice, by evolution and by a supernet: python runs/examples/evolution_beside_supernet.py [DIR]."""

import sys
from pathlib import Path

import evo

SPACE = "nasbench201(stem_channels=4,cells_per_stage=1)"
SUPERNET = "darts(epochs=2,batch=8,pictures=16,held_out=8,architecture_rate=0.05)"


def main(folder: str = "runs/beside") -> None:
    """Search by rotation prediction both ways, then score the two winners by the same fitness."""
    path = Path(folder)
    evolved = evo.search(
        space=SPACE, fitness="rotation(steps=3,held_out=16)", evaluations=4, workers=0, run_dir=path / "evolution"
    )
    derived = evo.search(space=SPACE, fitness="rotation", strategy=SUPERNET, workers=0, run_dir=path / "supernet")
    print(derived.epochs().select(["epoch", "held_out_loss", "alpha_entropy", "skip_share"]))
    for name, run in (("evolution", evolved), ("supernet", derived)):
        winner = run.best(1)[0].candidate
        scored = evo.score(winner, space=SPACE, fitness="vote")
        print(f"{name}: {winner}, vote {scored.value:.3f}, {scored.params} parameters")
    network = derived.network(derived.best(1)[0], weights="best")  # with the weights that it inherits
    print(f"{sum(p.numel() for p in network.parameters())} inherited parameters")


if __name__ == "__main__":
    main(*sys.argv[1:2])
