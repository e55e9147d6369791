"""Catches: a source that breaks the contract of all sources (shape, type, determinism, splits, labels, size), a bad
name or folder accepted, a third party's source that cannot be named."""

import pickle
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.foundation.errors import UsageError
from tasks.images.base import (
    ImageSource,
    IndexedSource,
    Split,
    WholeSource,
    channels_of,
    identity_of,
    normalisation_of,
    splits_of,
)
from tasks.images.digits import Digits
from tasks.images.noise import NoiseImages
from tasks.images.photos import Photos
from tasks.images.sources import SOURCES, image_names, open_images, settle_spec

OpenSource = Callable[[int], ImageSource]


@pytest.fixture(
    params=[
        "photos",
        "digits",
        "noise",
        "cifar10",
        "cifar100",
        "flat folder",
        "class folders",
        "split folders",
        "grey",
        "transparent",
    ]
)
def open_source(request: pytest.FixtureRequest, cifar_root: Path, folder_of_images: Callable[..., Path]) -> OpenSource:
    """Return a function of the size for every kind of source."""
    spec = request.param
    if spec == "flat folder":
        spec = f"imagefolder:{folder_of_images(*(f'{i}.png' for i in range(9)))}"
    elif spec == "class folders":
        spec = f"imagefolder:{folder_of_images(*(f'{c}/{i}.png' for c in 'ab' for i in range(5)))}"
    elif spec == "split folders":
        names = (f"{split}/{c}/{i}.png" for split in ("train", "val", "test") for c in "ab" for i in range(4))
        spec = f"imagefolder:{folder_of_images(*names)}"
    elif spec in ("grey", "transparent"):
        folder = folder_of_images(*(f"{i}.png" for i in range(9)))
        spec = f"imagefolder:{folder}(channels={1 if spec == 'grey' else 4})"
    return lambda size: open_images(spec, size=size, data_root=cifar_root)


def splits(source: ImageSource) -> tuple[Split, ...]:
    """Return the splits to look at: those that the source has, which are all but of one of them."""
    found = splits_of(source)
    assert found == (tuple(Split)[:2] if isinstance(source, Photos) else tuple(Split))
    return found


def rows(images: torch.Tensor) -> set[bytes]:
    return {image.numpy().tobytes() for image in images}


@pytest.mark.parametrize("size", [16, 32])
@pytest.mark.parametrize("split", list(Split))
def test_every_source_keeps_the_contract(open_source: OpenSource, size: int, split: Split) -> None:
    source = open_source(size)
    if split not in splits(source):
        return
    batch = source.draw(5, np.random.default_rng(0), split=split)
    assert source.size == size
    assert batch.images.shape == (5, channels_of(source), size, size)
    assert batch.images.dtype == torch.float32
    assert batch.images.device.type == "cpu"
    assert bool(batch.images.isfinite().all())
    assert float(batch.images.abs().max()) < 20
    assert (batch.labels is None) == (source.num_classes is None)
    if batch.labels is not None and source.num_classes is not None:
        assert batch.labels.shape == (5,)
        assert batch.labels.dtype == torch.int64
        assert int(batch.labels.min()) >= 0
        assert int(batch.labels.max()) < source.num_classes


def test_a_stated_normalisation_is_the_one_that_was_applied(open_source: OpenSource) -> None:
    source = open_source(32)
    normalisation = normalisation_of(source)
    assert (normalisation is None) == isinstance(source, NoiseImages)
    if normalisation is not None:
        levels = 255 * normalisation.undo(source.draw(20, np.random.default_rng(0)).images)
        assert float(levels.min()) > -1e-3
        assert float(levels.max()) < 255 + 1e-3
        assert isinstance(source, Digits) or torch.allclose(levels, levels.round(), atol=1e-3)  # they are bytes


def test_draws_are_a_function_of_the_generator(open_source: OpenSource) -> None:
    source = open_source(16)
    for split in splits(source):
        first = source.draw(4, np.random.default_rng(1), split=split)
        source.draw(7, np.random.default_rng(2), split=Split.TRAIN)  # must leave no trace
        again = open_source(16).draw(4, np.random.default_rng(1), split=split)
        assert torch.equal(first.images, again.images)
        if first.labels is not None and again.labels is not None:
            assert torch.equal(first.labels, again.labels)


def test_one_generator_goes_on_to_other_images(open_source: OpenSource) -> None:
    rng = np.random.default_rng(1)
    source = open_source(16)
    assert not torch.equal(source.draw(4, rng).images, source.draw(4, rng).images)


@given(seeds=st.lists(st.integers(0, 2**63 - 1), min_size=3, max_size=3), count=st.integers(1, 60))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_image_is_in_two_splits_however_it_is_drawn(open_source: OpenSource, seeds: list[int], count: int) -> None:
    source = open_source(16)
    for same in (True, False):
        drawn = [
            rows(source.draw(count, np.random.default_rng(seeds[0] if same else seed), split=split).images)
            for split, seed in zip(splits(source), seeds, strict=False)
        ]
        assert all(not one & other for one, other in combinations(drawn, 2))


def test_no_image_is_in_two_splits_and_none_is_in_none(open_source: OpenSource) -> None:
    source = open_source(8)
    if not isinstance(source, WholeSource):
        return
    assert isinstance(source, IndexedSource)
    wholes = [source.whole(split).images for split in splits(source)]
    assert len(set.union(*map(rows, wholes))) == sum(map(len, wholes))
    for split, whole in zip(splits(source), wholes, strict=True):
        assert source.count(split) == len(whole) > 0
        assert torch.equal(source.at(np.arange(len(whole)), split=split).images, whole)


def test_more_images_than_there_are_can_be_drawn(open_source: OpenSource) -> None:
    source = open_source(8)
    for split in splits(source):
        assert len(source.draw(64, np.random.default_rng(0), split=split).images) == 64


def test_photographs_for_a_test_are_none() -> None:
    with pytest.raises(UsageError, match="a split without an image"):
        Photos().draw(1, np.random.default_rng(0), split=Split.TEST)


def test_sources_that_once_tested_on_what_judged_say_that_they_are_others_now(open_source: OpenSource) -> None:
    source = open_source(8)
    assert bool(identity_of(source)) != isinstance(source, Photos | NoiseImages)


def test_a_source_can_be_sent_to_a_worker(open_source: OpenSource) -> None:
    source = open_source(8)
    received = pickle.loads(pickle.dumps(source))
    drawn = [s.draw(3, np.random.default_rng(0)).images for s in (source, received)]
    assert torch.equal(*drawn)


def test_no_pixels_are_refused(open_source: OpenSource) -> None:
    with pytest.raises(UsageError, match="size=0"):
        open_source(0)


def test_the_built_in_names_are_listed() -> None:
    assert {"photos", "digits", "cifar10", "cifar100", "imagefolder", "noise"} <= set(image_names())


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("fotos", "unknown data 'fotos'; did you mean 'photos'"),
        ("", "unknown data ''"),
        ("imagefoldr:images", "unknown data 'imagefoldr'; did you mean 'imagefolder'"),
        ("imagefolder", "needs a folder: imagefolder:DIR"),
        ("imagefolder:", "needs a folder: imagefolder:DIR"),
        ("imagefolder:/no/such/folder", "/no/such/folder does not exist"),
        ("imagefolder:caf\udce9", "is not UTF-8"),
        ("photos:big", "'photos' takes nothing after a colon, got 'big'"),
        ("photos(sise=9)", "unknown option of data 'photos': 'sise'; did you mean 'size'"),
        ("photos(size=big)", "data.size='big'"),
        ("cifar10(download=true)", "unknown option"),
        ("no_such_module_here:Source", "cannot be imported"),
        ("math:Source", "nothing callable named 'Source'"),
    ],
)
def test_a_bad_name_is_one_line_that_says_what_to_do(spec: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        open_images(spec)
    assert "\n" not in str(caught.value)


def test_opening_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for spec in ("cifar10", "cifar100"):
        with pytest.raises(UsageError, match="data/cifar-"):
            open_images(spec)
    assert list(tmp_path.iterdir()) == []


def test_a_third_partys_source_gets_the_options_it_has_parameters_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "third_party_images.py").write_text(
        "class Squares:\n    num_classes = None\n    def __init__(self, size: int): self.size = size\n"
        "    def draw(self, count, rng, *, split=None): ...\n"
    )
    assert open_images("third_party_images:Squares", size=24).size == 24


def test_options_may_stand_beside_a_name(folder_of_images: Callable[..., Path]) -> None:
    folder = folder_of_images(*(f"{i}.png" for i in range(4)))
    for spec in ("noise(size=9)", "tasks.images.noise:NoiseImages(size=9)", f"imagefolder:{folder}(size=9)"):
        assert open_images(spec, size=16).size == 9


def test_a_folder_is_settled_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settle_spec("imagefolder:my (old) photos") == f"imagefolder:{tmp_path}/my (old) photos"
    assert settle_spec("imagefolder(folder=a,size=9)") == f"imagefolder:{tmp_path}/a(size=9)"
    assert settle_spec("imagefolder:a(size=9)") == f"imagefolder:{tmp_path}/a(size=9)"
    assert [settle_spec(spec) for spec in ("photos", "mine:Source")] == ["photos", "mine:Source"]
    monkeypatch.setenv("HOME", "/home/me")
    assert settle_spec("imagefolder:~/a b") == "imagefolder:/home/me/a b"


def test_a_folder_in_the_home_folder_is_opened(
    folder_of_images: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of_images("a.png", "b.png")
    monkeypatch.setenv("HOME", str(folder.parent))
    assert open_images(f"imagefolder:~/{folder.name}").count(Split.TRAIN) == 1  # type: ignore[attr-defined]


def test_a_source_or_its_class_may_be_handed_over() -> None:
    made = NoiseImages(9)
    assert open_images(made, size=16) is made
    assert open_images(NoiseImages, size=16) == NoiseImages(16)


class Unsized:
    """A source that does not say how large its images are."""

    num_classes = None

    def draw(self, count: int) -> None: ...


class Misspelt(NoiseImages):
    """A source with a method that nobody would ever call."""

    def cuont(self, split: Split) -> int:
        return 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (3, r"has no draw\(\)"),
        (Unsized(), "has no attribute 'size'"),
        (Misspelt(), "has 'cuont', which is almost 'count'"),
        (Misspelt, "has 'cuont', which is almost 'count'"),
    ],
)
def test_an_object_that_is_no_source_is_refused(given: ImageSource, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        open_images(given)


def test_no_built_in_source_is_taken_for_a_misspelt_one(open_source: OpenSource) -> None:
    SOURCES.check_spelling(open_source(8), "any")
