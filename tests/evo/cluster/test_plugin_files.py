"""Catches: a file of a plug-in that may change unnoticed or that it reads and is not found, one that is taken for it, a
module that is run to be looked at, a digest that depends on where the files lie."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evo.cluster import plugin_files
from evo.cluster.plugin_files import PluginFiles, files_of, project_digest
from tasks.foundation.import_guard import PACKAGES

Write = Callable[[dict[str, str]], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes files into a folder where Python finds modules."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def written(texts: dict[str, str]) -> Path:
        for name, text in texts.items():
            path = tmp_path / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return written


def inside(module: str) -> list[str]:
    found = files_of(module)
    assert found is not None
    return [path.as_posix() for path in found.inside]


def test_a_file_alone_is_itself_and_what_it_imports_beside_it(write: Write) -> None:
    root = write(
        {
            "plug_one": "import plug_two\nimport os, json.decoder\nraise RuntimeError('run')",
            "plug_two": "def late():\n    from plug_deep.inner import x",
            "plug_deep/inner": "from . import beside\nfrom .gone import y",
            "plug_deep/beside": "",
            "plug_deep/other": "",
            "plug_unused": "",
        }
    )
    assert inside("plug_one") == ["plug_deep/beside.py", "plug_deep/inner.py", "plug_one.py", "plug_two.py"]
    assert "plug_one" not in sys.modules
    found = files_of("plug_one")
    assert found is not None
    assert (found.root, found.installed) == (root, False)


def test_a_module_of_a_package_has_all_those_beside_it(write: Write) -> None:
    write(
        {
            "plugs/__init__": "",
            "plugs/mine/__init__": "from plugs.shared.layers import *",
            "plugs/mine/space": "from ..shared import layers",
            "plugs/mine/cells": "",
            "plugs/mine/deep/far": "",
            "plugs/shared/__init__": "",
            "plugs/shared/layers": "from spaces import SPACES\nfrom evo import run",
            "plugs/shared/unused": "",
        }
    )
    (Path(sys.path[0]) / "plugs" / "mine" / "notes.txt").write_text("")
    expected = ["mine/__init__.py", "mine/cells.py", "mine/space.py", "shared/__init__.py", "shared/layers.py"]
    assert inside("plugs.mine.space") == ["plugs/__init__.py", *(f"plugs/{each}" for each in expected)]
    assert inside("plugs.mine") == inside("plugs.mine.space")


def test_packages_above_a_module_count_with_what_they_import(write: Write) -> None:
    write({"above/__init__": "import beyond", "above/in/mine": "", "beyond": "", "above/other": ""})
    assert inside("above.in.mine") == ["above/__init__.py", "above/in/mine.py", "beyond.py"]


@pytest.mark.parametrize("module", ["plug_nowhere", "plug_nowhere.deep", "sys", "plug_broken.inner"])
def test_what_is_not_there_or_no_python_has_no_files(write: Write, module: str) -> None:
    write({"plug_broken/__init__": "raise RuntimeError('broken')", "plug_broken/inner": ""})
    assert files_of(module) is None


def test_a_file_that_python_cannot_read_is_a_file_all_the_same(write: Write) -> None:
    write({"plug_odd": "import plug_odder", "plug_odder": "this is no Python"})
    assert inside("plug_odd") == ["plug_odd.py", "plug_odder.py"]


def test_what_is_installed_is_not_followed(write: Write) -> None:
    found = files_of("json.decoder")
    assert found is not None
    assert found.installed
    assert {path.parent.as_posix() for path in found.inside} == {"json"}
    lone = files_of("colorsys")
    assert lone is not None
    assert [path.name for path in lone.inside] == ["colorsys.py"]


def test_a_module_alone_has_the_files_beside_it_that_it_names(write: Write) -> None:
    names = 'with_name("table.json")\nf"{kind}.csv"\n"deep/far.txt"\nf"{any}"\n"*"\n"link.txt"\n".hidden"'
    root = write({"plug_reads": f"import plug_more\n{names}", "plug_more": "'more.bin'"})
    for name in ("table.json", "a.csv", "more.bin", "search.log", "far.txt", ".hidden", "x.csv.old"):
        (root / name).touch()
    (root / "link.txt").symlink_to(root / "search.log")
    assert inside("plug_reads") == ["a.csv", "far.txt", "more.bin", "plug_more.py", "plug_reads.py", "table.json"]
    found = files_of("plug_reads")
    assert found is not None
    assert found.others == ()
    before = found.digest
    (root / "search.log").write_text("more")
    assert found.digest == before
    (root / "table.json").write_text("{}")
    assert found.digest != before


def test_a_package_has_all_its_plain_files(write: Write) -> None:
    root = write({"packed/__init__": "", "packed/mine": "'named.json'", "packed/inner/code": "", "packed/inner2/x": ""})
    for name in ("named.json", "tables/deep/1.csv", "notes.txt", "inner/far.txt", "__pycache__/mine.pyc", ".git/x"):
        (root / "packed" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "packed" / name).touch()
    (root / "packed" / "linked").symlink_to(root / "packed" / "tables")
    (root / "beside.txt").touch()
    found = files_of("packed.mine")
    assert found is not None
    assert [path.as_posix() for path in found.inside] == ["packed/__init__.py", "packed/mine.py", "packed/named.json"]
    assert [path.as_posix() for path in found.others] == ["packed/notes.txt", "packed/tables/deep/1.csv"]


def test_of_a_large_file_the_size_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digest(name: str, text: str) -> str:
        (tmp_path / name).write_text(text)
        return PluginFiles(tmp_path, (Path(name),)).digest

    monkeypatch.setattr(plugin_files, "MOST_READ_BYTES", 2)
    assert digest("a.bin", "xyz") == digest("a.bin", "abc") != digest("a.bin", "abcd")
    assert digest("a.bin", "xy") != digest("a.bin", "ab")
    assert digest("a.py", "xyz") != digest("a.py", "abc")


def test_a_digest_is_of_names_and_contents_alone(tmp_path: Path) -> None:
    def digest(folder: str, **texts: str) -> str:
        (tmp_path / folder).mkdir()
        for name, text in texts.items():
            (tmp_path / folder / name).write_text(text)
        return PluginFiles(tmp_path / folder, tuple(map(Path, texts))).digest

    first = digest("1", a="x", b="y")
    assert digest("2", a="x", b="y") == first
    assert len({first, digest("3", a="x", b="z"), digest("4", a="x", c="y"), digest("5", a="x")}) == 4
    gone = PluginFiles(tmp_path / "1", (Path("a"), Path("gone"))).digest
    assert gone not in (first, PluginFiles(tmp_path / "1", (Path("a"),)).digest)


def test_the_project_is_its_four_packages() -> None:
    root = Path(__file__).parents[3]
    files = sorted(path.relative_to(root) for name in PACKAGES for path in (root / name).rglob("*.py"))
    assert project_digest() == PluginFiles(root, tuple(files)).digest
    assert {path.parts[0] for path in files} == {"evo", "fitness", "spaces", "tasks"}
