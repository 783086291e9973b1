"""Pieces that several pages of the desk of the analysts are made of: tabs, comparisons, findings."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext

from engine.errors import NotFound
from engine.lint.differences import Differences
from engine.lint.element_words import type_words
from engine.model.declared_words import Words
from engine.model.step import DefinitionId
from engine.queries import definitions, designs, differences
from engine.queries.designs import DesignView
from engine.queries.frame import frame_of
from webui.auth import current_person
from webui.pages.design_views import ChangeLine, Comparison, DesignTab, Side
from webui.pages.framing import frame
from webui.pages.parts import Banner, Frame
from webui.pages.words import language
from webui.service import current_engine

API = "/api/v1"


def edit_href(kind: str, design_id: object) -> str:
    """The editor of a draft."""
    return f"/design/{kind}/{design_id}"


def version_href(kind: str, version_id: object) -> str:
    """A published version to read."""
    hrefs = {"bpmn": "/design/view", "form": "/design/form/version", "dmn": "/decision"}
    return f"{hrefs[kind]}/{version_id}"


def design_frame(*banners: Banner) -> Frame:
    """The frame of every page of the desk."""
    return frame(frame_of(current_engine(), current_person()), "design", banners=banners)


def tabs(current: str, waiting: int | None = None) -> tuple[DesignTab, ...]:
    """waiting: proposals that the reader may decide about."""
    return (
        DesignTab(key="library", href="/design", current=current == "library"),
        DesignTab(key="decisions", href="/design/decisions", current=current == "decisions"),
        DesignTab(key="forms", href="/design/forms", current=current == "forms"),
        DesignTab(key="proposals", href="/design/proposals", current=current == "proposals", count=waiting),
    )


def said(words: Words) -> str:
    """In the reader's language."""
    return words.zh if language() == "zh" else words.en


def of_design(design_id: UUID, other: str = differences.BASE) -> Comparison:
    """A draft with what it was begun from, or with one of its revisions."""
    engine, person = current_engine(), current_person()
    row = designs.design(engine, person, design_id)
    found = differences.of_design(engine, person, design_id, other=other)
    xml = f"{API}/designs/{design_id}"
    draft = Side(label=str(gettext("草稿 · 修订 %(rev)s", rev=row.rev)), xml_url=f"{xml}/xml")
    base = row.based_on
    if other != differences.BASE:
        old = Side(label=str(gettext("修订 %(rev)s", rev=other)), xml_url=f"{xml}/revisions/{other}/xml")
        return _compared(old, draft, found, f"{xml}/differences?with={other}", _drawings(row, other))
    if base is None:
        return Comparison(old=None, new=draft, summary="", changes=())
    old = Side(label=f"v{base.version}", xml_url=f"{API}/process-definitions/{base.id}/xml")
    return _compared(old, draft, found, f"{xml}/differences?with={base.id}", _drawings(row, base.id))


def _drawings(row: DesignView, other: object) -> str:
    """The page with both drawings; "": a decision or form is compared in words."""
    return _page(other, row.id) if row.kind == "bpmn" else ""


def of_part_versions(kind: str, older: UUID, newer: UUID, label: str) -> Comparison:
    """Two versions of a form or decision, in words. label: what the older one is called."""
    found = differences.of_versions(current_engine(), current_person(), kind, newer, older)
    return _compared(Side(label=label, xml_url=""), Side(label="", xml_url=""), found, "", "")


def of_versions(older: UUID, newer: UUID) -> Comparison:
    """Two versions. Raises NotFound."""
    engine, person = current_engine(), current_person()
    found = differences.of_definitions(engine, person, DefinitionId(newer), DefinitionId(older))
    sides = [Side(label=_version_label(one), xml_url=f"{API}/process-definitions/{one}/xml") for one in (older, newer)]
    url = f"{API}/process-definitions/{newer}/differences?with={older}"
    return _compared(sides[0], sides[1], found, url, _page(older, newer))


def of_addresses(older: str, newer: str) -> Comparison:
    """What an address names: `newer` a version or a draft, `older` a version or the number of a revision."""
    engine, person = current_engine(), current_person()
    try:
        new_id = UUID(newer)
    except ValueError:
        raise NotFound("There is nothing to compare.") from None
    try:
        designs.design(engine, person, new_id)
    except NotFound:
        try:
            return of_versions(UUID(older), new_id)
        except ValueError:
            raise NotFound("There is nothing to compare.") from None
    if older.isdecimal() or older == differences.BASE:
        return of_design(new_id, older)
    found = differences.of_design(engine, person, new_id, other=older)
    draft = Side(label=str(gettext("草稿")), xml_url=f"{API}/designs/{new_id}/xml")
    old = Side(label=_version_label(UUID(older)), xml_url=f"{API}/process-definitions/{older}/xml")
    url = f"{API}/designs/{new_id}/differences?with={older}"
    return _compared(old, draft, found, url, _page(older, new_id))


def _page(older: object, newer: object) -> str:
    return f"/design/compare?a={older}&b={newer}"


def _version_label(definition_id: UUID) -> str:
    row = definitions.definition(current_engine(), current_person(), DefinitionId(definition_id))
    return f"{row.key} v{row.version}"


def _compared(old: Side, new: Side, found: Differences, url: str, href: str) -> Comparison:
    return Comparison(
        old=old,
        new=new,
        summary=said(found.summary[0]),
        changes=tuple(_changes(found)),
        differences_url=url,
        href=href,
    )


def _changes(found: Differences) -> Iterable[ChangeLine]:
    order = {"changed": 0, "added": 1, "removed": 2, "moved": 3}
    for one in sorted(found.elements, key=lambda element: order[element.change]):
        words = tuple(said(words) for words in one.words)
        yield ChangeLine(
            id=one.id, name=said(one.name), kind=said(type_words(one.type)), change=one.change, words=words
        )
