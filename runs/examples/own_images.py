"""Images of your own, a folder without labels: python runs/examples/own_images.py FOLDER [RUN_DIR]."""

import sys

import evo


def main(folder: str, run_dir: str | None = None) -> None:
    """Search on the images below ``folder`` by masked reconstruction, and say how the best candidates do."""
    run = evo.search(
        space="nasbench201(cells_per_stage=1)",
        fitness="masked_autoencoding(steps=5,held_out=16)",
        data=f"imagefolder:{folder}",
        evaluations=8,
        workers=0,
        run_dir=run_dir,
    )
    for record in run.best(3):
        print(f"{record.candidate}: loss {record.metrics['loss']:.4f} on images held out, {record.params} parameters")


if __name__ == "__main__":
    main(*sys.argv[1:3])
