"""Sample pages of a supervisor: 督办, the small forms of his acts, 牌卡 as a list and as a paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.e2e.sample_cases import Cases
from webui.pages import card_views as cv
from webui.pages import steering_views as sv
from webui.pages import views as v


class Steering(Cases):
    """What a supervisor does with cases of others."""

    def supervisor_frame(self, current: str) -> v.Frame:
        items = (
            v.NavItem(key="inbox", href="/inbox"),
            v.NavItem(key="urge", href="/urge", current=current == "urge", place="top"),
            v.NavItem(key="cards", href="/cards", current=current == "cards"),
            v.NavItem(key="me", href="/me", place="phone"),
        )
        return replace(self.frame(inspector=True), nav=items)

    def late(self, number: int, late: int, plate: v.Plate | None, *, can_act: bool = True) -> sv.LateRow:
        return sv.LateRow(
            task_id=f"t{number}",
            title=self.say("公务接待审批单要素不全", "Approval slips of receptions lack entries"),
            business_no=f"WT-532503GA-2026-000{number}",
            href=f"/case/c{number}",
            step="实施整改",
            unit=self.say("蒙自市公安局", "Mengzi PSB"),
            who=self.say("用户101", "User 101"),
            due=v.Due(light="red", on=date(2026, 11, 20), days_left=-late),
            plate=plate,
            can_act=can_act,
        )

    def urge(self) -> sv.UrgePage:
        unit = v.Option(value="532503-GA", label=self.say("蒙自市公安局", "Mengzi PSB"))
        return sv.UrgePage(
            frame=self.supervisor_frame("urge"),
            rows=(self.late(6, 7, "red"), self.late(7, 3, "yellow"), self.late(8, 1, None, can_act=False)),
            total=3,
            capped=False,
            units=(unit,),
            levels=(v.Option(value="red", label=self.say("红牌", "Red card")),),
            next_href="/urge?after=x",
            can_act=True,
        )

    def steered(self, *, refused: str = "", done: bool = False) -> sv.SteeringItem:
        row = self.late(6, 7, "red")
        return sv.SteeringItem(
            title=row.title,
            business_no=row.business_no,
            href=row.href,
            step=row.step,
            unit=row.unit,
            who=row.who,
            due=row.due,
            refused=refused,
            done=done,
        )

    def steer(self, act: sv.Act, *, error: str = "") -> sv.SteeringPage:
        reason = v.FieldView(kind="area", key="reason", label=self.say("理由", "Reason"), required=True, max_length=500)
        person = v.Option(value="u102", label=self.say("用户102", "User 102"))
        to = v.FieldView(kind="select", key="to", label=self.say("承办人", "To"), required=True, options=(person,))
        form = v.FormView(
            key=act,
            schema={},
            fields=(to, reason) if act == "reassign" else (reason,),
            errors={"reason": (error,)} if error else {},
            post_url=f"/urge/{act}?task=t6",
        )
        return sv.SteeringPage(
            frame=self.supervisor_frame("urge"),
            act=act,
            items=(self.steered(),),
            form=form,
            back_href="/case/c6",
            rule=self.say("理由记入办理记录。", "The history keeps the reason."),
        )

    def told(self) -> sv.SteeringPage:
        why = self.say("本环节今日已催办过。", "This step was urged today already.")
        items = (self.steered(done=True), self.steered(refused=why))
        return replace(self.steer("urge"), items=items, form=None, rule="", is_told=True)

    def line(self, number: int, plate: v.Plate, status: str, *, withdrawn: bool = False) -> cv.CardLine:
        return cv.CardLine(
            number=f"PK-532503GA-2026-000{number}",
            href=f"/card/PK-532503GA-2026-000{number}",
            plate=plate,
            title=self.say("公务接待审批单要素不全", "Approval slips of receptions lack entries"),
            unit=self.say("蒙自市公安局", "Mengzi PSB"),
            issued_on=date(2026, 11, 25),
            status=status,
            withdrawn=withdrawn,
            answer_by=date(2026, 11, 27) if status == "待答复" else None,
        )

    def cards_page(self) -> cv.CardsPage:
        half = v.Option(value="2026H2", label=self.say("2026 年下半年", "Second half of 2026"), selected=True)
        return cv.CardsPage(
            frame=self.supervisor_frame("cards"),
            filters=(cv.CardFilterView(name="half", label=self.say("半年度", "Half-year"), options=(half,)),),
            tallies=(
                cv.Tally(plate="urge", count=13),
                cv.Tally(plate="yellow", count=7),
                cv.Tally(plate="red", count=4),
                cv.Tally(plate="report", count=2),
                cv.Tally(plate="propose", count=1),
            ),
            withdrawn=1,
            rows=(
                self.line(7, "red", "已送达"),
                self.line(6, "yellow", "待答复"),
                self.line(5, "yellow", "已撤回", withdrawn=True),
            ),
            clear_href="/cards",
        )

    def card(self) -> cv.CardPage:
        say = self.say
        facts = (
            v.Fact(label=say("责任单位", "Unit"), text=say("蒙自市公安局", "Mengzi PSB")),
            v.Fact(label=say("签发依据", "Grounds"), text=say("逾期 3 个工作日", "3 working days late"), strong=True),
        )
        answered = v.FilledForm(
            title="书面说明", who=say("用户097", "User 097"), at=self.at("11-26 10:00"), facts=facts
        )
        objection = cv.ObjectionLine(
            who=say("用户097", "User 097"),
            at=self.at("11-26 10:05"),
            reason=say("已按期办结，登记有误。", "It was done in time; the entry is wrong."),
            decision="维持",
            decided_by=say("用户038", "User 038"),
            decided_at=self.at("11-27 16:00"),
            decision_reason=say("经核实未按期办结。", "It was found not to be done in time."),
        )
        return cv.CardPage(
            frame=self.supervisor_frame("cards"),
            number="PK-532503GA-2026-0006",
            plate="yellow",
            title=say("公务接待审批单要素不全", "Approval slips of receptions lack entries"),
            status="已答复",
            withdrawn=False,
            facts=facts,
            counts=say("已生效，自 11-27 起计入。", "Effective; counts from 11-27."),
            answer=answered,
            objections=(objection,),
            kin=(self.line(5, "yellow", "已撤回", withdrawn=True),),
            case_href="/case/c6",
        )

    def case_stopped(self) -> v.CasePage:
        actions = (v.Action(key="resume", href="/case/c1/resume"),)
        words = self.say(
            "已暂停：11-25 起，用户038决定，理由：等待外部机关意见。", "Suspended since 11-25 by decision of User 038."
        )
        return replace(self.case(), state="已中止", steer=actions, stopped=words, stopped_at=self.at("11-25 09:30"))

    def steering_scenes(self) -> dict[str, object]:
        """By name."""
        return {
            "urge": self.urge(),
            "urge-none": replace(self.urge(), rows=(), total=0, can_act=False, next_href=""),
            "steer-reassign": self.steer("reassign", error=self.say("请填写理由。", "Give a reason.")),
            "steer-told": self.told(),
            "cards": self.cards_page(),
            "card": self.card(),
            "case-stopped": self.case_stopped(),
        }
