"""What a page of HTML consists of, for tests."""

from html.parser import HTMLParser

ALONE = frozenset(("meta", "br", "img", "hr", "link"))
"""Tags that have no end."""


class PageContents(HTMLParser):
    """Tags in their order, the names of all attributes, and all texts, whole; tags are closed in their order."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and its attributes."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that ends itself."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        """Check that it is the last one open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if data.strip():
            self.texts.append(data)


def read_page(html: str) -> PageContents:
    """Return what a page consists of; raises AssertionError where tags are not closed in their order."""
    found = PageContents()
    found.feed(html)
    found.close()
    assert found.open == []
    return found
