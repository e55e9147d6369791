"""Catches: members that do not agree with their ONNX files, a refusal that is counted as an agreement, a member
measured twice after a kill.
"""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from evo.exporting.agreement import Agreement
from evo.exporting.onnx_file import LIBRARIES
from spaces import SPACES
from tests.benchmarks import onnx_agreement
from tests.benchmarks.onnx_agreement import Result, line, measure, measure_missing, stored
from tests.small_spaces import small_space

PLAIN = "|nor_conv_1x1~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|skip_connect~2|"
QUIET = "sep_conv_3x3~0,sep_conv_3x3~1"
NOISY = f"normal={QUIET}/{QUIET}/{QUIET}/{QUIET}:reduction={QUIET}/{QUIET}/{QUIET}/noise~0,noise~1"


def test_a_member_agrees_with_its_file_and_one_with_noise_is_refused() -> None:
    for library in LIBRARIES:
        pytest.importorskip(library, reason=f"{library} is of the extra export")
    spaces = {name: small_space(name) for name in ("nasbench201", "s4")}
    found = measure(spaces["nasbench201"], spaces["nasbench201"].decode(PLAIN), 0, "onnx")
    assert found.refused is None
    assert found.difference is not None
    assert 0 < found.difference < 1e-5
    refused = measure(spaces["s4"], spaces["s4"].decode(NOISY), 0, "onnx")
    assert refused.difference is None
    assert refused.refused is not None
    assert refused.refused.startswith("--format onnx: this candidate has N noise operations (...)")


def test_what_is_known_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported: list[object] = []

    def counted(network: object, spec: object) -> Agreement:
        exported.append(network)
        return Agreement(1e-7, (1,))

    monkeypatch.setitem(onnx_agreement.EXPORTERS, "onnx", counted)
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps({"space": "nds_vanilla", "number": 0, "difference": 3e-7, "refused": None}) + "\n")
    spaces = {"nds_vanilla": SPACES.build("nds_vanilla", {})}
    found = stored(path)
    measure_missing(spaces, Namespace(members=3, seed=0, format="onnx", results=path), found)
    assert (len(exported), stored(path)) == (2, found)
    assert [found["nds_vanilla", number].difference for number in range(3)] == [3e-7, 1e-7, 1e-7]


def test_a_space_is_one_line() -> None:
    found = [Result(1e-7), Result(3e-7), Result(None, "noise"), Result(None, "noise")]
    assert " ".join(line("s4", found).split()) == "s4 2 of 4 exported, worst 3.0e-07 2 refused: noise"
    assert " ".join(line("s4", found[2:]).split()) == "s4 0 of 2 exported, worst - 2 refused: noise"
