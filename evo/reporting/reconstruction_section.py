"""What the supernet of a run by masked autoencoding makes of masked images, as its worker left it at the end."""

from evo.reporting.image_file import png_in
from evo.reporting.run_files import RunFiles
from evo.reporting.section import PngImage, Section, absent
from evo.storage.run_folder import RECONSTRUCTIONS

HEADING = "What is reconstructed"
_ROWS = ("the images", "what is seen of them", "with what is hidden reconstructed")


def reconstruction_section(run: RunFiles) -> Section:
    """Return the rows of input, masked and reconstructed images; no source of images is opened."""
    path = run.path / RECONSTRUCTIONS
    if not path.exists():
        return absent(HEADING, _why(run))
    try:
        image = png_in(path)
    except (OSError, ValueError) as error:
        return absent(HEADING, f"{RECONSTRUCTIONS} cannot be shown ({error}).")
    caption = "Held-out images that the supernet of the best seed was not trained on, after its last epoch"
    return Section(HEADING, (PngImage(image, caption, _ROWS),))


def _why(run: RunFiles) -> str:
    if not run.epochs.num_rows:
        return "No supernet was trained, so none can show what it reconstructs."
    return (
        f"There is no {RECONSTRUCTIONS}: the search is not over, its objective reconstructs nothing, or it was written "
        "by a version before this one."
    )
