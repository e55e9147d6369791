"""Catches: a word that means something else than it says, two words for one value, a value that is not searched and
taken, a refusal that does not say what is allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.proxy_tasks.basis_blocks import LEVELS, NOISES, BasisBlocks
from spaces.proxy_tasks.basis_text import read_bases, read_choice, read_noise, write_bases, write_noise
from tasks.foundation.errors import UsageError
from tasks.regression.proxy_task import Noise, NoiseKind
from tasks.regression.signal_bases import Basis, Dot, GDot, Resize, Sin1D, Sin2D

BLOCKS = BasisBlocks((Sin1D, Sin2D, Resize, Dot, GDot), 8, 8)
SHEETS = BasisBlocks((Sin1D, Sin2D, Dot, GDot), 8, 96, always_local=True)
LISTED = "0.0/0.0001/0.1/0.2/0.2/0.25/0.3/0.3333/0.4/0.5"
FREQUENCIES = tuple(map(float, LISTED.split("/")))

WORDS: list[tuple[str, Basis]] = [
    (f"sin1d~0.5~local~{LISTED}", Sin1D(0.5, FREQUENCIES)),
    (f"sin2d~2.9~global~{LISTED}", Sin2D(2.9, FREQUENCIES, local=False)),
    ("resize~1.0", Resize(1.0)),
    ("dot~1.1~global~1", Dot(1.1, 1 / 64, local=False)),
    ("gdot~1.7~local~64", GDot(1.7, 1.0)),
]


@pytest.mark.parametrize(("word", "basis"), WORDS)
def test_a_basis_has_one_word(word: str, basis: Basis) -> None:
    assert write_bases([basis], BLOCKS) == [word]
    assert read_bases([word], BLOCKS) == (basis,)


def test_several_bases_keep_their_order() -> None:
    words, bases = zip(*WORDS, strict=True)
    assert read_bases(words, BLOCKS) == bases
    assert write_bases(bases, BLOCKS) == list(words)
    assert read_bases([], BLOCKS) == ()


@given(st.integers(1, 768))
def test_pixels_of_long_sequences_survive(count: int) -> None:
    word = f"dot~1.0~local~{count}"
    assert write_bases(read_bases([word], SHEETS), SHEETS) == [word]


def with_frequency(spelling: str) -> str:
    return f"sin1d~1.0~local~{LISTED.replace('0.0001', spelling)}"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("", "unknown basis ''"),
        ("dto~1.0~local~3", r"unknown basis 'dto'; did you mean 'dot'\? \(known: dot, gdot, resize, sin1d, sin2d\)"),
        ("resize", "basis='resize': resize~LEVEL is needed"),
        ("resize~1.0~local", "resize~LEVEL is needed"),
        ("dot~1.0~local", "KIND~LEVEL~SHARE~FREQUENCIES or KIND~LEVEL~SHARE~PIXELS is needed"),
        ("dot~1.0~local~3~4", "KIND~LEVEL~SHARE"),
        ("dot~3.0~local~3", "level='3.0': from 0.5 to 2.9 in steps of 0.1 is needed"),
        ("dot~0.4~local~3", "level='0.4'"),
        ("dot~1.05~local~3", "level='1.05'"),
        ("dot~1~local~3", "level='1'"),
        ("dot~1.00~local~3", "level='1.00'"),
        ("dot~nan~local~3", "level='nan'"),
        ("dot~1.0~Local~3", "share='Local': local or global is needed"),
        ("dot~1.0~local~0", "pixels='0': a whole number from 1 to 64 is needed"),
        ("dot~1.0~local~65", "pixels='65'"),
        ("dot~1.0~local~03", "pixels='03'"),
        ("dot~1.0~local~0.5", "pixels='0.5'"),
        ("dot~1.0~local~-3", "pixels='-3'"),
        ("dot~1.0~local~\u0663", "pixels='\u0663'"),
        (f"dot~1.0~local~{'9' * 900}", "pixels='9999"),
        ("sin1d~1.0~local~0.1/0.2", "10 are needed, F/F/..., and these are 2"),
        (with_frequency("0.51"), "frequency='0.51': 0.0 to 0.5 with at most 4 decimals is needed"),
        (with_frequency("1.0"), "frequency='1.0'"),
        (with_frequency("0.00010"), "frequency='0.00010'"),
        (with_frequency("0.00001"), "frequency='0.00001'"),
        (with_frequency("0."), "frequency='0.'"),
        (with_frequency(".1"), "frequency='.1'"),
        (with_frequency("1e-4"), "frequency='1e-4'"),
        (with_frequency("-0.0"), "frequency='-0.0'"),
        (with_frequency("nan"), "frequency='nan'"),
        (with_frequency("0.1001"), "no one below that before it is allowed"),
    ],
)
def test_a_word_that_is_not_searched_is_refused(word: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read_bases([word], BLOCKS)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("words", [("dot~1.0~local~3", "resize~1.0"), ("resize~1.0", "resize~1.2")])
def test_bases_out_of_order_or_twice_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="sin1d, sin2d, resize, dot, gdot is the order, and each comes once"):
        read_bases(words, BLOCKS)


def test_sequences_have_no_resize_and_nothing_global() -> None:
    with pytest.raises(UsageError, match=r"unknown basis 'resize'.*known: dot, gdot, sin1d, sin2d"):
        read_bases(["resize~1.0"], SHEETS)
    with pytest.raises(UsageError, match="share='global': local is needed"):
        read_bases(["dot~1.0~global~3"], SHEETS)


@pytest.mark.parametrize(("word", "noise"), NOISES.items())
def test_a_noise_has_one_word(word: str, noise: Noise) -> None:
    assert write_noise(noise) == word
    assert read_noise(word) == noise


def test_a_noise_is_its_kind_and_level() -> None:
    assert read_noise("none") == Noise()
    assert read_noise("uniform~0.6") == Noise(NoiseKind.UNIFORM, 0.6)
    assert write_noise(Noise(NoiseKind.GAUSSIAN, 0.0)) == "none"


@pytest.mark.parametrize("word", ["", "gaussian", "gaussian~0.0", "gaussian~1.0", "none~0.0", "gausian~0.1", "x" * 999])
def test_another_noise_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match=r"none, or gaussian or uniform with a level from ~0\.1 to ~0\.9 is needed"):
        read_noise(word)


def test_a_choice_is_spelt_as_python_does() -> None:
    assert read_choice("level", "0.5", LEVELS) == 0.5
    assert read_choice("dimension", "16", (16, 32)) == 16
    with pytest.raises(UsageError, match=r"dimension='16\.0': one of 16, 32 is needed"):
        read_choice("dimension", "16.0", (16, 32))
