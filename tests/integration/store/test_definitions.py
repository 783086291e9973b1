"""A bundle waits for its second person, replaces what was in force, and keeps every byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from engine.errors import NotFound
from engine.model.step import DefinitionId
from engine.store.database import Database
from engine.store.definitions import NewDefinition, NewFile, NewForm

BPMN = NewFile(name="S1_RECTIFY.bpmn", kind="bpmn", content=b"<definitions/>\r\n\xe6")
FORM = NewFile(name="S1_T5.json", kind="form", content=b'{"id":"S1_T5"}')


def propose(
    database: Database, *, builtin: bool = False, files: tuple[NewFile, ...] = (BPMN, FORM)
) -> tuple[UUID, DefinitionId]:
    deployment_id, definition_id = uuid4(), DefinitionId(uuid4())
    with database.transaction(actor="u901") as tx:
        definition = NewDefinition(
            id=definition_id, key="S1_RECTIFY", name="整改闭环", file=BPMN.name, start_messages=("msg.start",)
        )
        forms = [NewForm(id=uuid4(), key="S1_T5", file=FORM.name)] if FORM in files else []
        tx.add_deployment(deployment_id, files=files, definitions=[definition], forms=forms, builtin=builtin)
    return deployment_id, definition_id


def confirm(database: Database, deployment_id: UUID) -> None:
    with database.transaction(actor="u902") as tx:
        assert tx.deployment(deployment_id, lock=True).state == "proposed"
        tx.confirm_deployment(deployment_id)


def test_a_proposed_bundle_is_not_in_force_until_it_is_confirmed(database: Database) -> None:
    deployment_id, definition_id = propose(database)
    with database.reading(actor="system") as tx:
        assert tx.current_definition("S1_RECTIFY") is None
        assert tx.current_form("S1_T5") is None
        assert tx.started_by_message("msg.start") is None
    confirm(database, deployment_id)
    with database.reading(actor="system") as tx:
        current = tx.current_definition("S1_RECTIFY")
        assert current is not None
        assert (current.id, current.version, current.start_messages) == (definition_id, 1, ["msg.start"])
        assert tx.deployment(deployment_id).decided_by == "u902"
        assert tx.started_by_message("msg.start") == definition_id
        assert (tx.current_process_keys(), tx.current_form_keys()) == ({"S1_RECTIFY"}, {"S1_T5"})


def test_a_file_comes_back_byte_for_byte(database: Database) -> None:
    deployment_id, definition_id = propose(database)
    with database.reading(actor="system") as tx:
        assert tx.bundle_files(deployment_id) == {BPMN.name: BPMN.content, FORM.name: FORM.content}
        assert tx.bundle_files(deployment_id, kind="bpmn") == {BPMN.name: BPMN.content}
        assert [d.id for d in tx.definitions_of(deployment_id)] == [definition_id]


def test_a_new_version_replaces_the_old_one_which_stays_readable_with_its_own_form(database: Database) -> None:
    first, old = propose(database)
    confirm(database, first)
    second, new = propose(database)
    confirm(database, second)
    with database.reading(actor="system") as tx:
        assert (tx.definition(old).state, tx.definition(new).state) == ("superseded", "current")
        assert tx.definition(new).version == 2
        (form_of_old,) = tx.forms_of(tx.definition(old), ["S1_T5"])
        (form_of_new,) = tx.forms_of(tx.definition(new), ["S1_T5"])
        assert (form_of_old.version, form_of_new.version) == (1, 2)
        assert tx.form_version(form_of_old.id) == form_of_old


def test_a_bundle_without_its_form_uses_the_newest_one_before_it(database: Database) -> None:
    first, _ = propose(database)
    confirm(database, first)
    second, new = propose(database, files=(BPMN,))
    confirm(database, second)
    with database.reading(actor="system") as tx:
        assert [form.version for form in tx.forms_of(tx.definition(new), ["S1_T5", "NONE"])] == [1]


def test_a_version_published_after_the_clock_was_set_back_finds_the_first_form(database: Database) -> None:
    for _ in range(2):
        earlier, _definition = propose(database)
        confirm(database, earlier)
    later, new = propose(database, files=(BPMN,))
    confirm(database, later)
    with database.reading(actor="system") as tx:
        definition = replace(tx.definition(new), created_at=datetime(2000, 1, 1, tzinfo=UTC))

        assert [form.version for form in tx.forms_of(definition, ["S1_T5"])] == [1]


def test_a_refused_bundle_changes_nothing(database: Database) -> None:
    first, definition_id = propose(database)
    with database.transaction(actor="u902") as tx:
        tx.refuse_deployment(first, "时限无依据")
    with database.reading(actor="system") as tx:
        assert tx.definition(definition_id).state == "refused"
        assert tx.current_definition("S1_RECTIFY") is None


def test_what_an_analyst_published_is_told_from_what_is_shipped(database: Database) -> None:
    shipped, _ = propose(database, builtin=True)
    confirm(database, shipped)
    with database.reading(actor="system") as tx:
        assert tx.keys_of_analysts() == frozenset()
        assert tx.deployed_files(builtin=True) == {BPMN.name: BPMN.content, FORM.name: FORM.content}
        assert tx.deployed_files(builtin=False) == {}
    own, _ = propose(database, files=(BPMN,))
    confirm(database, own)
    with database.reading(actor="system") as tx:
        assert tx.keys_of_analysts() == {"S1_RECTIFY"}


def test_what_was_never_published_is_not_found(database: Database) -> None:
    with database.reading(actor="system") as tx:
        for ask in (tx.definition, tx.form_version, tx.deployment):
            with pytest.raises(NotFound):
                ask(uuid4())  # type: ignore[operator]
