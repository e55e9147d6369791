"""Catches: a name from a file that is imported unasked, trust that outlives its block or reaches another thread."""

import threading
from dataclasses import dataclass

import pytest

from spaces import SPACES
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import check_name, trusting, trusting_as_asked, trusts_files


@dataclass(frozen=True)
class Asked:
    """A request."""

    trust: bool


@trusting_as_asked
def seen(request: Asked, /, *, more: int = 0) -> tuple[bool, int]:
    return trusts_files(), more


def test_trust_lasts_for_a_block() -> None:
    assert not trusts_files()
    with trusting():
        assert trusts_files()
        with trusting(False):  # takes none away
            assert trusts_files()
    assert not trusts_files()
    with trusting(False):
        assert not trusts_files()


def test_trust_is_that_of_the_request_and_gone_behind_an_error() -> None:
    assert (seen(Asked(True), more=3), seen(Asked(False))) == ((True, 3), (False, 0))
    with pytest.raises(ZeroDivisionError), trusting():
        _ = 1 / 0
    assert not trusts_files()


def test_another_thread_is_not_trusted() -> None:
    found: list[bool] = []
    with trusting():
        thread = threading.Thread(target=lambda: found.append(trusts_files()))
        thread.start()
        thread.join()
    assert found == [False]


def test_only_a_module_of_somebodys_own_is_foreign() -> None:
    for name in ("nasbench201", "no_such_space"):
        check_name(SPACES, name, "x.parquet", "name it")
    with pytest.raises(UsageError) as caught:
        check_name(SPACES, "os:system", "x.parquet", "name it by --space")
    assert str(caught.value).startswith("x.parquet: space 'os:system' is neither built in nor installed")
    assert "; name it by --space, or trust the file by --trust-plugins (in Python trust=True)" in str(caught.value)
    with trusting():
        check_name(SPACES, "os:system", "x.parquet", "name it")
