"""A panel as a file: its columns, and how they were made."""

from pathlib import Path
from typing import Any

import numpy as np

from evo.labelling.config import LabelConfig
from evo.labelling.labels import Labels
from evo.storage.provenance import provenance
from fitness.rank_correlation.rank_statistics import reliability_of_mean
from spaces.tables.panel_file import SPACE_OPTIONS
from spaces.tables.table_info import TableInfo
from spaces.tables.table_writing import write_table


def write_panel(path: Path, config: LabelConfig, labels: Labels) -> None:
    """Write the architectures that have a label; raises UsageError where the file system refuses."""
    rows = np.flatnonzero(labels.whole).tolist()
    columns = {name: values[rows] for name, values in labels.measurements().items()}
    write_table(path, panel_info(config, labels), [labels.texts[row] for row in rows], columns)


def panel_info(config: LabelConfig, labels: Labels) -> TableInfo:
    """Return what the panel says of itself."""
    images, epochs = (config.training.options[name] for name in ("pictures", "epochs"))
    amount = f"{images or 'all'} images, {epochs} epochs, {len(labels.seeds)} seeds"
    source = f"trained by evo.label on {config.data}: {amount}"
    return TableInfo(config.space.name, source, units=labels.units(), details=_details(config, labels))


def _details(config: LabelConfig, labels: Labels) -> dict[str, Any]:
    asked, made = config.to_json(), provenance()
    return {
        SPACE_OPTIONS: asked["space"]["options"],
        "data": config.data,
        "training": asked["training"]["options"],
        "seeds": list(labels.seeds),
        "sample_seed": config.seed,
        "sampled": len(labels.texts),
        "without_label": labels.without,
        "rank_agreement_of_two_seeds": labels.agreement.to_json(),
        "reliability_of_the_mean": reliability_of_mean(labels.agreement, len(labels.seeds)).to_json(),
        "versions": made["versions"],
        "commit": made["commit"],
        "processor": made["machine"]["processor"],
    }
