"""What pages tell of migrations: the history of a case, the impact of a new version, an address without versions."""

from __future__ import annotations

from engine.commands import designs, migrations
from engine.commands.deployments import propose
from engine.core import Engine
from engine.model.step import InstanceId, PersonId
from tests.integration.api.conftest import shipped
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, SignIn, register


def renamed(engine: Engine, number: int) -> None:
    """S1 with another id for the step at which a registered problem stands."""
    changed = shipped("S1_RECTIFY.bpmn").replace(b"S1_T2", f"S1_T2_{number}".encode())
    # The form keeps its key: only the step has another id.
    changed = changed.replace(f'cx:form="S1_T2_{number}"'.encode(), b'cx:form="S1_T2"')
    propose(engine, "system", {"S1_RECTIFY.bpmn": changed}, auto_confirm=True)


def test_the_history_of_a_case_tells_the_migration_and_names_the_steps_of_before(
    engine: Engine, sign_in: SignIn, case_id: InstanceId
) -> None:
    from tests.integration.resilience.moving import node_map

    with engine.reading("system") as tx:
        old = tx.instance(case_id).definition_id
    renamed(engine, 2)
    with engine.reading("system") as tx:
        new = tx.current_definition("S1_RECTIFY")
    assert new is not None
    here = next(node for node in node_map(engine, old, old) if node.startswith("S1_T2"))
    run = migrations.propose(
        engine,
        INSPECTOR,
        from_id=old,
        to_id=new.id,
        node_map=node_map(engine, old, new.id, **{here: "S1_T2_2"}),
        note="编号统一",
        chosen=[case_id],
    )
    migrations.confirm(engine, INSPECTOR, run.id, alone=True)
    migrations.work_off(engine, run.id)

    shown = sign_in(INSPECTOR).open(f"/case/{case_id}").text()

    assert "迁移到新版本" in shown
    assert "任务、期限和草稿不变" in shown


def test_whoever_publishes_reads_which_cases_a_change_touches(engine: Engine, analyst: Browser) -> None:
    register(engine)
    with engine.reading("system") as tx:
        current = tx.current_definition("S1_RECTIFY")
        assert current is not None
        content = tx.bundle_files(current.deployment_id, kind="bpmn")[current.file]
    design = designs.begin_from(engine, PersonId("u901"), current.id)
    changed = content.replace("下发整改通知单".encode(), "下发整改通知".encode())
    assert changed != content
    designs.save(engine, PersonId("u901"), design, changed, rev=1)

    shown = analyst.open(f"/design/publish/{design}").text()

    assert "“下发整改通知”有修改" in shown
    assert "件停在此处；发布后可在“迁移”中转到新版本。" in shown


def test_an_address_that_names_no_versions_finds_nothing(operator: Browser) -> None:
    assert "没有找到" in operator.open("/migrations/map?from=nonsense&to=nonsense", status=404).text()
