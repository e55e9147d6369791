"""Catches: a table of contents that leads nowhere, a file of scores that the page of results does not name."""

import re
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "runs" / "results"
PAGE = (RESULTS / "README.md").read_text(encoding="utf-8")


def anchor(heading: str) -> str:
    """Return the link that a heading gets: in small letters, without punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_link_leads_to_a_heading() -> None:
    headings = {anchor(heading) for heading in re.findall(r"^##+ (.*)$", PAGE, flags=re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= headings


def test_every_section_is_in_the_table_of_contents() -> None:
    sections = [anchor(heading) for heading in re.findall(r"^## (.*)$", PAGE, flags=re.MULTILINE)]
    assert re.findall(r"^\d+\. \[[^]]*\]\(#([^)]*)\)$", PAGE, flags=re.MULTILINE) == sections


def test_every_file_of_scores_is_named_and_every_named_one_is_there() -> None:
    named = {f"{name.removesuffix('.parquet')}.parquet" for name in re.findall(r"`([a-z0-9.-]+)`", PAGE)}
    files = {path.name for path in RESULTS.glob("*.parquet")}
    assert files <= named
    assert set(re.findall(r"\(`([a-z0-9-]+\.parquet)`\)", PAGE)) <= files
