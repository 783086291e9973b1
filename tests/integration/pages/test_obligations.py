"""义务清单, 义务矩阵, one unit and the rules as pages: what is owed is seen by those who owe it and those above."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from engine.commands import nightly, tasks
from engine.commands.case_step import SYSTEM
from engine.commands.cases import begin_case, finish
from engine.core import Engine
from engine.model.case_titles import REPLY
from engine.model.step import PersonId
from engine.store import tables as t
from tests.integration.duties.test_obligations import proving
from tests.integration.duties.test_starts import publish
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import LEADER, UNIT, SignIn, register

ABOVE, TOP, STRANGER, ADMIN = "u036", "u001", "u201", "u903"


@pytest.fixture(scope="module", autouse=True)
def owed(engine: Engine) -> str:
    """Of the study of 2026H1 a county has held some, one unit is late; answers the id of what UNIT owes of it."""
    publish(engine, proving("P02_PUSH", "obligation=O05,evidence=meeting"))
    publish(engine, proving("P06_EDUCATE", "obligation=O19,evidence=lecture,owner=var(leader)"))
    nightly.begin(engine, since=date(2025, 1, 1))
    table = t.obligation.c
    study = (table.code == "O05") & (table.period == "2026H1")
    with engine.transaction(SYSTEM) as tx:
        held = {"done_on": date(2026, 3, 2), "dated_on": date(2026, 3, 2), "met": ["meeting", "accepted"]}
        others = table.unit.startswith("532503-") & (table.unit != UNIT)
        tx.connection.execute(update(t.obligation).where(study, others).values(**held))
        late = update(t.obligation).where(study, table.unit == "532504-GA").values(due_on=date(2026, 2, 27))
        tx.connection.execute(late)
        found = tx.connection.execute(select(table.id).where(study, table.unit == UNIT)).scalar_one()
    return str(found)


def test_an_officer_begins_with_what_the_own_unit_has_still_to_do(owner: Browser) -> None:
    owner.open("/obligations")

    assert "蒙自市公安局" in owner.text(".head")
    names = owner.texts("table.duties tbody th.c-t")
    assert any("半年专题研究" in name for name in names)
    assert not owner.find("#c-region")
    assert [tab for tab in owner.texts("nav.tabs a") if tab.startswith("未完成")] == [f"未完成 {len(names)}"]
    people = owner.texts("tr.grp th")
    assert people[0].startswith("用户101")
    assert len(people) > 1


def test_what_is_due_can_be_listed_by_day_and_narrowed_and_taken_as_a_file(owner: Browser) -> None:
    owner.open("/obligations?by=day&code=O19")
    assert owner.find("tr.grp") == []
    assert {name.split(" ")[0] for name in owner.texts("th.c-t a")} == {"领导干部专题党课"}

    owner.open("/obligations?code=O19&state=lapsed")
    assert "没有符合筛选的义务。" in owner.text()
    assert owner.client.get("/obligations?code=O99").status_code == 404
    assert owner.client.get("/obligations?period=2026X9").status_code == 422

    file = owner.client.get("/obligations?code=O19&view=all&format=csv").get_data(as_text=True)
    assert file.count("领导干部专题党课") == len(owner.open("/obligations?code=O19&view=all").find("th.c-t"))


def test_nobody_beside_or_below_sees_what_a_unit_owes(sign_in: SignIn, owner: Browser, owed: str) -> None:
    beside = sign_in(STRANGER)

    assert beside.client.get(f"/obligations/{owed}").status_code == 404
    assert beside.client.get(f"/obligations/{owed}/waive").status_code == 404
    assert beside.client.get(f"/units/{UNIT}").status_code == 404
    beside.open(f"/obligations?unit={UNIT}&view=all")
    assert beside.find("th.c-t") == []
    assert owner.client.get("/units/532503-ZF").status_code == 404
    assert owner.client.get("/obligations/matrix").status_code == 403


def test_a_duty_tells_its_rule_its_day_its_needs_and_who_may_waive_it(owner: Browser, owed: str) -> None:
    owner.open(f"/obligations/{owed}")

    page = owner.text()
    assert "本半年最后一个工作日" in page
    assert "06-30" in page
    assert owner.texts("ul.needs li") == ["未满足召开会议", "未满足上级审核合格"]
    assert "确需免除的，由中共蒙自市委政法委员会分管领导写明理由后免除。" in page
    assert owner.links("nav.nav a")[1] == "/obligations"
    owner.open(f"/obligations/{owed}/waive")
    assert owner.find("textarea") == []


def test_a_duty_leads_to_the_case_under_way_and_then_to_what_shows_it(sign_in: SignIn, engine: Engine) -> None:
    table, unit, period = t.obligation.c, "532525-GA", "2026H1"
    with engine.transaction(SYSTEM) as tx:
        study = (table.code == "O05") & (table.period == period) & (table.unit == unit)
        owed = str(tx.connection.execute(select(table.id).where(study)).scalar_one())
        current = tx.current_definition("P02_PUSH")
        assert current is not None
        begun = begin_case(
            engine, tx, engine.definition(tx, current.id), by=SYSTEM, unit=unit, timer="S",
            variables={"unit": unit, "period": period}, business_key=f"P02:{unit}:{period}",
        )  # fmt: skip
        finish(begun)
    with engine.reading(SYSTEM) as tx:
        (task,) = tx.open_tasks(begun.instance_id)
    worker = PersonId(task.assignee or "")
    browser, case = sign_in(worker), f"/case/{begun.instance_id}"

    browser.open(f"/obligations/{owed}")
    assert case in browser.links("main a")
    assert browser.texts("ul.vlist b") == ["办理"]

    tasks.complete(engine, task.id, worker, {})
    browser.open(f"/obligations/{owed}")
    assert browser.texts("ul.needs li")[0].startswith("已满足召开会议")
    assert browser.links("table.facts a") == [case]
    assert "登记依据：召开会议" in browser.text("ol.tl")


def test_a_leader_above_waives_with_a_reason_and_only_once(sign_in: SignIn, engine: Engine) -> None:
    table = t.obligation.c
    with engine.reading(SYSTEM) as tx:
        query = select(table.id).where(table.code == "O19", table.person == LEADER, table.period == "2026")
        lecture = str(tx.connection.execute(query).scalar_one())
    above = sign_in(ABOVE)
    here = f"/obligations/{lecture}/waive"

    above.open(here).send(here, {"reason": "  "}, status=422)
    assert "请写明免除理由。" in above.text()
    above.send(here, {"reason": "借调一年，见红政法干〔2026〕8号"})
    assert "已免除，在统计中单列。" in above.text()
    assert "借调一年，见红政法干〔2026〕8号" in above.text()

    above.open(here)
    assert "本项义务免除，不能免除。" in above.text()
    assert above.find("textarea") == []


def test_the_matrix_shows_done_of_owed_by_region_and_leads_down_to_the_list(sign_in: SignIn) -> None:
    top = sign_in(TOP)
    top.open("/obligations/matrix?period=2026H1")

    assert len(top.find("table.mx tbody tr")) == 14
    row = next(r for r in top.find("table.mx tbody tr") if "蒙自市" in r.text_content())
    assert "4/5" in [b.text_content() for b in row.xpath(".//b")]
    late = next(r for r in top.find("table.mx tbody tr") if "弥勒市" in r.text_content())
    (red,) = [cell for cell in late.xpath(".//td[contains(@class, 'x-red')]") if "sum" not in cell.get("class")]
    top.open(red.xpath(".//a")[0].get("href"))
    assert top.texts("th.c-t a") == ["半年专题研究"]

    top.open("/obligations/matrix?period=2026H1&region=532504")
    assert "/units/532504-GA" in top.links("table.mx tbody th a")
    assert len(top.find("table.mx tbody tr")) == 5
    top.open("/obligations/matrix?period=2026H1&rows=type&mechanism=P02")
    assert top.texts("table.mx tbody th") == ["法院", "公安", "检察院", "司法行政", "党委政法委"]

    file = top.client.get("/obligations/matrix?period=2026H1&mechanism=P02&format=csv").get_data(as_text=True)
    assert "弥勒市,O05,半年专题研究,二 推进机制,5,0,0,4,0,1,0" in file


def test_a_supervisor_of_one_county_sees_that_county_alone(inspector: Browser) -> None:
    inspector.open("/obligations/matrix?period=2026H1&rows=unit")

    assert {href.rpartition("/")[2][:6] for href in inspector.links("table.mx tbody th a")} == {"532503"}
    assert "总览" in inspector.texts("nav.desk a")


def test_the_page_of_a_unit_is_for_the_unit_itself_and_those_above(owner: Browser, inspector: Browser) -> None:
    for reader in (owner, inspector):
        reader.open(f"/units/{UNIT}")
        assert "蒙自市公安局" in reader.text("h1")
        assert "用户097" in reader.text(".posts")
        assert "近六个半年按期完成率" in reader.text()
        assert "领导机制" not in reader.text("table.mech")
        assert "二 推进机制" in reader.text("table.mech")


def test_the_line_above_the_inbox_tells_what_the_unit_owes_soon(sign_in: SignIn, engine: Engine) -> None:
    with engine.reading(SYSTEM) as tx:
        officers = engine.reference(tx).organization.members("officer", "532504-GA", date(2026, 3, 2))
    late = sign_in(officers[0])

    late.open("/inbox")
    soon, overdue = late.texts(".head p a")
    late.open("/obligations?view=soon")
    assert soon == f"本单位30日内到期义务 {len(late.find('th.c-t'))} 项"
    late.open("/obligations?view=late")
    assert overdue == f"逾期 {len(late.find('th.c-t'))} 项"
    assert set(late.texts("td.c-l .st")) == {"逾期"}


def test_rules_are_read_by_all_and_changed_by_an_administrator_who_has_seen_what_comes_of_it(
    sign_in: SignIn, owner: Browser
) -> None:
    owner.open("/obligations/rules")
    assert "各单位" in owner.text("table.rules")
    assert "未启用" in owner.text()
    assert owner.links("table.rules a") == []
    assert owner.client.get("/obligations/rules/O05").status_code == 403

    admin, here = sign_in(ADMIN), "/obligations/rules/O05"
    admin.open(here).send(here, {"do": "preview"}, status=422)
    assert "没有改动。请先修改再预览。" in admin.text()
    admin.send(here, {"due": "lastwd(hlaf)", "do": "preview"}, status=422)
    assert "无法识别" in admin.text()
    admin.send(here, {"due": "delivered+3wd", "do": "preview"}, status=422)
    assert "义务没有送达日" in admin.text()
    admin.send(here, {"due": "param(o01_list_wd)", "do": "preview"}, status=422)
    assert "期限算不出日期" in admin.text()
    admin.send(here, {"due": "lastwd(half)-5wd", "do": "preview", "reason": "红政法〔2026〕3号"})
    assert admin.texts("#preview tbody td")[:4] == ["2026-12-31", "2026-12-24", "70", "70"]
    admin.send(here, {"do": "save"})
    assert "规则已修改" in admin.text()
    assert "红政法〔2026〕3号" in admin.text("table.rules")


def test_duties_questions_and_titles_of_the_engine_are_english_for_who_chose_english(
    engine: Engine, inspector: Browser, owed: str
) -> None:
    register(engine, title=REPLY.written(unit="蒙自市公安局"))
    inspector.open("/me").send("/me", {"language": "en"})
    questions = inspector.open("/questions").links("ul.asks a")
    try:
        strays = {
            address: found
            for address in ("/obligations", f"/obligations/{owed}", "/obligations/matrix", *questions)
            if (found := chinese_on(inspector.open(address)))
        }
        inspector.open("/search?q=督查")
        assert "Reply to an inspection: Public security, Mengzi" in inspector.text()
    finally:
        inspector.open("/me").send("/me", {"language": "zh"})

    assert len(questions) > 10
    assert strays == {}


def chinese_on(browser: Browser) -> list[str]:
    """Chinese that an English page shows, but for names of people and what says that it is Chinese."""
    quiet = "ancestor::script or ancestor::style or ancestor::a[@class='logo'] or ancestor::*[@lang='zh-CN']"
    found = browser.page.xpath(f"//body//text()[not({quiet})]")
    told = (re.sub(r"用户\d+|中文", "", str(text)) for text in found)
    return [text.strip() for text in told if re.search(r"[\u4e00-\u9fff]", text)]
