"""What made a run folder: versions, commit, machine."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RECORDED_PACKAGES = ("selfnas", "torch", "torchvision", "numpy", "scipy", "ray", "pyarrow", "scikit-image")


def provenance() -> dict[str, Any]:
    """Return what the rows also depend on: versions, commit and machine."""
    return {
        "versions": {"python": platform.python_version(), **versions_of(RECORDED_PACKAGES)},
        "commit": _commit(),
        "machine": {"node": platform.node(), "processor": processor_name(), "cpus": os.cpu_count()},
        "command": sys.argv,
    }


def versions_of(packages: Iterable[str]) -> dict[str, str | None]:
    """Return which versions of packages are installed, None for one that is not."""
    return {name: _version(name) for name in packages}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None


def processor_name() -> str:
    """Return what this machine says that its processor is."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
