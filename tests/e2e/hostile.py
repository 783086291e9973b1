"""A prefecture whose names, labels, titles, files and reasons are hostile, for the walk over every page."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from html import escape
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import select

from engine.commands import (
    attachments,
    cards,
    clock,
    designs,
    extensions,
    incidents,
    instances,
    migrations,
    obligations,
    recusals,
    retries,
    standstill,
    tasks,
    urging,
)
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import propose
from engine.commands.organization import declare_absence, request_role
from engine.commands.saved_views import save_view
from engine.core import Engine
from engine.errors import StepFailed
from engine.model.clock import SHANGHAI
from engine.model.draw import SEED_BYTES, Lot, commitment, draw, pool_of
from engine.model.history import GENESIS
from engine.model.organization import Absence, RoleGrant
from engine.model.owed import Debtor, term_of
from engine.model.step import DefinitionId, InstanceId, PersonId, TaskId
from engine.queries.definitions import definitions
from engine.store import tables as t
from engine.store.draws import DrawResult, DrawRow, DrawSecret
from engine.store.incidents import NewIncident
from tests.integration.pages.conftest import INSPECTOR, LEADER, OWNER, UNIT, register
from tests.integration.resilience.moving import node_map

#: What a browser would run or show as something else, where a page took it for HTML.
IMAGE = "<img src=x onerror=cxRan=1>"
SCRIPT = "\"'><script>cxRan=2</script>"
BRACES = "{{7*7}}${7*7}<%=7*7%>"
LONG = "W" * 60
TURNED = "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea"  # right to left by its own letters
EVIL = f"{IMAGE}{SCRIPT}{BRACES}{TURNED}{LONG}"
FILE = "<img src=x onerror=cxRan=4>{{7*7}}.txt"
YELLOW = 2
OPERATOR, ANALYST, SECOND, ADMIN = PersonId("u907"), PersonId("u901"), PersonId("u902"), PersonId("u903")


def drawing(key: str) -> bytes:
    """One task and a script that fails; every name and text is hostile."""
    evil = escape(f"{IMAGE}{SCRIPT}{BRACES}{LONG}", quote=True)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:cx="urn:changxiao:bpmn:1"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:changxiao:test" id="{key}_D">
<bpmn:process id="{key}" name="{evil}" cx:name-en="{evil}" isExecutable="true">
<bpmn:startEvent id="BEGIN" name="{evil}"><bpmn:documentation>{evil}</bpmn:documentation></bpmn:startEvent>
<bpmn:userTask id="ASK" name="{evil}" cx:name-en="{evil}"
 cx:form="HOSTILE" cx:assign="self:role:officer" cx:ladder="none">
<bpmn:documentation>EN: {evil} {evil}</bpmn:documentation></bpmn:userTask>
<bpmn:scriptTask id="FAIL" name="{evil}"><bpmn:script>raise ValueError(words)</bpmn:script></bpmn:scriptTask>
<bpmn:endEvent id="END" name="{evil}"/>
<bpmn:sequenceFlow id="F1" sourceRef="BEGIN" targetRef="ASK" name="{evil}"/>
<bpmn:sequenceFlow id="F2" sourceRef="ASK" targetRef="FAIL"/>
<bpmn:sequenceFlow id="F3" sourceRef="FAIL" targetRef="END"/>
</bpmn:process>
<bpmndi:BPMNDiagram id="DIA"><bpmndi:BPMNPlane id="PLANE" bpmnElement="{key}">
<bpmndi:BPMNShape id="S1" bpmnElement="BEGIN"><dc:Bounds x="100" y="100" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="S2" bpmnElement="ASK"><dc:Bounds x="200" y="80" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="S3" bpmnElement="FAIL"><dc:Bounds x="360" y="80" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="S4" bpmnElement="END"><dc:Bounds x="520" y="100" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="E1" bpmnElement="F1"><di:waypoint x="136" y="118"/><di:waypoint x="200" y="118"/></bpmndi:BPMNEdge>
<bpmndi:BPMNEdge id="E2" bpmnElement="F2"><di:waypoint x="300" y="118"/><di:waypoint x="360" y="118"/></bpmndi:BPMNEdge>
<bpmndi:BPMNEdge id="E3" bpmnElement="F3"><di:waypoint x="460" y="118"/><di:waypoint x="520" y="118"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>""".encode()


def form() -> bytes:
    """Its form: title, labels, description and choice are hostile."""
    evil = f"{IMAGE}\"'><script>cxRan=3</script>{BRACES}{LONG}"
    english = {"cx.label.en": evil}
    words = {
        "id": "words", "type": "textarea", "key": "words", "label": evil, "description": evil,
        "properties": english | {"cx.process": True}, "validate": {"maxLength": 2000},
    }  # fmt: skip
    pick = {"id": "pick", "type": "select", "key": "pick", "label": evil, "properties": english}
    head = {"id": "HOSTILE", "type": "default", "schemaVersion": 19}
    titles = {"cx.title": evil, "cx.title.en": evil}
    parts = [words, pick | {"values": [{"label": evil, "value": "a"}]}]
    return json.dumps(head | {"properties": titles, "components": parts}).encode()


def furnish(engine: Engine, admin_url: str) -> tuple[str, ...]:
    """Make it hostile; answers addresses to which no page leads by a link."""
    _rename(admin_url)
    propose(engine, ANALYST, {"HOSTILE.bpmn": drawing("HOSTILE"), "HOSTILE.json": form()}, auto_confirm=True)
    first = register(engine, title=IMAGE + BRACES)
    _deliver(engine, first)
    late = register(engine, title=SCRIPT[:40])
    _deliver(engine, late)
    failing = instances.start(engine, "HOSTILE", OWNER, {}).instance_id
    _fail(engine, failing)
    card = _object(engine, late)
    clock.advance(engine, "system", to=datetime(2026, 4, 20, 10, tzinfo=SHANGHAI))
    waiting = register(engine, title=f"{IMAGE}{LONG}"[:60])
    _deliver(engine, waiting)
    extensions.request(engine, OWNER, _task(engine, waiting), 1, EVIL)
    other = register(engine, title=f"{BRACES}{TURNED}")
    _deliver(engine, other)
    recusals.request(engine, OWNER, _task(engine, other), "R6", EVIL)
    third = register(engine, title=TURNED + IMAGE)
    _deliver(engine, third)
    attachments.add(engine, OWNER, FILE, "底稿".encode(), task_id=_task(engine, third))
    tasks.transfer(engine, _task(engine, third), OWNER, PersonId("u102"), EVIL)
    urging.urge(engine, INSPECTOR, _task(engine, third), EVIL)
    standstill.suspend(engine, INSPECTOR, waiting, EVIL)
    save_view(engine, OWNER, f"{IMAGE}"[:20], {"view": "todo"})
    _draw(engine, first)
    day = datetime(2026, 4, 27, tzinfo=SHANGHAI).date()
    declare_absence(engine, OWNER, Absence(person=OWNER, kind="请假", first_day=day, last_day=day), reason=EVIL)
    design = designs.begin_blank(engine, ANALYST, key="HOSTILE_TWO", name=f"{IMAGE}{SCRIPT}"[:50])
    decision = designs.begin_blank(engine, ANALYST, kind="dmn", key="HOSTILE_D", name=f"{IMAGE}{SCRIPT}"[:50])
    written = designs.begin_import(engine, ANALYST, "HOSTILE.json", form())
    propose(engine, SECOND, {"HOSTILE_B.bpmn": drawing("HOSTILE_B"), "HOSTILE.json": form()}, note=EVIL)
    plan, issued = _task(engine, first), _done(engine, first)
    return (
        *(f"/task/{plan}/{action}" for action in ("transfer", "return", "extend", "recuse")),
        f"/document/{_paper(engine, first)}/void",
        *(f"/task/{issued}/withdraw", f"/card/{card}/object", f"/inbox/transfer?task={plan}"),
        *(f"/design/bpmn/{design}", f"/design/view/{_definition(engine)}", f"/absence/{OWNER}"),
        *(f"/design/dmn/{decision}", f"/design/dmn/{decision}/table"),
        *(f"/design/form/{written}", f"/design/form/{written}/preview"),
        f"/design/compare?a={_definition(engine)}&b={_definition(engine, 'HOSTILE_B', 'proposed')}",
        f"/instance/{failing}",
        f"/incidents/retries/{_break(engine)}",
        *_migration(engine),
        *_owed(engine),
        *(f"/urge/{act}?task={plan}" for act in ("urge", "reassign")),
        *_administration(engine),
    )


def _administration(engine: Engine) -> tuple[str, ...]:
    """A role that waits, with its page for saying no; changes that lists of two do not lead to."""
    begins = datetime(2026, 5, 4, tzinfo=SHANGHAI).date()
    grant = RoleGrant(person="u102", role="inspector", unit=UNIT, valid_from=begins)
    asked = request_role(engine, ADMIN, grant, reason=EVIL)
    here = f"/organization/{UNIT}"
    return (
        *(f"{here}{more}" for more in ("", "/appoint", "/change", "/department", "/close")),
        f"{here}/end?person={LEADER}&code=LEAD_DIRECT",
        *(f"/users/{OWNER}{more}" for more in ("", "/grant", "/move", "/lock", "/unlock", "/password")),
        f"/users/{OWNER}/roles/end?role=officer&unit={UNIT}",
        f"/role-requests/{asked}/refuse",
    )


def _paper(engine: Engine, case: InstanceId) -> UUID:
    """The notice of a problem that was issued."""
    with engine.reading("system") as tx:
        return tx.documents_of(case)[0].id


def _owed(engine: Engine) -> tuple[str, str]:
    """Something that UNIT owes by a rule with a hostile name, and the form with which its superior waives it."""
    named = {"zh": f"{IMAGE}{BRACES}"[:90], "en": f"{IMAGE}{BRACES}"[:90]}
    rule = obligations.change_rule(engine, PersonId("u903"), "O05", named, reason=EVIL)
    owed = uuid4()
    with engine.transaction("system") as tx:
        reference = engine.reference(tx)
        term = term_of(rule, "2026H1", reference.calendar, reference.params)
        tx.generate_obligations(term, [(owed, Debtor(unit=UNIT))])
    return f"/obligations/{owed}", f"/obligations/{owed}/waive"


def _draw(engine: Engine, case: InstanceId) -> None:
    """Of one unit, out of a pool of one."""
    seed, lots = bytes(SEED_BYTES), [Lot(code="532503-GA", weight=Decimal(1))]
    with engine.transaction(SYSTEM) as tx:
        row = DrawRow(
            id=uuid4(),
            kind="units",
            unit="532503-ZF",
            slot=EVIL[:40],
            attempt=1,
            instance_id=case,
            commitment=commitment(seed, lots),
            committed_at=tx.now,
            committed_by=INSPECTOR,
        )
        secret = DrawSecret(draw_id=row.id, seed=seed, pool=pool_of(lots), size=1)
        tx.add_draw(row, secret)
        tx.add_result(secret, DrawResult(drawn=draw(lots, 1, seed=seed, root=GENESIS), teams={}), None)


def _rename(admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        connection.execute("UPDATE unit SET name = %s, short_name = %s WHERE code = %s", (EVIL, IMAGE, UNIT))
        connection.execute("UPDATE person SET name = %s WHERE id = %s", (IMAGE + BRACES, OWNER))
        connection.execute("UPDATE department SET name = %s WHERE unit = %s", (SCRIPT + LONG, UNIT))


def _task(engine: Engine, case: InstanceId) -> TaskId:
    with engine.reading("system") as tx:
        (task,) = tx.open_tasks(case)
    return task.id


def _definition(engine: Engine, key: str = "HOSTILE", state: str = "current") -> DefinitionId:
    return definitions(engine, ANALYST, key=key, state=state)[0].id


def _done(engine: Engine, case: InstanceId) -> TaskId:
    """The task of the leader, which is done and not yet followed up."""
    with engine.reading("system") as tx:
        mine = (t.user_task.c.instance_id == case) & (t.user_task.c.node_id == "S1_T3")
        return TaskId(tx.connection.execute(select(t.user_task.c.id).where(mine)).scalar_one())


def _deliver(engine: Engine, case: InstanceId) -> None:
    """To the owner, who has to make a plan."""
    tasks.complete(engine, _task(engine, case), INSPECTOR, {"confirm": True, "opinion": EVIL[:200]})
    tasks.open_task(engine, _task(engine, case), LEADER)
    named = {"owner_decision": "指定", "owner_dept": f"{UNIT}-03", "owner": OWNER, "owner_post": "<b>内勤</b>"}
    tasks.complete(engine, _task(engine, case), LEADER, named)


def _fail(engine: Engine, case: InstanceId) -> None:
    task = _task(engine, case)
    tasks.claim(engine, task, OWNER)
    try:
        tasks.complete(engine, task, OWNER, {"words": EVIL})
    except StepFailed:
        return
    raise AssertionError("the script should have failed")


def _object(engine: Engine, case: InstanceId) -> str:
    """Wait for the first yellow card and object to it; answers its number."""
    for day in range(5, 31):
        clock.advance(engine, "system", to=datetime(2026, 3, day, 10, tzinfo=SHANGHAI))
        with engine.reading("system") as tx:
            found = [card.no for card in tx.cards_of_task(_task(engine, case)) if card.level == YELLOW]
        if found:
            cards.object_to_card(engine, LEADER, found[0], EVIL)
            return str(found[0])
    raise AssertionError("the ladder should have issued a yellow card")


def _migration(engine: Engine) -> tuple[str, str]:
    """Of the case that failed, to another version of the same drawing: the map, and the run that waits."""
    old = _definition(engine)
    propose(engine, ANALYST, {"HOSTILE.bpmn": drawing("HOSTILE"), "HOSTILE.json": form()}, auto_confirm=True)
    new = _definition(engine)
    run = migrations.propose(engine, OPERATOR, from_id=old, to_id=new, node_map=node_map(engine, old, new), note=EVIL)
    return f"/migrations/map?from={old}&to={new}", f"/migrations/{run.id}"


def _break(engine: Engine) -> UUID:
    with engine.transaction("system") as tx:
        made = [
            tx.open_incident(
                NewIncident(
                    id=uuid4(), kind="timer", code=IMAGE, message=EVIL, key="HOSTILE", node_id=f"{IMAGE}{number}",
                    details={"cause": "script", "error": IMAGE, "line": 1},
                )
            )
            for number in range(3)
        ]  # fmt: skip
    incidents.note(engine, OPERATOR, made[0], EVIL)
    return retries.begin(engine, OPERATOR, made[1:]).id
