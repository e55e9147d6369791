"""Catches: a module that is not sent with what it needs, one that is sent though it is installed or large, a machine's
own file of the same name that is found before the one that was sent."""

import logging
import os
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from evo.cluster import shipping
from evo.cluster.shipping import modules_env, prefer_sent


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Return what was uploaded: the files of every package; nothing is really."""
    uploaded: list[list[str]] = []

    def upload(folder: Path) -> str:
        uploaded.append(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))
        return "gcs://sent.zip"

    monkeypatch.setattr(shipping, "_uploaded", upload)
    monkeypatch.setattr(shipping, "_brings_code", lambda: False)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "sent_one.py").write_text("import sent_two")
    (tmp_path / "sent_two.py").write_text("")
    (tmp_path / "sent_other.py").write_text("")
    (tmp_path / "sent_pack").mkdir()
    (tmp_path / "sent_pack" / "__init__.py").write_text("")
    return uploaded


def test_modules_go_with_what_they_import(sent: list[list[str]]) -> None:
    assert modules_env(["sent_one", "sent_pack", "json", "nowhere"]) == {"py_modules": ["gcs://sent.zip"]}
    assert sent == [["sent_one.py", "sent_pack/__init__.py", "sent_two.py"]]
    assert "sent_one" not in sys.modules


def test_files_that_modules_read_go_along(sent: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "sent_one.py").write_text("from pathlib import Path\nTABLE = Path(__file__).with_name('table.json')")
    for name in ("table.json", "other.json", "sent_pack/notes.txt"):
        (tmp_path / name).touch()
    modules_env(["sent_one", "sent_pack"])
    assert sent == [["sent_one.py", "sent_pack/__init__.py", "sent_pack/notes.txt", "table.json"]]


def test_nothing_is_sent_for_nothing(sent: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert modules_env([]) == modules_env(["json", "nowhere"]) == {}
    monkeypatch.setattr(shipping, "_brings_code", lambda: True)
    assert modules_env(["sent_one"]) == {}
    assert sent == []


def test_what_is_large_is_not_sent_and_a_line_says_so(
    sent: list[list[str]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shipping, "MOST_MODULE_BYTES", len("import sent_two"))
    assert modules_env(["sent_one"])
    monkeypatch.setattr(shipping, "MOST_MODULE_BYTES", len("import sent_two") - 1)
    with caplog.at_level(logging.WARNING):
        assert modules_env(["sent_one"]) == {}
    (record,) = caplog.records
    assert record.getMessage().startswith("note: the modules sent_one are not sent")
    monkeypatch.setattr(shipping, "MOST_MODULE_BYTES", 1000)
    monkeypatch.setattr(shipping, "MOST_FILES", 2)
    assert modules_env(["sent_one"])
    monkeypatch.setattr(shipping, "MOST_FILES", 1)
    assert modules_env(["sent_one"]) == {}
    assert "2 files of 0 MiB, and at most 1 of" in caplog.records[-1].getMessage()


@pytest.mark.parametrize("there", [False, True])
def test_what_is_uploaded_once_is_kept_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: bool) -> None:
    from ray._private.runtime_env import packaging

    calls: list[str] = []
    stored: dict[str, list[str]] = {}

    def store(uri: str, content: bytes) -> None:
        calls.append("stored")
        stored[uri] = sorted(ZipFile(BytesIO(content)).namelist())

    monkeypatch.delattr(packaging, "_pin_runtime_env_uri")  # through the client server Ray would ask for ever
    monkeypatch.setattr(packaging, "_internal_kv_exists", lambda uri: there)
    monkeypatch.setattr(packaging, "_internal_kv_put", store)
    monkeypatch.setattr(shipping, "keep", lambda uri: calls.append(f"kept {uri}"))
    (tmp_path / "sent" / "mine").mkdir(parents=True)
    (tmp_path / "sent" / "mine" / "__init__.py").touch()
    uri = shipping._uploaded(tmp_path / "sent")
    assert calls == [f"kept {uri}", *([] if there else ["stored"])]
    assert stored == ({} if there else {uri: ["mine/__init__.py"]})


class Context:
    """Stands in for what Ray says of a process."""

    def __init__(self, modules: list[str], folder: str = "") -> None:
        self.runtime_env = self
        self._modules, self._folder = modules, folder

    def py_modules(self) -> list[str]:
        return self._modules

    def working_dir(self) -> str:
        return self._folder


class FakeRay:
    """Stands in for Ray in a worker."""

    def __init__(self, context: Context | None) -> None:
        self._context = context

    def is_initialized(self) -> bool:
        return self._context is not None

    def get_runtime_context(self) -> Any:
        return self._context


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (Context(["gcs://a.zip"]), ["/sent", "/driver", "/sent2", "/old", "HERE"]),
        (Context(["gcs://a.zip", "gcs://b.zip"]), ["/sent", "/sent2", "/driver", "/old", "HERE"]),
        (Context([]), ["/driver", "/sent2", "/old", "/sent", "/driver"]),
        (None, ["/driver", "/sent2", "/old", "/sent", "/driver"]),
    ],
)
def test_what_was_sent_is_found_first_and_the_folder_one_is_in_last(
    monkeypatch: pytest.MonkeyPatch, context: Context | None, expected: list[str]
) -> None:
    monkeypatch.setattr(shipping, "ray", FakeRay(context))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/sent", "/sent2", "/old"]))
    monkeypatch.setattr(sys, "path", ["/driver", "/sent2", "/old", "/sent", "/driver"])
    prefer_sent()
    assert sys.path == [str(Path.cwd()) if each == "HERE" else each for each in expected]


@pytest.mark.parametrize(
    ("context", "brings"), [(Context([]), False), (Context(["gcs://a.zip"]), True), (Context([], "gcs://b.zip"), True)]
)
def test_a_submitted_job_brings_its_own_code(monkeypatch: pytest.MonkeyPatch, context: Context, brings: bool) -> None:
    monkeypatch.setattr(shipping, "ray", FakeRay(context))
    assert shipping._brings_code() is brings


def test_a_module_reaches_a_worker_that_has_another_of_its_name(
    ray_cluster: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ray

    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "sent_really.py").write_text("NUMBER = 7")

    class Looks:
        def look(self) -> int:
            prefer_sent()
            import sent_really

            return int(sent_really.NUMBER)

    env = modules_env(["sent_really"])
    (tmp_path / "sent_really.py").write_text("NUMBER = 8")
    actor = ray.remote(Looks).options(num_cpus=0, runtime_env=env).remote()
    assert ray.get(actor.look.remote()) == 7
    ray.kill(actor)
