"""Catches: a call that is answered by this process, an exception, a death or a hang of the other that is not told or
takes this one along, a process that outlives its use, an interrupt that the other process answers, too."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
import torch

from fitness.conformance.other_process import OtherProcess
from spaces.conformance.case import Nonconformance

LONG_S, SHORT_S = 120.0, 0.3


@pytest.fixture(scope="module")
def process() -> Iterator[OtherProcess]:
    with OtherProcess() as shared:
        yield shared


def die(how: str) -> None:
    if how == "exit":
        os._exit(3)
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise KeyError("x\ny")


def interrupted() -> object:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
    return signal.getsignal(signal.SIGINT)


def test_it_is_another_process_of_one_thread_that_stays(process: OtherProcess) -> None:
    first = process.call(os.getpid, limit_s=LONG_S)
    assert first != os.getpid()
    assert process.call(os.getpid, limit_s=LONG_S) == first
    assert process.call(torch.get_num_threads, limit_s=LONG_S) == 1
    assert process.call(divmod, 17, 5, limit_s=LONG_S) == (3, 2)


def test_texts_have_other_hashes_there(process: OtherProcess) -> None:
    if os.environ.get("PYTHONHASHSEED", "random") == "random":
        assert process.call(hash, "text", limit_s=LONG_S) != hash("text")


def test_an_exception_is_told_in_one_line_and_ends_nothing(process: OtherProcess) -> None:
    before = process.call(os.getpid, limit_s=LONG_S)
    with pytest.raises(Nonconformance, match=r"^in another process: KeyError: 'x\\ny'$"):
        process.call(fail, limit_s=LONG_S)
    assert process.call(os.getpid, limit_s=LONG_S) == before


def test_ctrl_c_is_for_the_one_that_waits(process: OtherProcess) -> None:
    before = signal.getsignal(signal.SIGINT)
    assert process.call(interrupted, limit_s=LONG_S) == signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(("how", "words"), [("exit", "exit code 3"), ("kill", "signal 9")])
def test_a_death_is_told_and_the_next_call_has_a_new_process(process: OtherProcess, how: str, words: str) -> None:
    before = process.call(os.getpid, limit_s=LONG_S)
    with pytest.raises(Nonconformance, match=f"it ended its process, with {words}; raise an exception"):
        process.call(die, how, limit_s=LONG_S)
    assert process.call(os.getpid, limit_s=LONG_S) != before


def test_a_hang_is_ended_and_so_is_the_process_with_its_use() -> None:
    with OtherProcess() as process:
        number = process.call(os.getpid, limit_s=LONG_S)
        with pytest.raises(Nonconformance, match="did not come back within 0 s, and its process was ended"):
            process.call(time.sleep, LONG_S, limit_s=SHORT_S)
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
        number = process.call(os.getpid, limit_s=LONG_S)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_where_none_was_needed_there_is_none_to_end() -> None:
    assert OtherProcess().end() == "nothing"
