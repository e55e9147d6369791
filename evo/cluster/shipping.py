"""Modules of the caller's own, and files that they read, travel to the machines of a cluster.

That is by the runtime environment of Ray, and from the driver's own files, which it uses itself.
"""

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ray

from evo.cluster.kept_packages import keep
from evo.cluster.plugin_files import files_of

MOST_MODULE_BYTES = 16 * 2**20
"""Size of all modules and their files from which on they are not sent: a runtime environment is for small ones."""
MOST_FILES = 1000

logger = logging.getLogger(__name__)


def modules_env(modules: Iterable[str]) -> dict[str, Any]:
    """Send modules, by their dotted names, to the cluster; return what an actor's ``runtime_env`` needs to have them.

    Files that they may read beside themselves go along. There is nothing where there are none, or where the job brings
    its own code. Installed ones are not sent.
    """
    found = {name: files for name in modules if (files := files_of(name)) is not None and not files.installed}
    paths = {path: files.root / path for files in found.values() for path in (*files.inside, *files.others)}
    if not paths or _brings_code():
        return {}
    size = sum(path.stat().st_size for path in paths.values())
    if size > MOST_MODULE_BYTES or len(paths) > MOST_FILES:
        logger.warning(
            "note: the modules %s are not sent to other machines, as they and the files beside them are %s files of "
            "%.0f MiB, and at most %s of %.0f MiB travel; each machine must have them",
            *(", ".join(found)[:150], f"{len(paths):,}", size / 2**20, f"{MOST_FILES:,}", MOST_MODULE_BYTES / 2**20),
        )
        return {}
    with tempfile.TemporaryDirectory(prefix="selfnas-modules-") as folder:
        for inside, path in paths.items():
            (Path(folder, "sent") / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, Path(folder, "sent") / inside)
        return {"py_modules": [_uploaded(Path(folder, "sent"))]}


def prefer_sent() -> None:
    """Let this process find the modules that were sent to it before those of folders that it happens to have.

    Ray puts them first into PYTHONPATH, and the folders of the driver, by their names there, before that.
    """
    count = len(ray.get_runtime_context().runtime_env.py_modules()) if ray.is_initialized() else 0
    sent = os.environ.get("PYTHONPATH", "").split(os.pathsep)[:count]
    if sent:
        here = str(Path.cwd())
        others = [place for place in (*sys.path, here) if place not in sent]
        sys.path[:] = [*sent, *dict.fromkeys(others)]


def _brings_code() -> bool:
    """Return whether the job was submitted with its own modules, or a folder of them."""
    given = ray.get_runtime_context().runtime_env
    return bool(given.py_modules() or given.working_dir())


def _uploaded(folder: Path) -> str:
    """Put a folder of modules into the cluster's store; return what Ray calls it there.

    An actor's own environment takes no folders, only what has been uploaded, for which Ray has no public function; the
    one that does all of it asks Ray by a call that its client server does not know.
    """
    from ray._private.runtime_env.packaging import (
        create_package,
        get_uri_for_directory,
        package_exists,
        upload_package_to_gcs,
    )

    uri = get_uri_for_directory(str(folder), include_gitignore=False)
    keep(uri)  # first, so that it is not forgotten between the look and its use
    if not package_exists(uri):
        packed = folder.with_name("packed.zip")
        create_package(str(folder), packed, include_gitignore=False)
        upload_package_to_gcs(uri, packed.read_bytes())
    return str(uri)
