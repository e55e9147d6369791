"""Catches: a circle of imports that the search for circles overlooks, or one that is none."""

from pathlib import Path

import pytest

from tests.structure import Project, circles, drawn, file_graph, folder_circles, folder_graph, read, table

FOR_TYPE_CHECKERS = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "


def project(root: Path, **files: str) -> Project:
    """Write files into the layer ``evo``, ``__`` in a name for ``/``, and parse them."""
    for name, text in files.items():
        path = root / "evo" / f"{name.replace('__', '/').replace('face', '__init__')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
    return read(root)


@pytest.mark.parametrize(
    "back", ["import evo.a", "from evo.a import A", "from evo import a", FOR_TYPE_CHECKERS + "from evo.a import A"]
)
def test_two_files_that_import_each_other_are_a_circle(tmp_path: Path, back: str) -> None:
    found = project(tmp_path, face="", a="from evo.b import B", b=back)
    (circle,) = circles(file_graph(found))
    assert circle == {"evo/a.py", "evo/b.py"}
    assert folder_circles(folder_graph(found)) == []


def test_a_late_import_is_no_circle_of_files(tmp_path: Path) -> None:
    found = project(tmp_path, a="from evo.b import B", b="def f():\n    from evo.a import A")
    assert circles(file_graph(found)) == []


def test_folders_are_in_a_circle_without_any_of_files_and_by_a_late_import(tmp_path: Path) -> None:
    late = "def f():\n    from evo.x.two import B"
    found = project(tmp_path, x__one="from evo.y.one import A", x__two="", y__one="", y__two=late)
    assert circles(file_graph(found)) == []
    graph = folder_graph(found)
    (circle,) = folder_circles(graph)
    assert drawn(graph, circle).splitlines() == [
        "evo/x <-> evo/y",
        "  evo/x -> evo/y (evo/x/one.py:1)",
        "  evo/y -> evo/x (evo/y/two.py:2)",
    ]


def test_a_circle_may_lead_through_files_beside_the_folders(tmp_path: Path) -> None:
    found = project(tmp_path, a="from evo.x.one import A", b="from evo.a import B", x__one="import evo.b")
    assert folder_circles(folder_graph(found)) == [{"evo/a.py", "evo/b.py", "evo/x"}]


def test_what_a_face_hands_on_counts_for_the_file_that_defines_it(tmp_path: Path) -> None:
    face = FOR_TYPE_CHECKERS + "from evo.x.one import A as A"
    found = project(tmp_path, x__face=face, x__one="", x__two="from evo.y.one import B", y__one="from evo.x import A")
    assert file_graph(found) == {
        "evo/x/two.py": {"evo/y/one.py": "evo/x/two.py:1"},
        "evo/y/one.py": {"evo/x/one.py": "evo/y/one.py:1"},
    }
    assert folder_circles(folder_graph(found)) == [{"evo/x", "evo/y"}]


def test_the_table_counts(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# one\n\ntwo\n")
    text = "def f(options: argparse.Namespace) -> bool:\n    return isinstance(options, int) or hasattr(options, 'x')"
    assert dict(table(project(tmp_path, a=text, x__b="", x__c=""))) == {
        "files": "3",
        "largest folder": "evo/x, 2 files",
        "folder circles": "0",
        "file circles": "0",
        "functions that take a Namespace": "1",
        "isinstance + getattr + hasattr per 1,000 lines": "500.0",
        "lines": "4 (evo 4, fitness 0, spaces 0, tasks 0)",
        "README lines": "3",
    }
