"""Catches: defaults that are not the run's, a description that names another input."""

from evo.exporting.sources.source import Shape, image_source, indented, info_text
from spaces import InputSpec


def test_the_functions_of_every_source_have_the_defaults_of_the_run() -> None:
    shape = Shape(InputSpec(channels=1, size=64), 12, 32)
    found = image_source(
        shape, kind="Kind", imports="import torch\n", definitions="A = 1", body="return Kind()", tables={}
    )
    head = "def create_model(num_classes: int = 12, in_channels: int = 1, image_size: int = 64) -> Kind:"
    assert head in found.text
    assert "image_size % 32:" in found.text
    assert found.text.endswith("    return network.eval()\n")
    assert found.reads == "images [B, C, H, W], H and W multiples of 32"
    compile(found.text, "source", "exec")


def test_stages_and_lines_are_written() -> None:
    assert info_text([8, 16], [1, 2]) == "[Stage(8, 1), Stage(16, 2)]"
    assert indented("a\n\n  b\n", 2) == "  a\n\n    b"
