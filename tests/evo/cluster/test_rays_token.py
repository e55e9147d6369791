"""Catches: a token that is shown to a cluster that asked for none, or not to one that did; a Ray that is started later
without a token as an earlier cluster had none."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from ray._raylet import AuthenticationMode, AuthenticationTokenLoader, get_authentication_mode

from evo.cluster.rays_token import is_kept_back, mode_put_back, send_token, token_here

VARIABLES = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An environment that says nothing, and an empty home folder."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with mode_put_back():
        yield


def of_ray() -> str:
    """Return the token that Ray itself would send."""
    loader = AuthenticationTokenLoader.instance()
    loader.reset_cache()
    return str(loader.get_raw_token())


def test_the_token_is_where_ray_looks_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert token_here() is None
    send_token(True)
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray/auth_token").write_text("of home\n")
    assert token_here() == of_ray() == "of home"
    (tmp_path / "file").write_text("of a file")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "file"))
    assert token_here() == of_ray() == "of a file"
    monkeypatch.setenv("RAY_AUTH_TOKEN", "of the environment")
    assert token_here() == of_ray() == "of the environment"


@pytest.mark.parametrize("said", [" ", "\n"])
def test_a_blank_text_is_no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", said)
    (tmp_path / "file").write_text(said)
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "file"))
    assert token_here() is None


def test_a_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", "/dev/null/none")
    with pytest.raises(OSError, match="/dev/null/none"):
        token_here()


def test_a_token_that_is_another_by_now_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for token in ("first", "second"):
        monkeypatch.setenv("RAY_AUTH_TOKEN", token)
        send_token(True)
        assert AuthenticationTokenLoader.instance().get_raw_token() == token


@pytest.mark.parametrize("before", [None, "token", "disabled"])
def test_the_mode_is_rays_at_once_and_put_back(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    if before is not None:
        monkeypatch.setenv("RAY_AUTH_MODE", before)
    with mode_put_back():
        send_token(True)
        assert get_authentication_mode() == AuthenticationMode.TOKEN
        send_token(False)
        assert get_authentication_mode() == AuthenticationMode.DISABLED
    assert os.environ.get("RAY_AUTH_MODE") == before
    expected = AuthenticationMode.TOKEN if before == "token" else AuthenticationMode.DISABLED
    assert get_authentication_mode() == expected


@pytest.mark.parametrize(("mode", "kept"), [(None, False), ("token", False), ("Disabled", True)])
def test_who_disables_tokens_is_asked_for_none(monkeypatch: pytest.MonkeyPatch, mode: str | None, kept: bool) -> None:
    if mode is not None:
        monkeypatch.setenv("RAY_AUTH_MODE", mode)
    assert is_kept_back() is kept
