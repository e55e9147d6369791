"""The model card: what a network is, how it was found and trained, what it reads, and what is not known of it.

Texts that come from elsewhere stand in code blocks, where Markdown gives them no meaning.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from evo.display.readable_numbers import counted, readable
from evo.exporting.exportable import Exportable, Origin, Weights
from evo.records.config import TOLD, Choice
from evo.storage.run_log import read_table
from spaces import InputSpec, count_complexity, count_parameters
from tasks import classes_of, normalisation_of

FILE = "README.md"
_FENCE = "`"
_NOT_TRAINED = (
    "Nobody has trained these weights here: with `python -m evo.train` on labelled images they get an accuracy, which "
    "is not known now."
)


def model_card(exportable: Exportable) -> str:
    """Return the card of a network, in Markdown."""
    sections = {
        f"A network of the search space {code(exportable.config.space.name)}": _network(exportable),
        "How it was found": _search(exportable),
        "How it was trained": _training(exportable),
        "What it reads": _input(exportable),
        "How it is used": _use(exportable),
        "Licence": _licence(exportable),
        "What is not known": _unknown(exportable),
    }
    written = [f"## {title}\n\n{_text(lines)}" for title, lines in sections.items()]
    return "\n\n".join(written)[1:] + "\n"


def code(text: object) -> str:
    """Return a text as code within a line, whatever it holds."""
    shown = " ".join(str(text).split()) or " "
    fence = _fence(shown, 1)
    padded = f" {shown} " if _FENCE in shown else shown
    return f"{fence}{padded}{fence}"


def block(text: str) -> str:
    """Return a text as lines of code, whatever it holds."""
    fence = _fence(text, 3)
    return f"{fence}\n{text}\n{fence}"


def _fence(text: str, least: int) -> str:
    """Return more backticks than the text has in a row."""
    return _FENCE * max(least, 1 + max((len(found) for found in re.findall(f"{_FENCE}+", text)), default=0))


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines)


def _network(exportable: Exportable) -> Iterator[str]:
    yield block(exportable.text)
    yield ""
    yield f"- parameters: {count_parameters(exportable.network):,}"
    macs = _multiply_adds(exportable)
    yield f"- multiply-adds of one input: {'not known' if macs is None else f'{macs:,}'}"
    yield f"- outputs: {exportable.num_outputs}"
    if exportable.config.space != exportable.searched.space:
        yield f"- built, unlike in the search, as {_choice(exportable.config.space)}"


def _multiply_adds(exportable: Exportable) -> int | None:
    spec, outputs = exportable.spec, exportable.num_outputs
    try:
        return count_complexity(exportable.space, exportable.candidate, spec, outputs).macs
    except Exception:  # a network of somebody's own that does not run on shapes alone
        return None


def _search(exportable: Exportable) -> Iterator[str]:
    row, searched = _row(exportable), exportable.searched
    yield f"By a search of selfnas, run {code(exportable.run.name)}."
    yield ""
    yield f"- space: {_choice(searched.space)}"
    told = searched.fitness.name == TOLD
    yield "- fitness: told by whoever asked for candidates" if told else f"- fitness: {_choice(searched.fitness)}"
    yield f"- strategy: {_choice(searched.strategy)}"
    yield f"- images: {code(searched.data)}"
    yield f"- seed: {searched.seed}"
    yield f"- evaluations: {len(read_table(exportable.run, ['trial_id'])):,}"
    if row is None:
        yield "- this candidate was named, and is none that the search has scored"
    else:
        best = "; the best of the run" if exportable.best else ""
        yield f"- its score: {readable(row['fitness'])}, higher is better{best}"


def _row(exportable: Exportable) -> Mapping[str, Any] | None:
    """Return the row of the candidate's score, None where it was not scored."""
    rows = read_table(exportable.run, ["candidate", "fitness"]).to_pylist()
    found = [row for row in rows if row["candidate"] == exportable.text and row["fitness"] is not None]
    return max(found, key=lambda row: float(row["fitness"]), default=None)


def _choice(choice: Choice) -> str:
    options = ", ".join(f"{name}={value}" for name, value in choice.options.items())
    return code(f"{choice.name}({options})" if options else choice.name)


def _training(exportable: Exportable) -> Iterator[str]:
    origin = exportable.origin
    if origin.training is not None:
        yield from _trained(exportable, origin.training)
    elif origin.supernet is not None:
        yield (
            f"`weights.safetensors` holds the weights that it has in the supernet of seed {origin.supernet}, which it "
            f"was derived from. {_NOT_TRAINED}"
        )
    else:
        yield f"There is no `weights.safetensors`; `create_model` draws fresh weights. {_NOT_TRAINED}"


def _trained(exportable: Exportable, training: Mapping[str, Any]) -> Iterator[str]:
    setting = training["setting"]
    settings = setting["settings"]
    yield f"With labels, by `evo.train`; first weights: {training['init']}."
    yield ""
    yield f"- images: {code(setting['data'])}, {setting['label_fraction']:.0%} of the training and validation images"
    named = ("epochs", "batch", "learning_rate", "momentum", "weight_decay", "label_smoothing", "cutout", "drop_path")
    yield f"- {', '.join(f'{name} {settings[name]:g}' for name in named if settings.get(name) is not None)}"
    yield f"- seed: {training['seed']}"
    whose = " of a linear probe, which is no part of the weights," if setting.get("linear_probe") else ""
    images = training.get("test_pictures")
    tested = f"{counted(images, 'image')} of that source's test split" if images else "that source's test split"
    yield f"- test accuracy{whose} after the last epoch: {training['test_accuracy']:.2%}, on {tested}"
    yield "- of several trainings of this architecture, it is the one of highest test accuracy"


def _input(exportable: Exportable) -> Iterator[str]:
    spec = exportable.spec
    if not isinstance(spec, InputSpec):
        yield f"Sequences [L, B, {spec.width}]: L steps of {spec.width} values, B of them side by side."
        return
    yield f"Images [B, {spec.channels}, {spec.size}, {spec.size}], as {code(exportable.config.data)} has them:"
    yield ""
    found = normalisation_of(exportable.images)
    yield "- normalised in a way that this source does not say" if found is None else "- pixels in [0, 1]"
    if found is not None:
        yield f"- minus the mean {_numbers(found.mean)}, divided by the deviation {_numbers(found.std)}, by channel"
    if exportable.origin.training is not None and (classes := classes_of(exportable.images)):
        yield "- outputs, in order:"
        yield ""
        yield block("\n".join(f"{number} {' '.join(name.split())}" for number, name in enumerate(classes)))


def _numbers(values: tuple[float, ...]) -> str:
    return f"({', '.join(f'{value:.4f}' for value in values)})"


def _use(exportable: Exportable) -> Iterator[str]:
    shape = ", ".join(map(str, exportable.spec.shape(1)))
    trained = exportable.origin.weights is not Weights.NONE
    yield "`model.py` is written by `python -m evo.export RUN --format torch`, and needs torch alone."
    yield ""
    yield "```python"
    yield "import torch"
    yield f"from model import {'load' if trained else 'create_model'}"
    yield ""
    made = 'load("weights.safetensors")' if trained else "create_model().eval()"
    yield f"network = {made}"
    yield f"outputs = network(torch.zeros({shape}))"
    yield f"stages = network.forward_features(torch.zeros({shape}))  # feature_info.channels(), .reduction()"
    yield "```"


def _licence(exportable: Exportable) -> Iterator[str]:
    yield "The code of `model.py` is selfnas', Apache-2.0."
    if ":" in exportable.config.space.name:
        yield f"What it has of {code(exportable.config.space.name)} has that module's licence, which is not known here."
    yield "Of which licence the images are that weights were trained on is not known here."


def _unknown(exportable: Exportable) -> Iterator[str]:
    if exportable.origin.weights is not Weights.TRAINED:
        yield "- its accuracy"
    elif not classes_of(exportable.images):
        yield "- the names of its classes"
    yield "- how it does on images of another kind, how well its confidence is calibrated, and what it is unfair to"


def origin_line(run: object, origin: Origin) -> str:
    """Return where weights come from, as a line to print."""
    if origin.training is not None:
        name = f"{origin.training['init']}, seed {origin.training['seed']}"
        return f"weights: trained ({name}), test accuracy {origin.training['test_accuracy']:.2%}"
    if origin.supernet is not None:
        return f"weights: inherited from the supernet of seed {origin.supernet}"
    return f"weights: none; python -m evo.train {run} trains some"
