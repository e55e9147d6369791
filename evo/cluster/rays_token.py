"""The token that Ray's processes show each other: where this process has one, and whether it is sent."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MODE, TOKEN, TOKEN_FILE = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"
SENT, KEPT = "token", "disabled"
"""What RAY_AUTH_MODE may be."""
REMEDY = (
    f"set {TOKEN} to the cluster's (ray get-auth-token prints it there), or {TOKEN_FILE} to a file of it, or keep it "
    "in ~/.ray/auth_token"
)


def is_kept_back() -> bool:
    """Return whether the environment says that no token is to be sent."""
    return os.environ.get(MODE, "").lower() == KEPT


def token_here() -> str | None:
    """Return the token that Ray would send, from where Ray looks for it in that order; None without one.

    Raises OSError and UnicodeDecodeError for a file that cannot be read.
    """
    if token := os.environ.get(TOKEN, "").strip():
        return token
    named = os.environ.get(TOKEN_FILE)
    kept = Path(named or os.path.expanduser("~/.ray/auth_token"))
    return kept.read_text(encoding="utf-8").strip() or None if named or kept.is_file() else None


def send_token(sent: bool) -> None:
    """Let Ray send the token from now on, or keep it back."""
    os.environ[MODE] = SENT if sent else KEPT
    _read_again()


@contextmanager
def mode_put_back() -> Iterator[None]:
    """Leave the environment as it was, so that no Ray that is started later goes without a token."""
    before = os.environ.get(MODE)
    try:
        yield
    finally:
        os.environ.pop(MODE, None)
        if before is not None:
            os.environ[MODE] = before
        _read_again()


def _read_again() -> None:
    """Let Ray, which keeps the mode and the token that it has seen first, read them again."""
    from ray._raylet import AuthenticationTokenLoader, Config  # type: ignore[attr-defined]

    Config.initialize("")
    AuthenticationTokenLoader.instance().reset_cache()
