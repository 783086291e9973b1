"""Small steps over elements of whichever version's namespace."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from element.iterchildren(f"{{*}}{name}")


def first(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def text_in(element: etree._Element, name: str) -> str:
    """The text of a child, "" without it."""
    child = first(element, name)
    return (child.text or "").strip() if child is not None else ""
