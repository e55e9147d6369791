"""Exported source in a process that has torch and nothing of this project, beside the network that it stands for."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn

from evo.exporting.sources.network_source import network_source, source_of
from evo.exporting.sources.plain_space import MadeSpace
from spaces import FeatureNetwork, InputSpec, SequenceSpec

OUTPUTS = 7
KNOWN = "known.safetensors"
BATCH = 3

ALONE = """
import importlib.util, json, sys
sys.path.append(sys.argv[1])

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"spaces", "tasks", "evo", "fitness", "tests", "safetensors"}:
            raise ImportError(name + " is not here")

sys.meta_path.insert(0, Blocker())
import torch
torch.set_num_threads(1)
for folder in sys.argv[2:]:
    spec = importlib.util.spec_from_file_location("model", folder + "/model.py")
    model = importlib.util.module_from_spec(spec)
    sys.modules["model"] = model
    spec.loader.exec_module(model)
    network = model.load(folder + "/weights.safetensors")
    known = model.read_safetensors(folder + "/known.safetensors")
    shapes = {name: list(value.shape) for name, value in network.state_dict().items()}
    with torch.no_grad():
        logits, stages = network(known["input"]), network.forward_features(known["input"])
    equal = torch.equal(logits, known["logits"]) and all(
        torch.equal(stage, known["stage_" + str(number)]) for number, stage in enumerate(stages)
    )
    info = [network.feature_info.channels(), network.feature_info.reduction()]
    print(json.dumps({"equal": equal, "stages": len(stages), "shapes": shapes, "info": info}), flush=True)
"""
"""A program: site-packages, and folders of exports, each with what the network is known to compute."""


@dataclass(frozen=True)
class Alone:
    """What a source did in a process of its own; info: channels and reductions of its stages."""

    equal: bool
    stages: int
    shapes: dict[str, list[int]]
    info: list[list[int]]


def written_source(space: Any, candidate: object, spec: InputSpec | SequenceSpec, **made: Any) -> str:
    """Return the source of a candidate's network; made: class and options of a space without blueprints."""
    by = MadeSpace(made["by"], made.get("options", {})) if made else None
    source = source_of(space, by, candidate, spec, OUTPUTS, made.get("build", {}))
    return network_source(source, "A network.", by.package if by else "spaces")


def write_export(folder: Path, text: str, network: FeatureNetwork, spec: InputSpec | SequenceSpec) -> None:
    """Write a source, a network's weights, after a step that changed its statistics, and what it computes."""
    folder.mkdir(parents=True)
    (folder / "model.py").write_text(text, encoding="utf-8")
    x = torch.randn(spec.shape(BATCH), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        network.train()(x)
        state = {name: value.clone() for name, value in network.eval().state_dict().items()}
        save_file(state, folder / "weights.safetensors")
        known = {"input": x, "logits": network(x)}
        network.load_state_dict(state)  # noise begins anew
        network(x)
        stages = network.forward_features(x)
    save_file({**known, **{f"stage_{n}": stage.contiguous() for n, stage in enumerate(stages)}}, folder / KNOWN)


def imported_alone(folders: Sequence[Path]) -> list[Alone]:
    """Return what each of the sources does where nothing of this project can be imported."""
    packages = str(Path(torch.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, packages, *map(str, folders)],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Alone(**json.loads(line)) for line in done.stdout.splitlines()]


def shapes_of(network: nn.Module) -> dict[str, list[int]]:
    """Return the shapes of a network's state by name, in its order."""
    return {name: list(value.shape) for name, value in network.state_dict().items()}
