"""Drawings of one process in two versions, and cases on the first, for the tests of migrations."""

from __future__ import annotations

from collections.abc import Sequence

from engine.commands import migrations
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import propose
from engine.core import Engine
from engine.model.step import DefinitionId, InstanceId, PersonId
from engine.store.migration_runs import MigrationRow
from engine.workflow import places
from tests.integration.resilience.office import MODELS, OPERATOR, begin
from tests.unit.workflow.models import definitions, duration, process

KEY = "RES_MOVE"
SECOND = PersonId("u908")


def work(name: str, label: str, due: str = "") -> str:
    attributes = 'cx:form="RES_NOTE" cx:assign="self:role:officer" cx:ladder="none"'
    words = "EN: No ladder: a test measures something else. 测试用，不套用升级阶梯。"
    dated = f'cx:due="{due}" cx:remind="R3"' if due else ""
    named = f'id="{name}" name="{label}" cx:name-en="{name.title()}"'
    return (
        f"<bpmn:userTask {named} {attributes} {dated}><bpmn:documentation>{words}</bpmn:documentation></bpmn:userTask>"
    )


def timer(name: str, host: str, days: int) -> str:
    head = f'<bpmn:boundaryEvent id="{name}" name="{name}" attachedToRef="{host}" cancelActivity="false">'
    return f'{head}{duration(f"P{days}D")}</bpmn:boundaryEvent><bpmn:endEvent id="{name}_END"/>'


BEGIN, END = '<bpmn:startEvent id="BEGIN"/>', '<bpmn:endEvent id="END"/>'
NAMED = 'cx:name-en="Moving"'
#: 受理 with a reminder of its own, then 办理.
ONE = definitions(
    process(
        KEY, BEGIN, work("FIRST", "受理", "created+5wd"), timer("LATE", "FIRST", 15), work("SECOND", "办理"), END,
        flows="BEGIN>FIRST;FIRST>SECOND;SECOND>END;LATE>LATE_END", attributes=NAMED,
    )
)  # fmt: skip
#: 受理 is called 登记 and has another id, its reminder stays, a second one comes; between the two 审核 is put in.
TWO = definitions(
    process(
        KEY, BEGIN, work("ENTER", "登记", "created+5wd"), timer("LATE", "ENTER", 15), timer("LATER", "ENTER", 30),
        work("CHECK", "审核"), work("SECOND", "办理"), END,
        flows="BEGIN>ENTER;ENTER>CHECK;CHECK>SECOND;SECOND>END;LATE>LATE_END;LATER>LATER_END", attributes=NAMED,
    )
)  # fmt: skip
#: 办理 is gone: whoever stands on it cannot go.
SHORT = definitions(
    process(
        KEY, BEGIN, work("FIRST", "受理", "created+5wd"), timer("LATE", "FIRST", 15), END,
        flows="BEGIN>FIRST;FIRST>END;LATE>LATE_END", attributes=NAMED,
    )
)  # fmt: skip
RENAMED = {"FIRST": "ENTER"}


def publish(engine: Engine, drawing: bytes) -> DefinitionId:
    form = MODELS / "RES_NOTE.json"
    files = {f"{KEY}.bpmn": drawing, form.name: form.read_bytes()}
    return propose(engine, SYSTEM, files, auto_confirm=True).definitions[0].id


def cases(engine: Engine, count: int) -> Sequence[InstanceId]:
    return [begin(engine, KEY) for _ in range(count)]


def node_map(engine: Engine, old: DefinitionId, new: DefinitionId, **renamed: str) -> dict[str, str]:
    with engine.transaction(SYSTEM) as tx:
        sources, targets = (places(engine.definition(tx, found).compiled) for found in (old, new))
    wanted = {id_: renamed.get(id_, id_) for id_ in sources}
    return {id_: target for id_, target in wanted.items() if target in targets}


def proposed(
    engine: Engine, old: DefinitionId, new: DefinitionId, *, chosen: Sequence[InstanceId] | None = None,
    new_forms: bool = False, **renamed: str,
) -> MigrationRow:  # fmt: skip
    return migrations.propose(
        engine,
        OPERATOR,
        from_id=old,
        to_id=new,
        node_map=node_map(engine, old, new, **renamed),
        note="新版本增加审核",
        chosen=chosen,
        new_forms=new_forms,
    )


def migrated(
    engine: Engine, old: DefinitionId, new: DefinitionId, *, chosen: Sequence[InstanceId] | None = None, **renamed: str
) -> MigrationRow:
    """Proposed by one, confirmed by another, worked off."""
    run = migrations.confirm(engine, SECOND, proposed(engine, old, new, chosen=chosen, **renamed).id)
    migrations.work_off(engine, run.id)
    return run
