"""Source of a network of the NDS study's grids: its stages as data, and the one kind of block that they have."""

from evo.exporting.bundling.literals import literal
from evo.exporting.sources.source import Shape, Source, image_source, info_text
from spaces.nds.grid_network import BLOCKS, NetworkSpec, StemKind

_STEMS = {
    StemKind.SMALL: ("ConvNorm", "ConvNorm(in_channels, {width}, 3)"),
    StemKind.IMAGENET: ("StridedStem", "StridedStem(in_channels, {width})"),
}
"""Class of a stem, and what makes one."""
_BODY = """\
stem, stages, width_in = {stem}, [], {width}
for stage in STAGES:
    first = {block}(width_in, stage, stage.stride)
    stages.append(nn.Sequential(first, *({block}(stage.width, stage, 1) for _ in range(stage.depth - 1))))
    width_in = stage.width
classifier = nn.Sequential(nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width_in, num_classes))
feature_info = Stages({info})
return NetworkOfStages(stem, stages, classifier, feature_info)"""


def grid_source(plan: NetworkSpec, shape: Shape) -> Source:
    """Return the source of a network of a grid."""
    block = BLOCKS[plan.block].__name__
    stem_class, stem = _STEMS[plan.stem]
    return image_source(
        shape,
        kind="NetworkOfStages",
        imports=(
            "from torch import nn\n"
            "from evo.exporting.networks.stages import Stage, Stages\n"
            "from evo.exporting.networks.staged import NetworkOfStages\n"
            f"from spaces.nds.grid_network import {block}, StageSpec, {stem_class}\n"
        ),
        definitions=f"STAGES = {literal(plan.stages, used=len('STAGES = '))}",
        body=_BODY.format(
            stem=stem.format(width=plan.stem_width),
            width=plan.stem_width,
            block=block,
            info=info_text([stage.width for stage in plan.stages], plan.reductions),
        ),
        tables={},
    )
