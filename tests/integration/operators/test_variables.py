"""An operator reads and mends one variable: by a reason, written down, never what a protected step has written."""

from __future__ import annotations

import json

import pytest

from engine.commands import variables
from engine.commands.case_step import SYSTEM
from engine.errors import InputRejected, NotFound, Refused
from engine.model.moves import MovedOn, VariableLocked
from engine.store.record import StepRecord
from tests.integration.operators.conftest import WHY, Work
from tests.integration.resilience.office import INSPECTOR, OPERATOR


def test_who_reads_a_value_says_why_and_the_log_keeps_the_reason_and_no_value(work: Work) -> None:
    assert variables.reveal(work.engine, OPERATOR, work.case, "note", "核对取值") == "done PREPARE"

    with work.engine.transaction(SYSTEM) as tx:
        rows = tx.raw.execute(
            "SELECT b.body FROM access_log a JOIN access_log_body b USING (shard, seq) WHERE a.event = %s",
            ("variable.reveal",),
        ).fetchall()
    (body,) = [json.loads(row[0]) for row in rows]
    assert body == {"instance": str(work.case), "name": "note", "reason": "核对取值"}
    with pytest.raises(InputRejected):
        variables.reveal(work.engine, OPERATOR, work.case, "note", " ")
    for name, error in (("unit", VariableLocked), ("nothing", NotFound)):
        with pytest.raises(error):
            variables.reveal(work.engine, OPERATOR, work.case, name, "核对取值")


def test_an_edited_variable_counts_in_every_branch_and_the_history_names_it_without_value(work: Work) -> None:
    rev = work.row.rev

    assert variables.edit(work.engine, OPERATOR, work.case, "note", "mended", rev=rev, reason=WHY) == rev + 1

    assert work.row.variables["note"] == "mended"
    assert work.facts("variable_edited") == [{"name": "note", "reason": WHY}]
    with pytest.raises(MovedOn):
        variables.edit(work.engine, OPERATOR, work.case, "note", "again", rev=rev, reason=WHY)
    with pytest.raises(InputRejected):
        variables.edit(work.engine, OPERATOR, work.case, "slip", 1, rev=rev + 1, reason=WHY)
    with pytest.raises(InputRejected):
        variables.edit(work.engine, OPERATOR, work.case, "note", "x" * 40_000, rev=rev + 1, reason=WHY)


def test_what_a_protected_step_wrote_and_whose_case_it_is_are_never_edited(work: Work) -> None:
    work.do("COMPARE", "REVIEW", "CONSULT", "ANSWER")
    for name in ("reply", "unit", "issuer"):
        with pytest.raises(VariableLocked) as locked:
            variables.edit(work.engine, OPERATOR, work.case, name, "other", rev=work.row.rev, reason=WHY)
        assert locked.value.facts["name"] == name
    assert work.row.variables["reply"] == "done ANSWER"


def test_nobody_else_reads_or_edits_and_nobody_in_a_sealed_case(work: Work) -> None:
    with pytest.raises(Refused):
        variables.reveal(work.engine, INSPECTOR, work.case, "note", "核对")
    with pytest.raises(Refused):
        variables.edit(work.engine, INSPECTOR, work.case, "note", 1, rev=work.row.rev, reason=WHY)
    with work.engine.transaction(SYSTEM) as tx:
        row = tx.lock_instance(work.case)
        tx.record(StepRecord(instance_id=work.case, rev=row.rev, at=tx.now, actor=SYSTEM, changes={"sealed": True}))
    with pytest.raises(NotFound):
        variables.reveal(work.engine, OPERATOR, work.case, "note", "核对")
    with pytest.raises(NotFound):
        variables.edit(work.engine, OPERATOR, work.case, "note", 1, rev=work.row.rev, reason=WHY)
