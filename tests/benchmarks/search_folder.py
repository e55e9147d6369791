"""Whether a folder is free for a search, or holds a part of the same one."""

from pathlib import Path

from evo.engine.configuring import resolve_request
from evo.engine.data_options import identified
from evo.engine.plugins import build_plugins
from evo.records.requests import SearchRequest
from evo.storage.run_folder import RunFolder


def check_folder(folder: Path, request: SearchRequest, *, download: bool = False) -> None:
    """Raise UsageError where a folder holds another search than is requested, or one on other images."""
    asked = resolve_request(request)
    images = build_plugins(asked.config, objects=asked.objects, download=download).images
    RunFolder(folder).check(identified(asked.config, images))
