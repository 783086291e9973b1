"""Two mechanisms by hand, on a desk screen and on a phone: a study from its plan to the filed minutes, a round of
inspection from its plan to the bulletin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.clerk import Clerk
from tests.e2e.live import Service, working
from tests.e2e.person import Person

pytestmark = pytest.mark.browser
SATURDAY = 5
Somebody = Callable[..., Person]

TOPIC = "窗口服务作风问题专题研究"
SITUATION = "今年以来，本单位纪律作风总体平稳，但个别窗口仍有着装不规范、离岗不报告、一次性告知不到位的情况。" * 5
BASIS = "一月上旬抽查服务窗口三次，发现一名工作人员两次未按规定着装，已当场提醒并记录在案。"
DECIDED = "增设窗口引导岗，每周通报一次。"
FACT = "抽查上午值班情况，值班室应到两人，实际在岗一人，交接登记缺少带班领导签字，已当场说明。"
NAME = "值班登记.txt"
DENIED = "抽查公务用车登记，发现一月五日派车单没有用车事由，驾驶人说明当日为下乡接访，未当场出示材料。"


@pytest.fixture(scope="module")
def service(rehearsal_folder: Path) -> Iterator[Service]:
    """The rehearsal with the two mechanisms, none of which begins by itself in January."""
    with working(rehearsal_folder, mechanisms="P02 P05 P05B P05C") as started:
        yield started


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    found = tmp_path / NAME
    found.write_text("值班登记：应到九人，实到八人。\n", encoding="utf-8")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The people of a unit, and its inspector above."""

    officer: str
    direct: str
    head: str
    main: str
    inspector: str
    department: str


COURT = Unit(officer="u297", direct="u294", head="u296", main="u293", inspector="u041", department="综合业务科")
PROSECUTION = Unit(officer="u303", direct="u300", head="u302", main="u299", inspector="u041", department="综合业务科")
#: Two committees, each with four units of which one is drawn: inspector, who approves, who issues the bulletin.
MENGZI, MILE = ("u041", "u036", "u035"), ("u317", "u312", "u311")
#: Their leaders directly responsible.
DIRECT = {
    **{"532503-FY": "u294", "532503-GA": "u097", "532503-JC": "u300", "532503-SF": "u306"},
    **{"532504-FY": "u322", "532504-GA": "u334", "532504-JC": "u328", "532504-SF": "u340"},
}


def plan_and_hear(person: Person, unit: Unit, meeting: str) -> None:
    """From the plan to the last of those who hear opinions."""
    person.sign_in(unit.officer)
    person.begin("推进机制")
    person.type("增开理由", "新出现突出问题，增开一次研究。")
    person.submit("已")
    person.work_on("制定专题研究方案")
    person.type("研究主题", TOPIC)
    person.date("拟召开日期", typed(meeting))
    person.tick("本系统")
    person.submit()
    person.sign_out()
    for who in (unit.direct, unit.head):
        person.sign_in(who)
        person.work_on("谈心谈话与征求意见")
        person.choose("方式", "座谈")
        person.type("听取意见人数", "12")
        person.type("意见内容", "窗口排队时间较长，建议增设引导岗。")
        person.choose("类别", "形象不好")
        person.submit()
        person.sign_out()


def file_and_check(person: Person, unit: Unit, paper: Path) -> None:
    person.sign_in(unit.officer)
    person.work_on("会议纪要报备")
    for text in (DECIDED, BASIS, SITUATION):  # nothing of what was typed at full speed is lost
        expect(person.page.locator("main")).to_contain_text(text)
    person.attach("会议纪要", paper)
    person.submit()
    person.sign_out()
    person.sign_in(unit.inspector)
    person.take("备案审核")
    person.tick("合格")
    person.submit()
    person.sign_out()


def hold_meeting(person: Person, unit: Unit, paper: Path, day: str) -> None:
    person.sign_in(unit.main)
    person.work_on("召开专题研究会")
    person.date("会议日期", typed(day))
    person.type("应到人数", "9")
    person.type("实到人数", "8")
    person.attach("会议记录", paper)
    person.type("议定内容", DECIDED)
    person.choose("责任部门", unit.department)
    person.date("完成时限", "2026/6/30")
    person.submit()


@pytest.mark.parametrize(("width", "unit"), [(1440, COURT), (390, PROSECUTION)])
def test_a_study_is_planned_held_and_filed_by_hand(
    somebody: Somebody, service: Service, paper: Path, width: int, unit: Unit
) -> None:
    person = somebody(width=width)
    days = working_days(service)
    meeting = days[7]
    plan_and_hear(person, unit, meeting)
    person.sign_in(unit.officer)
    person.work_on("形势分析与问题梳理")
    person.type("形势分析", SITUATION)
    person.type("问题名称", "窗口着装不规范")
    person.choose("类别", "形象不好")
    person.choose("问题性质", "作风细节")
    person.choose("涉及范围", "个人")
    person.choose("责任部门", unit.department)
    person.type("责任岗位", "窗口岗")
    person.type("问题事实与依据", BASIS)
    person.submit()
    person.sign_out()
    service.go_to(meeting)
    hold_meeting(person, unit, paper, meeting)
    person.sign_out()
    file_and_check(person, unit, paper)


def working_days(service: Service) -> list[str]:
    """Today, or the next day, and the days after it, without weekends: "2026-01-05"."""
    days = (date.fromisoformat(service.today()) + timedelta(days=n) for n in range(1, 30))
    found = [day.isoformat() for day in days if day.weekday() < SATURDAY]
    service.go_to(found[0])
    return found


def typed(day: str) -> str:
    """As people type a day: "2026/1/5"."""
    return day.replace("-0", "-").replace("-", "/")


def order_round(person: Person, inspector: str, approver: str, first: str, last: str) -> None:
    """Ordered by hand, planned, approved; the seal is on it until the team stands at the door."""
    person.sign_in(inspector)
    person.begin("监督机制")
    person.type("督查名称", "春节前值班备勤督查")
    person.choose("督查方式", "经常")
    person.date("督查开始", typed(first))
    person.date("督查结束", typed(last))
    person.submit("已")
    person.take("拟定督查方案")
    expect(person.field("每组人数")).to_have_value("2")
    person.tick("值班备勤")
    person.tick("公务接待与经费")
    person.type("督查方法和要求", "查看值班表和交接登记，随机抽问值守人员。")
    person.submit()
    person.sign_out()
    person.sign_in(approver)
    person.work_on("审批")
    person.tick("同意")
    person.submit()
    person.sign_out()


def visit(person: Person, clerk: Clerk, inspector: str, picture: Path, day: str) -> tuple[str, str]:
    """Somebody of the team records what was found. Unit and head of the team."""
    (draw,) = [one for one in clerk.ask("GET", "/draws", inspector)["items"] if one["state"] == "drawn"]
    (unit,) = draw["drawn"]
    team, homes = draw["teams"][unit]["team"], draw["teams"][unit]["pool"]
    member = team[0]
    person.sign_in(member)
    person.take("现场督查记录")
    person.date("到场时间", typed(day))
    person.time("时刻", "09:30")
    person.type("应在岗人数", "12")
    person.type("实际在岗人数", "11")
    person.choose("督查内容", "值班备勤")
    person.type("责任部门或岗位", "值班室")
    person.type("事实", FACT)
    person.attach("现场佐证", picture)
    person.page.get_by_role("button", name="添加一行").click()
    person.choose("督查内容", "公务接待与经费", 1)
    person.type("事实", DENIED, 1)
    person.submit()
    person.sign_out()
    return unit, next((one for one in team if homes[one] == f"{unit[:6]}-ZF"), member)


def answer(person: Person, leader: str) -> None:
    """The unit sees what was found with its evidence, admits the one and denies the other."""
    person.sign_in(leader)
    person.work_on("情况确认与说明")
    expect(person.field("督查组记录的事实")).to_have_value(FACT)
    expect(person.page.locator("#files").get_by_role("link", name=f"问题1佐证-{NAME}")).to_be_visible()
    person.tick("属实")
    person.type("情况说明", "带班领导外出开会，未及时补签。")
    person.page.get_by_label("不属实").nth(1).check()
    person.type("情况说明", "当日公务用车有派车单，随附材料可以核对。", 1)
    person.submit()
    person.sign_out()


def determine(person: Person, lead: str) -> None:
    """The head of the team answers both; the one is kept, the other dropped."""
    person.sign_in(lead)
    person.work_on("问题认定")
    person.tick("予以认定")
    person.type("对说明的答复", "以现场交接登记为据。")
    person.choose("问题性质", "制度不落实")
    person.tick("部门")
    person.page.get_by_label("不予认定").nth(1).check()
    person.type("对说明的答复", "经核对派车单，说明成立。", 1)
    person.submit()
    person.sign_out()


def issue_bulletin(person: Person, main: str) -> None:
    person.sign_in(main)
    person.work_on("督查通报")
    person.type("通报标题", "关于春节前值班备勤督查情况的通报")
    person.tick("本级")
    person.type("通报内容", "本次督查发现交接登记不完整问题一件，已下发整改通知单，请各单位对照自查，立行立改。")
    person.submit()
    person.sign_out()


@pytest.mark.parametrize(("width", "committee"), [(1440, MENGZI), (390, MILE)])
def test_a_round_is_planned_drawn_answered_and_made_known_by_hand(
    somebody: Somebody, service: Service, clerk: Clerk, paper: Path, width: int, committee: tuple[str, str, str]
) -> None:
    inspector, approver, main = committee
    person = somebody(width=width)
    days = working_days(service)
    order_round(person, inspector, approver, days[0], days[5])
    service.go_to(days[1])  # past the anchor of the next full hour
    unit, lead = visit(person, clerk, inspector, paper, days[1])
    answer(person, DIRECT[unit])
    determine(person, lead)
    issue_bulletin(person, main)
