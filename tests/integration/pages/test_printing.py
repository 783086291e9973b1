"""Pages for paper: what stands on them, who sees them, and that each printing is on record."""

from __future__ import annotations

from uuid import UUID

from engine.commands import tasks
from engine.core import Engine
from engine.model.step import InstanceId, TaskId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, register, task_of


def printed(engine: Engine, case_id: InstanceId) -> list[tuple[str, str]]:
    """(who, what) of each printing of this case, in order."""
    with engine.reading("system") as tx:
        rows = tx.raw.execute(
            "SELECT actor, b.body::jsonb ->> 'what' FROM access_log a JOIN access_log_body b USING (shard, seq)"
            " WHERE event = 'case.print' AND b.body::jsonb ->> 'case' = %s ORDER BY b.body",
            (str(case_id),),
        ).fetchall()
    return [(str(who), str(what)) for who, what in rows]


def issue(engine: Engine, case_id: InstanceId) -> None:
    task = TaskId(UUID(task_of(engine, case_id).removeprefix("/task/")))
    tasks.complete(engine, task, INSPECTOR, {"confirm": True, "opinion": "请按期整改。"})


def test_a_case_is_printed_whole_with_its_drawing_record_and_reader(
    engine: Engine, inspector: Browser, case_id: InstanceId
) -> None:
    issue(engine, case_id)

    inspector.open(f"/case/{case_id}/print")

    assert "用户041 u041" in inspector.text("svg.wm text")
    assert "2026-03-02 09:00" in inspector.text("svg.wm text")
    for part in ("事项信息", "流程图", "流程各环节", "各环节填报", "办理记录"):
        assert part in inspector.text("main"), part
    assert "问题事实" in inspector.text("main")
    assert inspector.find("svg.own path.path")
    assert inspector.find("svg.own rect.here")
    assert inspector.find("nav") == []
    assert printed(engine, case_id) == [("u041", "case")]


def test_the_kept_address_of_a_notice_leads_to_the_official_paper(
    engine: Engine, inspector: Browser, leader: Browser, case_id: InstanceId
) -> None:
    inspector.open(f"/case/{case_id}/notice", status=404)
    issue(engine, case_id)

    leader.open(f"/case/{case_id}/notice")

    assert leader.address.startswith("/document/")
    assert "整改通知单" in leader.text("h1")
    text = leader.text("main")
    for part in ("ZG-532503ZF-2026-", "WT-532503GA-2026-", "抽查近一个月值班备勤记录"):
        assert part in text, part
    paper = leader.address
    leader.open(f"/case/{case_id}")
    assert paper in leader.links(".acts a")


def test_hostile_names_are_text_on_paper(engine: Engine, inspector: Browser) -> None:
    case_id = register(engine, title='<img src=x onerror="alert(1)"><b>标题</b>')
    issue(engine, case_id)

    for page in ("print", "notice"):
        inspector.open(f"/case/{case_id}/{page}")
        assert inspector.find("main img") == []
        assert "<b>标题</b>" in inspector.text("main")


def test_who_may_not_see_the_case_prints_nothing_and_leaves_no_trace(
    engine: Engine, outsider: Browser, case_id: InstanceId
) -> None:
    for page in ("print", "notice"):
        outsider.open(f"/case/{case_id}/{page}", status=404)

    assert printed(engine, case_id) == []
