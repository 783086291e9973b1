"""Sample pages for paper: the case of the mock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.workflow.drawing import read_drawing
from tests.e2e.sample_cases import Cases
from webui.pages.drawing import picture
from webui.pages.print_views import CasePrintPage, Sheet

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
