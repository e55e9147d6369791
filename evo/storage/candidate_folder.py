"""Where a run keeps files of a candidate: in ``best``, or by the digest of its text."""

import hashlib
from pathlib import Path

from evo.storage.run_folder import BEST

OTHERS = "exports"
_DIGITS = 12  # of a digest: thousands of candidates, and none like another


def candidate_folder(run: Path, text: str, *, best: bool) -> Path:
    """Return the folder of a candidate's files; best: whether it is what the run found."""
    return (run / BEST).parent if best else run / OTHERS / text_digest(text)


def text_digest(text: str) -> str:
    """Return what tells a candidate's text from others in the name of a file."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
