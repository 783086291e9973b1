"""Each row of the table is true: what runs tells its story four ways, what is refused is refused."""

from __future__ import annotations

from functools import cache

import pytest

from engine.errors import DefinitionRejected
from engine.lint import lint_bundle
from engine.workflow import CompiledDefinition, check_xml, compile_definition, validate_bpmn
from tests.elements.page import PAGE, page
from tests.elements.rows import ROWS
from tests.elements.story import WAYS, play
from tests.elements.table import MODELS, Row

RUNNING = [row for row in ROWS if row.runs]
REFUSED = [row for row in ROWS if not row.runs]


def _name(row: Row) -> str:
    return row.id


@cache
def _compiled(row_id: str) -> CompiledDefinition:
    row = next(row for row in ROWS if row.id == row_id)
    return compile_definition({row.file.name: row.file.read_bytes()}, row.key)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("row", RUNNING, ids=_name)
def test_what_runs_tells_its_story(row, way):
    player = play(row, _compiled(row.id), way)

    if player.case is None:
        assert " > failed " in row.story[0]
        return
    assert player.case.data == {**player.case.data, **row.data}
    assert [f"{kind} {name}" for kind, name in player.case.thrown] == list(row.thrown)
    if row.order:
        completed = [entry.split()[1] for entry in player.case.trail if entry.startswith("completed ")]
        assert " ".join(completed) == row.order


@pytest.mark.parametrize("row", REFUSED, ids=_name)
def test_what_is_refused_names_its_place_and_the_remedy(row):
    with pytest.raises(DefinitionRejected) as rejected:
        compile_definition({row.file.name: row.file.read_bytes()}, row.key)

    refusal = row.refusal
    told = [p for p in rejected.value.problems if p.rule == refusal.rule and refusal.at in {"", p.element_id}]
    assert any(refusal.zh in p.zh and refusal.en in p.en for p in told), rejected.value.problems


#: A file without a process that runs is refused by the deployment as a whole; to the lint it is a picture.
PICTURES = {row.id for row in REFUSED if row.refusal.rule == "ELEM-01"}


@pytest.mark.parametrize("row", [row for row in REFUSED if row.id not in PICTURES], ids=_name)
def test_what_is_refused_is_found_before_it_is_published(row):
    found = lint_bundle(
        {row.file.name: row.file.read_bytes()},
        known_forms=(), known_processes=(), known_decisions=(), deploying=True,
    )  # fmt: skip

    assert any(problem.severity == "error" for problem in found)


@pytest.mark.parametrize("row", RUNNING, ids=_name)
def test_a_model_that_runs_follows_the_standard_and_has_a_diagram(row):
    parsed = check_xml(row.file.read_bytes(), file=row.file.name)
    shown = {shape.get("bpmnElement") for shape in parsed.root.iter("{*}BPMNShape")}

    assert validate_bpmn(parsed) == []
    assert {node.get("id") for node in parsed.root.iter("{*}userTask", "{*}startEvent", "{*}boundaryEvent")} <= shown


def test_the_page_is_up_to_date():
    assert PAGE.read_text("utf-8") == page(), "make elements"


def test_a_row_stands_once_and_says_all_of_itself_in_both_languages():
    ids = [row.id for row in ROWS]
    assert sorted(set(ids)) == sorted(ids)
    assert {(row.id, lines) for row in ROWS for lines in (row.zh, row.en) if not lines} == set()
    assert [row.id for row in ROWS if row.runs != bool(row.story)] == []


def test_the_models_on_disk_are_those_of_the_table():
    assert {path.name for path in MODELS.glob("*.bpmn")} == {row.file.name for row in ROWS}
    assert [row.id for row in ROWS if row.file.read_bytes() != row.model] == [], "make elements"
