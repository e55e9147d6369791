"""What a worker's process does before it makes anything: it takes what the driver has sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evo.cluster.sameness import Inquiry
from evo.cluster.shipped_images import placed
from evo.cluster.shipping import prefer_sent
from evo.records.config import SearchConfig


def begun(config: Mapping[str, Any], inquiry: Inquiry) -> SearchConfig:
    """Return the configuration of a search as it is made on this machine, with its images where they are here.

    Modules that were sent are found first from now on.
    """
    prefer_sent()
    search = SearchConfig.from_json(config)
    if "data" in search.objects:
        return search
    return replace(search, data=placed(search.data, inquiry.parcel))
