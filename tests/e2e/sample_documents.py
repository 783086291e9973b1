"""Sample pages of official papers: each form of paper on its sheet, the register, making one void."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.documents.kinds.cards import yellow_card
from engine.documents.kinds.pushing import meeting_minutes
from engine.documents.paper import Annex, Chart, Paper, Para, Signatures, chart
from engine.documents.registry import TEMPLATES
from tests.e2e.sample_steering import Steering
from tests.unit.documents.given import a_full_material
from webui.pages import case_parts as cp
from webui.pages import document_views as dv
from webui.pages import views as v
from webui.pages.card_views import CardFilterView
from webui.pages.paper_charts import chart_picture
from webui.pages.print_views import Sheet

_HASH = "926c73e4c82c324765ba71c6dd35b258068b18cbd5f0fc65c1ad18be51c59e7d"


def _report() -> Paper:
    """Charts of both kinds, a table, an annex, signatures: everything that a paper may have."""
    material = a_full_material()
    bars = chart(
        "各机制完成率", ("领导", "推进", "培训"), {"完成率": (100, 92.5, None)}, form="bar", unit="%", highest=100
    )
    lines = chart("问题发现与办结", ("7月", "8月", "9月"), {"发现": (3, 5, 2), "办结": (2, None, 3)}, form="line")
    paper = TEMPLATES["half_year_report"].build(material)
    signs = Signatures(lines=(("承诺人", "", ""),))
    annex = Annex(mark="附件", title="未完成义务清单")
    body = (*paper.body, bars, replace(lines, note="数据截至12月1日。"), signs, annex, Para(text="无。"))
    return replace(paper, body=body, annexes=("未完成义务清单",))


class Documents(Steering):
    """公文."""

    def paper(self, paper: Paper, name: str, *, state: cp.DocumentState = "signed") -> dv.DocumentPrintPage:
        say = self.say
        words = {"made": say("已生成", "Drawn up"), "signed": say("已签署", "Signed"), "void": say("作废", "Void")}
        signature = dv.SignatureLine(
            name=self.say("张某某", "Zhang"), on_behalf_of="", at=self.at("12-01 09:02"), sha256=_HASH
        )
        return dv.DocumentPrintPage(
            frame=replace(self.frame(), theme="light", clock=None),
            sheet=Sheet(by=say("用户041 u041", "User 041 u041"), at=self.at("12-01 09:02"), back_href="/case/c1"),
            paper=paper,
            charts=tuple(chart_picture(one) if isinstance(one, Chart) else None for one in paper.body),
            name=name,
            number=paper.number,
            state=state,
            state_word=words[state],
            sha256=_HASH,
            signatures=(signature,) if state == "signed" else (),
            file_href="/api/v1/documents/d1/file",
            void_note=say("本件已于 11-30 作废：事实有误。", "Made void on 11-30: the facts were wrong.")
            if state == "void"
            else "",
            void_href="/document/d1/void" if state != "void" else "",
        )

    def document_line(self, number: int, state: cp.DocumentState) -> cp.DocumentLineView:
        words = {"made": ("已生成", "Drawn up"), "signed": ("已签署", "Signed"), "void": ("作废", "Void")}
        return cp.DocumentLineView(
            href=f"/document/d{number}",
            number=f"蒙政法整〔2026〕{number}号",
            name=self.say("整改通知单", "Rectification notice"),
            title="整改通知单",
            sender=self.say("蒙自市委政法委", "Mengzi PLC"),
            subject="",
            on=date(2026, 11, 20),
            state=state,
            state_word=self.say(*words[state]),
            signed_by=self.say("张某某", "Zhang") if state == "signed" else "",
            file_href=f"/api/v1/documents/d{number}/file",
        )

    def register(self) -> dv.RegisterPage:
        kind = v.Option(value="整", label=self.say("整", "Rectification"))
        return dv.RegisterPage(
            frame=self.supervisor_frame("cards"),
            filters=(CardFilterView(name="kind", label=self.say("发文类别", "Series"), options=(kind,)),),
            rows=(self.document_line(3, "made"), self.document_line(2, "void"), self.document_line(1, "signed")),
            next_href="/documents?after=x",
        )

    def void(self, *, may: bool = True) -> dv.VoidPage:
        reason = v.FieldView(
            kind="area", key="reason", label=self.say("作废理由", "Reason"), required=True, max_length=500
        )
        form = v.FormView(key="void", schema={}, fields=(reason,), post_url="/document/d1/void")
        return dv.VoidPage(
            frame=self.frame(),
            title="整改通知单",
            number="蒙政法整〔2026〕2号",
            form=form if may else None,
            back_href="/document/d1",
        )

    def document_scenes(self) -> dict[str, object]:
        material, say = a_full_material(), self.say
        card, minutes = yellow_card(material), meeting_minutes(material)
        empty = replace(self.register(), rows=(), next_href="")
        return {
            "print-document-report": self.paper(_report(), say("半年专题报告", "Half-year report")),
            "print-document-card": self.paper(card, say("黄牌督办单", "Yellow card"), state="made"),
            "print-document-void": self.paper(minutes, say("会议纪要", "Minutes of the meeting"), state="void"),
            "documents": self.register(),
            "documents-empty": empty,
            "documents-filtered": replace(empty, clear_href="/documents"),
            "void-form": self.void(),
            "void-refused": self.void(may=False),
        }
