"""Decisions or forms of the library: each with its versions, its draft, and the processes that name it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.core import Engine
from engine.lint.elements import read_drawing
from engine.model.declared_words import Words
from engine.model.step import PersonId
from engine.queries.designs import DesignView, view_of
from engine.queries.published import PublishedVersion, published
from engine.store.transaction import Transaction
from engine.workflow import check_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryThing:
    """A decision or form, published or only begun. versions: the youngest first."""

    key: str
    name: Words
    current: PublishedVersion | None
    design: DesignView | None
    versions: tuple[PublishedVersion, ...]
    used_by: tuple[str, ...]  #: keys of processes in force


def library_things(engine: Engine, person: PersonId, kind: str) -> tuple[LibraryThing, ...]:
    """kind: dmn or form. By key."""
    versions: dict[str, list[PublishedVersion]] = {}
    for version in _named_by_file(published(engine, person, kind)):
        versions.setdefault(version.key, []).append(version)
    with engine.reading(person) as tx:
        reference = engine.reference(tx)
        drafts = {row.key: view_of(tx, reference, row) for row in tx.open_designs() if row.kind == kind}
        users = _users(tx) if kind == "form" else _askers(tx)
    return tuple(
        _thing(key, versions.get(key, ()), drafts.get(key), users.get(key, ())) for key in sorted({*versions, *drafts})
    )


def _thing(
    key: str, versions: Iterable[PublishedVersion], design: DesignView | None, used_by: Iterable[str]
) -> LibraryThing:
    rows = tuple(versions)
    current = next((one for one in rows if one.state == "current"), None)
    named = current or (rows[0] if rows else None)
    if named is None and design is not None:
        name = Words(zh=design.name, en=design.name_en)
    else:
        name = named.name if named is not None else Words(zh="", en="")
    return LibraryThing(
        key=key,
        name=Words(zh=name.zh or key, en=name.en or name.zh or key),
        current=current,
        design=design,
        versions=rows,
        used_by=tuple(sorted(used_by)),
    )


def _named_by_file(versions: Sequence[PublishedVersion]) -> Iterable[PublishedVersion]:
    """A file of several decisions is one thing: the decision that it is named after."""
    stems = {(one.file, one.key) for one in versions}
    for one in versions:
        stem = one.file.rsplit(".", 1)[0]
        if one.key == stem or (one.file, stem) not in stems:
            yield one


def _askers(tx: Transaction) -> dict[str, set[str]]:
    """Key of a decision → keys of the processes in force that ask it."""
    found: dict[str, set[str]] = {}
    for row in tx.current_definitions():
        for key in row.decisions:
            found.setdefault(key, set()).add(row.key)
    return found


def _users(tx: Transaction) -> dict[str, set[str]]:
    """Key of a form → keys of the processes in force that have an element with it."""
    found: dict[str, set[str]] = {}
    for row in tx.current_definitions():
        content = tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
        for element in read_drawing(check_xml(content, file=row.file).root, file=row.file).elements:
            if key := element.cx.get("form"):
                found.setdefault(key, set()).add(row.key)
    return found
