"""Sample pages for paper: the case of the mock and its notice of rectification."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.workflow.drawing import read_drawing
from tests.e2e.sample_cases import Cases
from webui.pages import views as v
from webui.pages.drawing import picture
from webui.pages.print_views import CasePrintPage, NoticePrintPage, Sheet

DRAWING = Path(__file__).parents[2] / "processes" / "S1_RECTIFY.bpmn"


class Prints(Cases):
    """What a reader prints."""

    def sheet(self) -> Sheet:
        return Sheet(by=self.say("用户041 u041", "User 041 u041"), at=self.at("12-01 09:02"), back_href="/case/c1")

    def print_case(self) -> CasePrintPage:
        case = self.case()
        assert case.diagram is not None
        held = {"S1_T5": (self.say("用户101 · 逾期 2", "User 101 · 2 late"), True)}
        title = self.say("流程图：整改闭环；当前：实施整改", "Drawing: rectification loop; now: carry out the measures")
        drawn = read_drawing(DRAWING.read_bytes(), file=DRAWING.name)
        return CasePrintPage(
            frame=replace(case.frame, theme="light", clock=None),
            sheet=self.sheet(),
            case=case,
            picture=picture(drawn, title=title, visits=case.diagram.visits, held=held),
        )

    def print_notice(self) -> NoticePrintPage:
        say, case = self.say, self.case()
        return NoticePrintPage(
            frame=replace(case.frame, theme="light", clock=None),
            sheet=self.sheet(),
            number="ZG-532503ZF-2026-0012",
            problem_no=case.business_no,
            title=case.title,
            to_unit=case.unit,
            issuer=say("中共蒙自市委政法委员会", "Mengzi Political-Legal Committee"),
            signed_by=say("用户041", "User 041"),
            sent_on=date(2026, 10, 26),
            delivered_at=self.at("10-27 09:10"),
            problem=(
                v.Fact(label="问题", text=case.title),
                v.Fact(label="责任部门", text=case.department),
                v.Fact(label="定级", text=say("C 较重", "C serious")),
            ),
            facts_text=say("抽查发现未执行首问登记。", "First contacts were not registered."),
            limits=(
                v.Fact(label="签收与制定措施", text=say("送达后 2 个工作日内", "within 2 working days of delivery")),
                v.Fact(label="整改期限", text="2026-12-11", strong=True),
            ),
            received_by=say("用户098", "User 098"),
        )
