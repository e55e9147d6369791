"""Catches: a search that fails with its dashboard, or where Ray's own folder is too far down, cannot be written to, or
where there is no home folder to keep a token in; a folder made for Ray that stays behind; ports
that are open to the network."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from ray._private import ray_constants

from evo.cluster import local_ray
from evo.cluster.local_ray import LONGEST_SOCKET, rays_folder, start
from tests.fake_ray import FakeRay, installed

NOT_A_FOLDER = "/dev/null/none"


@pytest.fixture(autouse=True)
def _ray(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment that says nothing about Ray, and short folders of the test's own."""
    for name in ("RAY_TMPDIR", "TMPDIR", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(local_ray, "_SHORT", (NOT_A_FOLDER, str(tmp_path)))


def test_without_its_dashboard_ray_is_started_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fake = installed(monkeypatch, FakeRay([Exception("Failed to read dashboard.err")]))  # bare, as Ray does it
    start(None)
    assert [options["include_dashboard"] for options in fake.asked] == [True, False]
    assert fake.calls == ["init", "shutdown", "init"]
    assert "going on without one" in caplog.text


@pytest.mark.parametrize("errors", [[], [Exception("dashboard")], [OSError("one"), OSError("two")]])
def test_all_of_rays_ports_are_on_the_loopback_address(
    monkeypatch: pytest.MonkeyPatch, errors: list[Exception]
) -> None:
    """Ray 2.60 takes its node's address from this, and so where its metrics, agents and calls are listened for."""
    before = ray_constants.ENABLE_RAY_CLUSTER
    fake, seen = installed(monkeypatch, FakeRay(errors)), []
    monkeypatch.setattr(local_ray, "_settle_token", lambda: None)
    init = fake.init

    def noted(**options: object) -> object:
        seen.append(ray_constants.ENABLE_RAY_CLUSTER)
        return init(**options)

    monkeypatch.setattr(fake, "init", noted)
    with suppress(OSError):
        start(None)
    assert set(seen) == {False}
    assert ray_constants.ENABLE_RAY_CLUSTER is before is True


@pytest.mark.parametrize("variable", ["RAY_TMPDIR", "TMPDIR"])
def test_a_folder_that_serves_is_rays_own(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "/tmp")
    with rays_folder() as folder:
        assert folder is None


@pytest.mark.parametrize("variable", ["RAY_TMPDIR", "TMPDIR"])
@pytest.mark.parametrize("own", [NOT_A_FOLDER, "/proc/none", "/tmp/" + "long/" * 30])
def test_a_short_folder_stands_in_for_one_that_does_not_serve_and_is_removed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path, variable: str, own: str
) -> None:
    monkeypatch.setenv(variable, own)
    with rays_folder() as folder:
        assert folder is not None
        assert Path(folder).parent == tmp_path
        Path(folder, "session").mkdir()
    assert list(tmp_path.iterdir()) == []
    assert f"Ray's files go to {folder}: {own} is no folder" in caplog.text


def test_the_longest_path_of_a_socket_is_the_limit() -> None:
    """As Ray 2.60 has named it, the name of the folder and ``plasma_store`` with what is between."""
    path = "/ray/session_2026-11-29_19-23-55_105458_1597912/sockets/plasma_store"
    longest = "/" + "x" * (LONGEST_SOCKET - len(path) - 1)
    assert len(longest + path) == 107
    assert local_ray._is_short(longest)
    assert not local_ray._is_short(f"{longest}x")
    assert not local_ray._is_short(f"{longest[:-1]}ä")  # two bytes


def test_where_no_folder_serves_ray_is_left_to_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", NOT_A_FOLDER)
    monkeypatch.setattr(local_ray, "_SHORT", (NOT_A_FOLDER,))
    with rays_folder() as folder:
        assert folder is None


def test_ray_is_told_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = installed(monkeypatch, FakeRay())
    start(str(tmp_path))
    assert [options["_temp_dir"] for options in fake.asked] == [str(tmp_path)]


def test_without_a_home_folder_the_token_is_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = installed(monkeypatch, FakeRay())
    monkeypatch.setenv("HOME", NOT_A_FOLDER)
    monkeypatch.setenv("RAY_AUTH_TOKEN", "")  # so that it is put back
    monkeypatch.delenv("RAY_AUTH_TOKEN")
    start(None)
    first = os.environ["RAY_AUTH_TOKEN"]
    assert len(first) == 64
    start(None)
    assert os.environ["RAY_AUTH_TOKEN"] == first
    assert len(fake.asked) == 2


@pytest.mark.parametrize(
    "said", [{}, {"RAY_AUTH_TOKEN": "mine"}, {"RAY_AUTH_TOKEN_PATH": "/mine"}, {"RAY_AUTH_MODE": "disabled"}]
)
def test_a_token_that_can_be_kept_or_is_not_needed_is_left_to_ray(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: dict[str, str]
) -> None:
    installed(monkeypatch, FakeRay())
    monkeypatch.setenv("HOME", str(tmp_path) if not said else NOT_A_FOLDER)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    start(None)
    assert os.environ.get("RAY_AUTH_TOKEN") == said.get("RAY_AUTH_TOKEN")
    assert list(tmp_path.iterdir()) == []
