"""Whether a page is sound: one heading, labels, unique ids, balanced tags."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "img", "br", "hr", "line", "circle", "rect", "polyline", "path", "col"}


class Page(HTMLParser):
    """What a page must have: one h1, a title, a language, unique ids, a label for each field, balanced tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.ids: list[str] = []
        self.fields: list[tuple[str, dict[str, str | None]]] = []
        self.labels: set[str] = set()
        self.lang: str | None = None
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "label" and given.get("for"):
            self.labels.add(given["for"] or "")
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self.fields.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()


def assert_sound(text: str, address: str) -> None:
    page = Page(text)
    assert page.counts.get("h1") == 1, address
    assert page.counts.get("title", 0) >= 1, address
    assert page.lang, address
    assert len(page.ids) == len(set(page.ids)), (address, sorted(i for i in page.ids if page.ids.count(i) > 1)[:3])
    unlabelled = [
        field
        for _tag, field in page.fields
        if field.get("id") not in page.labels and field.get("aria-hidden") != "true"
    ]
    assert not unlabelled, (address, unlabelled[:2])
    assert not page.open, (address, page.open)
