"""A page in a real browser, without a window: Chromium from the system's packages, told what to do through a pipe."""

import fcntl
import itertools
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--remote-debugging-pipe"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
    "--disable-dev-shm-usage",
)
HEIGHT, PATIENCE_S = 900, 120

CHECKS = """
(() => {
  const faults = [], name = text => JSON.stringify((text.textContent || '').trim().slice(0, 60));
  const figures = [...document.querySelectorAll('svg')];
  for (const svg of figures) {
    const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
    if (!(box.width > 50 && box.height > 30)) faults.push('a figure of ' + box.width + ' x ' + box.height);
    if (svg.querySelectorAll('path, circle, rect, line, polygon').length < 2) faults.push('a figure of nothing');
    for (const text of svg.querySelectorAll('text')) {
      const own = text.getBoundingClientRect(), slack = 1.5;
      if (own.width && (own.left < box.left - slack || own.right > box.right + slack
          || own.top < box.top - slack || own.bottom > box.bottom + slack))
        faults.push('cut off in a figure: ' + name(text));
    }
  }
  for (const image of document.images) if (!image.naturalWidth) faults.push('an image that is not shown');
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) faults.push('the page is wider than the window');
  for (const part of document.querySelectorAll('h1, h2, p, li, a, td, th, caption, figcaption, code')) {
    const scrolled = part.closest('.scrolled, figure.wide'), box = part.getBoundingClientRect();
    if (!scrolled && box.right > width + 1) faults.push('beyond the window: ' + name(part));
    if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === 'hidden')
      faults.push('cut off: ' + name(part));
  }
  return {figures: figures.length, faults};
})()
"""


def browser() -> str | None:
    """Return the program of a browser, None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One page of a browser; ``complaints`` holds what its console was told and what failed in it."""

    def __init__(self, inlet: Any, outlet: Any) -> None:
        """Take the ends of the pipe; opens an empty page."""
        self._inlet, self._outlet = inlet, outlet
        self._numbers, self._session, self._loaded = itertools.count(1), "", False
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return what a command returns; raises AssertionError where it fails."""
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": parameters}
        asked |= {"sessionId": self._session} if self._session else {}
        self._inlet.write(json.dumps(asked).encode() + b"\0")
        self._inlet.flush()
        while True:
            told = self._hear()
            if told.get("id") == number:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result

    def open(self, path: Path, *, width: int, dark: bool = False) -> dict[str, Any]:
        """Return what is wrong with a page in a window of so many pixels: ``CHECKS``."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=HEIGHT, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self._loaded = False
        self.call("Page.navigate", url=path.as_uri())
        while not self._loaded:
            self._hear()
        answer = self.call("Runtime.evaluate", expression=CHECKS, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        found: dict[str, Any] = answer["result"]["value"]
        return found

    def ground(self) -> str:
        """Return the colour behind the page."""
        expression = "getComputedStyle(document.body).backgroundColor"
        return str(self.call("Runtime.evaluate", expression=expression)["result"]["value"])

    def _hear(self) -> dict[str, Any]:
        letters = bytearray()
        while (letter := self._outlet.read(1)) != b"\0":
            assert letter, "the browser has gone"
            letters += letter
        told: dict[str, Any] = json.loads(letters)
        self._loaded |= told.get("method") == "Page.loadEventFired"
        if told.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            self.complaints.append(json.dumps(told["params"])[:300])
        return told


@contextmanager
def opened_browser(program: str, folder: Path) -> Iterator[Page]:
    """Give a page of a new browser that keeps its files in a folder."""
    (theirs, inlet), (outlet, ours) = os.pipe(), os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs, ours)]

    def connect() -> None:
        for number, end in zip((3, 4), high, strict=True):  # from which a browser reads, and on which it answers
            os.dup2(end, number)

    command = [program, *ARGUMENTS, f"--user-data-dir={folder}"]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, close_fds=False, preexec_fn=connect, **silent)
    for end in (theirs, ours, *high):
        os.close(end)
    watch = threading.Timer(PATIENCE_S, process.kill)
    watch.start()
    try:
        with os.fdopen(inlet, "wb") as writing, os.fdopen(outlet, "rb") as reading:
            yield Page(writing, reading)
    finally:
        watch.cancel()
        process.terminate()
        process.wait(30)
