"""Scenes of the desk of the analysts."""

from __future__ import annotations

from dataclasses import replace

from engine.lint.kinds import KINDS
from tests.e2e.sample_parts import Parts
from webui.findings import DesignFinding
from webui.import_words import ImportLine, ImportReport, Outcome
from webui.pages import design_views as d
from webui.pages import views as v

HOSTILE = "<b>恶意</b>\u0022'&"
DRAFT = "0193f7a2-4c11-7d55-8a1e-0b7c2f6d9e40"


def scenes(parts: Parts) -> dict[str, object]:
    """By name: library, proposals, one proposal, publishing, revisions, comparison."""
    made = _Design(parts)
    return {
        "designs": made.library(),
        "design-decisions": made.things("dmn"),
        "design-forms": made.things("form"),
        "proposals": made.proposals(),
        "proposal": made.proposal(),
        "publish": made.publish(),
        "design-history": made.history(),
        "design-compare": made.compare(),
    }


class _Design:
    def __init__(self, parts: Parts) -> None:
        self.parts, self.say, self.at = parts, parts.say, parts.at
        entry = v.NavItem(key="design", href="/designs", current=True)
        self.frame = replace(parts.frame("design"), nav=(*parts.frame("").nav[:1], entry), clock=None)

    def tabs(self, current: str) -> tuple[d.DesignTab, ...]:
        return (
            d.DesignTab(key="library", href="/designs", current=current == "library"),
            d.DesignTab(key="decisions", href="/design-decisions", current=current == "decisions"),
            d.DesignTab(key="forms", href="/design-forms", current=current == "forms"),
            d.DesignTab(key="proposals", href="/proposals", current=current == "proposals", count=1),
        )

    def version(self, number: int, state: str, running: int) -> d.VersionLine:
        return d.VersionLine(
            version=number,
            state=state,  # type: ignore[arg-type]
            by=self.say("系统内置", "Built in") if number == 1 else self.say("用户901", "User 901"),
            at=self.at("11-02 10:00"),
            running=running,
            view_href="/designs",
            xml_href="/api/x",
            bundle_href="/api/y",
            compare_href="/design-compare" if state == "superseded" else "",
        )

    def draft(self, **changes: object) -> d.DraftBrief:
        made = d.DraftBrief(
            id=DRAFT,
            state="editing",
            by=self.say("用户901", "User 901"),
            at=self.at("12-01 08:52"),
            writer=self.say("用户902", "User 902"),
            mine=False,
            errors=0,
            warnings=2,
            refusal="",
            edit_href="/designs",
            publish_href="/publish",
            history_href="/design-history",
            proposal_href="",
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    def library(self) -> d.DesignsPage:
        say = self.say
        current = self.version(2, "current", 9)
        rectify = d.ProcessLine(
            key="S1_RECTIFY",
            name="整改闭环",
            current=current,
            draft=self.draft(),
            versions=(current, self.version(1, "superseded", 40)),
            called_by=("P02_PUSH", "P05_SUPERVISE"),
            forms=tuple(f"S1_T{number}" for number in range(11)),
            decisions=("D1_SEVERITY",),
            running=49,
        )
        refused = self.draft(
            writer="", errors=3, refusal=say("时限没有依据，请补充文件名称和条款。", "The limit has no basis: name it.")
        )
        return d.DesignsPage(
            frame=self.frame,
            tabs=self.tabs("library"),
            processes=(
                rectify,
                replace(rectify, key="S2_LADDER", name="升级阶梯", draft=None, begin_id=DRAFT, called_by=()),
                replace(
                    rectify,
                    key="P11_CHECK",
                    name=HOSTILE if self.parts.language == "zh" else "<b>hostile</b>\"'&",
                    current=None,
                    versions=(),
                    draft=refused,
                    running=0,
                    forms=(),
                    decisions=(),
                    called_by=(),
                ),
                replace(
                    rectify,
                    key="S4_APPROVE",
                    name="审批",
                    draft=self.draft(state="proposed", proposal_href="/proposal"),
                ),
            ),
            form=self.form("key", say("流程标识", "Process key"), "/design/new"),
            upload=self.form("file", say("流程文件（.bpmn）", "Process file (.bpmn)"), "/design/import", kind="file"),
        )

    def things(self, kind: d.Kind) -> d.ThingsPage:
        say, is_form = self.say, kind == "form"
        current = d.PublishedLine(
            version=2,
            state="current",
            by=say("用户901", "User 901"),
            at=self.at("11-02 10:00"),
            view_href="/decision",
        )
        first = d.ThingLine(
            key="S1_T4" if is_form else "D1_SEVERITY",
            name=say("签收与制定措施", "Accept and plan") if is_form else say("问题定级定限", "Severity and limits"),
            current=current,
            draft=self.draft(),
            versions=(current, replace(current, version=1, state="superseded", by=say("系统内置", "Built in"))),
            used_by=("S1_RECTIFY",),
        )
        hostile = HOSTILE if self.parts.language == "zh" else "<b>hostile</b>\"'&"
        begun = self.draft(writer="", errors=2)
        return d.ThingsPage(
            frame=self.frame,
            tabs=self.tabs("forms" if is_form else "decisions"),
            kind=kind,
            things=(
                first,
                replace(first, key="OTHER", draft=None, begin_id=DRAFT, versions=(current,), used_by=()),
                replace(first, key="NEW", name=hostile, current=None, versions=(), draft=begun, used_by=()),
            ),
            form=self.form("key", say("标识", "Key"), "/design/new"),
            upload=self.form("file", say("文件", "File"), "/design/import", kind="file"),
        )

    def form(self, key: str, label: str, url: str, *, kind: str = "text") -> v.FormView:
        field = v.FieldView(kind=kind, key=key, label=label, required=True, max_length=500)  # type: ignore[arg-type]
        return v.FormView(key=key, schema={}, fields=(field,), values={}, post_url=url, idempotency_key="k")

    def line(self, **changes: object) -> d.ProposalLine:
        made = d.ProposalLine(
            href="/proposal",
            what="整改闭环",
            key="S1_RECTIFY",
            version=3,
            state="proposed",
            by=self.say("用户901", "User 901"),
            at=self.at("12-01 08:58"),
            own=False,
            view_href="/designs",
            note=self.say("核验时限放宽到 7 个工作日。", "Seven working days to verify."),
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    def proposals(self) -> d.ProposalsPage:
        decided = {"decided_by": self.say("用户902", "User 902"), "decided_at": self.at("11-02 11:00")}
        return d.ProposalsPage(
            frame=self.frame,
            tabs=self.tabs("proposals"),
            waiting=(self.line(), self.line(own=True, note="")),
            decided=(
                self.line(state="current", version=2, **decided),
                self.line(state="refused", version=1, **decided),
            ),
        )

    def findings(self) -> tuple[DesignFinding, ...]:
        say = self.say
        return (
            DesignFinding(
                element_id="S1_T7",
                element_name=say("核验", "Verify"),
                rule="CX-04",
                kind="people",
                kind_name=say(KINDS["people"].zh, KINDS["people"].en),
                severity="warning",
                message=say("“核验”没有表单，提交即办结，不作校验。", '"Verify" has no form.'),
                remedy=say("如需填报，请选择表单。", "Choose a form."),
                file="S1_RECTIFY.bpmn",
                path=(),
                column=0,
            ),
        )

    def comparison(self) -> d.Comparison:
        say = self.say
        changed = d.ChangeLine(
            id="S1_T7",
            name=say("核验", "Verify"),
            kind=say("用户任务", "user task"),
            change="changed",
            words=(
                say(
                    "时限由“任务生成后 5 个工作日”改为“任务生成后 7 个工作日”",
                    'limit changed from "5 working days" to "7 working days"',
                ),
            ),
        )
        return d.Comparison(
            old=d.Side(label="v2", xml_url="/api/v1/designs/a/xml"),
            new=d.Side(label="v3", xml_url="/api/v1/designs/b/xml"),
            summary=say(
                "新增 1 处，删除 1 处，修改 1 处，仅移动 1 处。", "1 added, 1 removed, 1 changed, 1 moved only."
            ),
            changes=(
                changed,
                replace(changed, id="A", change="added", words=(say("新增用户任务", "user task added"),)),
                replace(changed, id="B", change="removed", words=(say("删除用户任务", "user task removed"),)),
                replace(changed, id="C", change="moved", words=(say("只调整了图上位置", "moved on the drawing only"),)),
            ),
            differences_url="",  # the drawings themselves are compared then
            href="/design-compare",
        )

    def impact(self) -> tuple[str, ...]:
        say = self.say
        return (
            say("40 件在办留在 v1 上办结，不受影响。", "40 running cases stay on v1 to their end, untouched."),
            say("经另一名分析员确认后，新登记的事项按 v3 办理。", "Once confirmed, new cases follow v3."),
        )

    def proposal(self) -> d.ProposalPage:
        return d.ProposalPage(
            frame=self.frame,
            line=self.line(),
            reason="",
            impact=self.impact(),
            findings=self.findings(),
            imported=ImportReport(mapped=0, without_effect=0, impossible=0, lines=()),
            comparison=self.comparison(),
            confirm_href="/design/proposal/x/confirm",
            form=self.form("reason", self.say("退回理由", "Reason"), "/design/proposal/x/refuse", kind="area"),
        )

    def publish(self) -> d.PublishPage:
        return d.PublishPage(
            frame=self.frame,
            kind="bpmn",
            key="S1_RECTIFY",
            name="整改闭环",
            rev=12,
            next_version=3,
            impact=self.impact(),
            findings=self.findings(),
            imported=self.imported(),
            comparison=self.comparison(),
            edit_href="/designs",
            form=self.form("note", self.say("修改说明", "What has changed"), "/design/publish/x", kind="area"),
        )

    def imported(self) -> ImportReport:
        became = self.say("camunda:formKey 对应为：cx:form", "camunda:formKey became: cx:form")
        lost = self.say("监听器无法对应", "a listener cannot be mapped")
        lines = (self.import_line("mapped", became), self.import_line("impossible", lost))
        return ImportReport(mapped=1, without_effect=0, impossible=1, lines=lines)

    def import_line(self, outcome: Outcome, message: str) -> ImportLine:
        name = self.say("审定整改方案", "Approve the plan")
        return ImportLine(file="a.bpmn", element_id="S1_T5", element_name=name, outcome=outcome, message=message)

    def history(self) -> d.HistoryPage:
        newest = d.RevisionLine(
            rev=4,
            by=self.say("用户901", "User 901"),
            at=self.at("12-01 08:52"),
            size_bytes=61_440,
            current=True,
            beside=None,
            xml_href="/api/r",
            compare_href="",
        )
        older = replace(newest, rev=2, current=False, compare_href="/design-history?with=2")
        return d.HistoryPage(
            frame=self.frame,
            kind="bpmn",
            key="S1_RECTIFY",
            name="整改闭环",
            state="editing",
            lines=(newest, replace(older, rev=3, beside=2), older),
            current=4,
            restore="/design/history/x",
            edit_href="/designs",
            compared=self.comparison(),
            compared_rev=2,
        )

    def compare(self) -> d.ComparePage:
        return d.ComparePage(frame=self.frame, comparison=self.comparison())
