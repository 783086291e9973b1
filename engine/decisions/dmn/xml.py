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


def foreign(element: etree._Element) -> dict[str, str]:
    """The attributes of other namespaces, by "{namespace}name"."""
    return {str(name): str(value) for name, value in element.attrib.items() if str(name).startswith("{")}


def type_ref(element: etree._Element) -> str:
    """The type that an element names: an attribute, or in version 1.1 a child; a prefix of FEEL's own is dropped."""
    text: str = element.get("typeRef", "") or text_in(element, "typeRef")
    return text.split(":")[-1].strip()
