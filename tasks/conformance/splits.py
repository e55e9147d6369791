"""Checks that what is judged on was not trained on."""

import numpy as np
from torch import Tensor

from tasks.conformance.case import REQUIRED, SourceCase, digests
from tasks.conformance.outcomes import NotApplicable, require
from tasks.images.base import IndexedSource, Split, WholeSource

MOST_SEEN = 2_000
"""Images of a split that are compared, where all can be seen as they are."""


def no_image_is_in_two_splits(case: SourceCase) -> str:
    """No image of one split is among those of another."""
    splits = [*REQUIRED, *(split for split in Split if split not in REQUIRED and _is_there(case, split))]
    seen = {split: set(digests(_images(case, split))) for split in splits}
    for number, one in enumerate(splits):
        for other in splits[number + 1 :]:
            shared = len(seen[one] & seen[other])
            require(not shared, f"{shared} of {len(seen[other])} images of {other} are in {one} too; keep them apart")
    return ", ".join(f"{len(images)} of {split}" for split, images in seen.items())


def further_splits(case: SourceCase) -> str:
    """Which splits there are beside those that a search needs."""
    further = [str(split) for split in Split if split not in REQUIRED and _is_there(case, split)]
    if not further:
        raise NotApplicable("it has no others; a search needs none")
    return ", ".join(further)


def _is_there(case: SourceCase, split: Split) -> bool:
    """Return whether a source has a split that it need not have: it may say no in any way."""
    try:
        return len(case.draw(split, count=1).images) == 1
    except Exception:
        return False


def _images(case: SourceCase, split: Split) -> Tensor:
    """Return images of a split, as they are where the source shows them so."""
    if isinstance(case.source, WholeSource):
        return case.source.whole(split).images[:MOST_SEEN]
    if isinstance(case.source, IndexedSource):
        numbers = np.arange(min(case.source.count(split), MOST_SEEN))
        return case.source.at(numbers, split=split).images
    return case.draw(split, count=8 * case.images).images
