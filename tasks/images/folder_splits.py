"""The layout of most data sets of images: folders ``train``, ``val`` and ``test``, which are splits and no classes."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tasks.foundation.errors import UsageError
from tasks.images.base import Split
from tasks.images.folder_listing import folders_in, images_below, images_in, leads_back

NAMES: Mapping[str, Split] = {
    **dict.fromkeys(("train", "training"), Split.TRAIN),
    **dict.fromkeys(("val", "valid", "validation"), Split.VALIDATION),
    **dict.fromkeys(("test", "testing"), Split.TEST),
}
"""What the folder of a split may be called, in small letters or capital ones."""


def split_folders(folder: Path) -> dict[Split, Path]:
    """Return the folders of the splits in a folder, none where its sub-folders are classes or cannot be listed.

    They are splits where one is called ``train`` and all others with an image are called like splits, too. A single one
    of these names beside others is a class. Raises UsageError where it is neither, as for a ``test`` alone.
    """
    places: list[Path] = []
    with suppress(OSError):
        places = [place for place in folders_in(folder) if not leads_back(place, folder)]
        if any(map(_split_of, places)):
            places = [place for place in places if images_below(place)]
    named = [place for place in places if _split_of(place)]
    others = [place for place in places if place not in named]
    found = {NAMES[place.name.lower()]: place for place in named}
    if not named or (len(named) == 1 and others):
        return {}
    _check(folder, named, others)
    return found


def _split_of(place: Path) -> Split | None:
    return NAMES.get(place.name.lower())


def _check(folder: Path, named: Sequence[Path], others: Sequence[Path]) -> None:
    """Raise UsageError where folders of these names are no splits of one set."""
    names = [place.name for place in named]
    if images_in(folder):
        fault = "beside images; move either"
    elif others:
        fault = f"beside {others[0].name!r}, which is no split; move either"
    elif Split.TRAIN not in map(_split_of, named):
        fault = "and none to train on; call that one 'train', as in train/CLASS/1.png"
    elif len(set(map(_split_of, named))) < len(named):
        fault = "two of which are the same split; move one"
    elif len({place.resolve() for place in named}) < len(named):
        fault = "two of which are one folder by a link; move one"
    else:
        return
    raise UsageError(f"imagefolder: {folder} has folders of splits ({', '.join(names)}) {fault}")
