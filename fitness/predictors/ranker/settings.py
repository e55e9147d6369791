"""Sizes of the ranker and how it is trained; those of NAR (Guo et al., 2022) are called published."""

from dataclasses import dataclass, replace
from typing import Literal

from fitness.predictors.ranker.attention import LayerShape
from spaces.operation_costs import Place

Size = Literal["small", "published"]


@dataclass(frozen=True)
class RankerSettings:
    """One size.

    shape: of all layers; encoder_layers, decoder_layers: how many; score_hidden, tier_hidden: widths of the heads
    rank_weight: of the ranking loss beside that of tiers
    multiplier, warm_up: of the rate, see ``schedule``; beta2, decay: of AdamW
    batch, epochs: members of a step, and rounds over all of them, where there are enough
    distinct: whether cells that cost the same as an earlier one in every member are left out
    """

    shape: LayerShape
    encoder_layers: int
    decoder_layers: int
    score_hidden: int
    tier_hidden: int
    rank_weight: float
    multiplier: float
    warm_up: int
    beta2: float
    decay: float
    batch: int
    epochs: int
    distinct: bool


PUBLISHED_101 = RankerSettings(
    shape=LayerShape(width=256, heads=4, head_width=64, hidden=1024, dropout=0.1),
    encoder_layers=6,
    decoder_layers=6,
    score_hidden=2048,
    tier_hidden=2048,
    rank_weight=9.0,
    multiplier=0.1,
    warm_up=50,
    beta2=0.982,
    decay=5e-4,
    batch=256,
    epochs=35,
    distinct=False,
)
PUBLISHED_201 = RankerSettings(
    shape=LayerShape(width=128, heads=4, head_width=32, hidden=512, dropout=0.1),
    encoder_layers=6,
    decoder_layers=6,
    score_hidden=1024,
    tier_hidden=256,
    rank_weight=1.0,
    multiplier=0.07,
    warm_up=30,
    beta2=0.99,
    decay=1e-2,
    batch=128,
    epochs=55,
    distinct=False,
)
SMALL = replace(
    PUBLISHED_201,
    shape=LayerShape(width=64, heads=4, head_width=16, hidden=256, dropout=0.1),
    encoder_layers=1,
    decoder_layers=1,
    score_hidden=256,
    tier_hidden=128,
    distinct=True,
)


def settings_of(size: Size, place: Place) -> RankerSettings:
    """Return the settings of a size for a space whose operations have this place.

    The published ones of NAS-Bench-101 are taken wherever operations are vertices, those of NAS-Bench-201 on edges.
    """
    if size == "small":
        return SMALL
    return PUBLISHED_101 if place is Place.VERTEX else PUBLISHED_201
