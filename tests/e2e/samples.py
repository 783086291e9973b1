"""Realistic pages for the templates: the scenes of the mocks, in Chinese and in English. Not data of the product."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from webui.pages import views as v
from webui.pages.fields import fields_of

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=ZONE)
DATA = Path(__file__).parent / "data"


class Samples:
    """All pages in one language; `say(zh, en)` chooses the text."""

    def __init__(self, language: v.Language = "zh", theme: v.Theme = "system") -> None:
        self.language: v.Language = language
        self.theme: v.Theme = theme

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def at(self, text: str) -> datetime:
        month_day, clock = text.split(" ")
        return datetime.fromisoformat(f"2026-{month_day}T{clock}").replace(tzinfo=ZONE)

    def frame(self, current: str = "inbox", *, inspector: bool = False) -> v.Frame:
        keys: tuple[v.NavItem, ...] = (
            v.NavItem(key="inbox", href="/inbox", current=current == "inbox"),
            v.NavItem(key="done", href="/inbox?view=done", place="phone"),
            v.NavItem(key="start", href="/start", current=current == "start"),
            v.NavItem(key="me", href="/me", current=current == "me", place="phone"),
        )
        return v.Frame(
            now=NOW,
            user=self.say("用户041", "User 041") if inspector else self.say("用户101", "User 101"),
            unit=self.say("蒙自市公安局", "Mengzi Public Security Bureau"),
            roles=("经办人",) if not inspector else ("督查员",),
            unread=3,
            nav=keys,
            clock=v.ClockBanner(mode="demo", now=NOW, next_deadline=self.at("12-01 23:59")),
            language=self.language,
            theme=self.theme,
            csrf_token="csrf",
            path="/inbox",
        )

    def anonymous(self) -> v.Frame:
        return v.Frame(now=NOW, language=self.language, theme=self.theme, csrf_token="csrf", path="/login")

    # --- inbox ------------------------------------------------------------------------------------------------------

    def row(self, task: str, light: v.Light, title: tuple[str, str], number: str, step: str, due: str, left: int | None, **more: object) -> v.InboxRow:  # noqa: E501
        on = date.fromisoformat(f"2026-{due}") if due else None
        values: dict[str, object] = {
            "task_id": task,
            "href": f"/task/{task}",
            "peek_href": f"/inbox?view=todo&task={task}",
            "due": v.Due(light=light, on=on, days_left=left, suspended=not due),
            "title": self.say(*title),
            "business_no": number,
            "step": step,
            "unit": self.say("蒙自市公安局", "Mengzi Public Security Bureau"),
            "mechanism": "整改",
        }
        return v.InboxRow(**(values | more))  # type: ignore[arg-type]

    def rows(self) -> tuple[v.InboxRow, ...]:
        return (
            self.row("t1", "red", ("公务接待审批单要素不全", "Reception approval forms incomplete"), "WT-532503GA-2026-0009", "实施整改", "11-20", -7, plate="red"),  # noqa: E501
            self.row("t2", "red", ("窗口叫号系统长期停用", "Queue system at the counter out of use"), "WT-532503GA-2026-0007", "单位审核", "11-25", -4, plate="yellow", selected=True),  # noqa: E501
            self.row("t3", "yellow", ("值班备勤交接登记不完整", "Shift handover log incomplete"), "WT-532503GA-2026-0011", "签收与制定措施", "12-01", 0, unread=True),  # noqa: E501
            self.row("t4", "yellow", ("窗口人员着装不规范", "Dress code not kept at the counter"), "WT-532503GA-2026-0012", "实施整改", "12-03", 2, marks=(v.Mark(term="立行立改"),)),  # noqa: E501
            self.row("t5", "green", ("会议考勤登记不规范", "Meeting attendance log irregular"), "WT-532503GA-2026-0010", "实施整改", "12-10", 7),  # noqa: E501
            self.row("t6", "green", ("窗口首问负责制落实不到位", "First-contact duty not carried out"), "WT-532503GA-2026-0008", "实施整改", "12-11", 8, marks=(v.Mark(term="已延期"),)),  # noqa: E501
            self.row("t7", "green", ("群众来电登记回复不及时", "Late answers to citizens' calls"), "WT-532503GA-2026-0013", "签收与制定措施", "12-15", 10, unread=True, marks=(v.Mark(term="新到", tone="on"),)),  # noqa: E501
            self.row("t8", "grey", ("车辆使用登记台账缺项", "Vehicle log with gaps"), "WT-532503GA-2026-0006", "实施整改", "", None),  # noqa: E501
        )

    def ladder(self) -> v.Ladder:
        say = self.say
        return v.Ladder(
            steps=(
                v.LadderStep(at=self.at("11-26 09:00"), plate="urge", status="sent", text=say("抄送分管领导", "copy to the leader in charge")),  # noqa: E501
                v.LadderStep(at=self.at("11-30 09:00"), plate="yellow", status="sent", number="HP-532503ZF-2026-0009", text=say("分管领导 12-02 前书面说明", "leader in charge explains in writing by 12-02")),  # noqa: E501
                v.LadderStep(at=self.at("12-03 09:00"), plate="red", status="next", text=say("12 个月内第 2 张，依 D2 规则 1 同日提出问责启动建议", "second within 12 months: by rule D2-1 a proposal of accountability follows the same day")),  # noqa: E501
                v.LadderStep(at=self.at("12-07 09:00"), plate="report", text=say("市委政法委分管领导答复", "answered by the committee's leader in charge")),  # noqa: E501
            ),
            before=date(2026, 12, 11),
            note=say("均为 09:00；今日提交则停止升级，已发黄牌保留。", "All at 09:00. Submitting today stops the ladder; cards already issued stay."),  # noqa: E501
        )

    def steps(self) -> tuple[v.Step, ...]:
        names = ("定级定限", "下发整改通知单", "指定整改责任人", "签收与制定措施", "实施整改", "单位审核", "核验", "反馈", "销号", "回头看")
        shorts = ("定级", "下发", "指定", "签收", "整改", "审核", "核验", "反馈", "销号", "回头看")
        return tuple(
            v.Step(
                name=name,
                short=short,
                status="done" if index < 3 else "now" if index == 3 else "todo",
                mine=index == 3,
                who=self.say("用户041", "User 041") if index < 3 else "",
                on=date(2026, 11, 26) if index < 3 else date(2026, 12, 17) if index == 4 else None,
            )
            for index, (name, short) in enumerate(zip(names, shorts, strict=True))
        )

    def basis(self) -> tuple[v.Fact, ...]:
        say = self.say
        return (
            v.Fact(label="规则", text=say("送达后 3 个工作日", "3 working days after delivery"), unconfirmed=True),
            v.Fact(label="起算", text=say("11-26 送达，11-27 为第 1 日", "delivered 11-26, day 1 is 11-27")),
            v.Fact(label="日历", text=say("扣周末 11-28、11-29", "without the weekend 11-28, 11-29")),
            v.Fact(label="到期", text=say("12-01（周二）23:59", "12-01 (Tue) 23:59"), strong=True),
        )

    def actions(self) -> tuple[v.Action, ...]:
        return (
            v.Action(key="open", href="/task/t3"),
            v.Action(key="transfer", href="/task/t3/transfer"),
            v.Action(key="return", href="/task/t3/return"),
            v.Action(key="extend", href="/task/t3/extend", refused=self.say("已申请过一次延期，不得再次申请", "An extension was asked for before; it may be asked for once")),  # noqa: E501
            v.Action(key="recuse", href="/task/t3/recuse"),
        )

    def inbox(self) -> v.InboxPage:
        rows = self.rows()
        views_: tuple[tuple[v.View, int], ...] = (("offered", 2), ("todo", 8), ("soon", 2), ("late", 2), ("done", 186), ("cc", 5))  # noqa: E501
        return v.InboxPage(
            frame=self.frame(),
            view="todo",
            tabs=tuple(v.Tab(view=name, href=f"/inbox?view={name}", count=n, current=name == "todo") for name, n in views_),
            filters=(
                v.Filter(name="mechanism", options=(v.Option(value="S1_RECTIFY", label="整改"),)),
                v.Filter(name="step", options=(v.Option(value="S1_T4", label="签收与制定措施"), v.Option(value="S1_T5", label="实施整改"))),  # noqa: E501
                v.Filter(name="level", options=(v.Option(value="yellow", label="黄牌"), v.Option(value="red", label="红牌"))),
            ),
            rows=rows,
            preview=v.Preview(
                row=rows[1],
                actions=self.actions(),
                facts=(
                    v.Fact(label="当前环节", text=self.say("单位审核", "Unit check")),
                    v.Fact(label="责任单位", text=self.say("蒙自市公安局 · 窗口服务科", "Mengzi PSB · Counter services")),
                    v.Fact(label="收到", text=self.say("11-23 14:20，由用户102 交来", "11-23 14:20, from User 102")),
                ),
                basis=self.basis(),
                ladder=self.ladder(),
                steps=self.steps(),
                links=(
                    v.Action(key="diagram", href="/case/c1#diagram"),
                    v.Action(key="history", href="/case/c1#history", count=6),
                    v.Action(key="files", href="/case/c1#files", count=3),
                ),
            ),
            total=8,
            counts={"offered": 2, "todo": 8, "red": 2, "yellow": 2, "grey": 1},
            start_href="/start",
        )

    def inbox_offered(self) -> v.InboxPage:
        page = self.inbox()
        rows = tuple(replace(row, selected=row.task_id == "t3", claim_href=f"/task/{row.task_id}/claim") for row in self.rows()[2:4])  # noqa: E501
        taken = replace(rows[1], claim_href="", note=self.say("用户102 已于 15:02 领取", "User 102 claimed it at 15:02"))
        preview = replace(page.preview, row=rows[0], actions=(v.Action(key="claim", href="/task/t3/claim", post=True),))  # type: ignore[type-var]
        tabs = tuple(replace(tab, current=tab.view == "offered") for tab in page.tabs)
        return replace(page, view="offered", tabs=tabs, rows=(rows[0], taken), preview=preview, total=2, batch_href="/inbox/claim")  # noqa: E501

    def inbox_empty(self) -> v.InboxPage:
        page = self.inbox()
        return replace(page, view="late", rows=(), preview=None, total=0, tabs=tuple(replace(t, current=t.view == "late") for t in page.tabs))  # noqa: E501

    def inbox_filtered(self) -> v.InboxPage:
        return replace(self.inbox_empty(), query=self.say("车辆", "vehicle"), clear_href="/inbox?view=late")

    # --- task -------------------------------------------------------------------------------------------------------

    def schema(self) -> dict[str, object]:
        raw = json.loads((DATA / "S1_T4.json").read_text("utf-8"))
        return self._localise(raw)  # type: ignore[return-value]

    def _localise(self, node: object) -> object:
        if isinstance(node, dict):
            if set(node) == {"zh", "en"}:
                return node[self.language]
            return {key: self._localise(value) for key, value in node.items()}
        return [self._localise(item) for item in node] if isinstance(node, list) else node

    def persons(self) -> tuple[v.Option, ...]:
        return tuple(v.Option(value=f"u{n}", label=self.say(f"用户{n}", f"User {n}")) for n in (100, 101, 102))

    def form(self, *, refused: bool = False) -> v.FormView:
        say, options = self.say, {"who": self.persons()}
        values: dict[str, object] = {
            "measures": [
                {"what": say("修订交接班登记表，增加装备、车辆、未办结事项三栏", "Revise the handover form: equipment, vehicles, open matters"), "who": "u101", "by": "2026-12-04"},  # noqa: E501
                {"what": say("组织各值班室学习交接班制度，逐岗签收", "Teach the handover rules in every duty room"), "who": "u102", "by": "2026-12-21"},  # noqa: E501
                {"what": say("分管领导每周抽查登记 2 次，连续 2 周", "Spot checks twice a week for two weeks"), "by": "2026-12-16"},  # noqa: E501
            ],
        }
        errors: dict[str, tuple[str, ...]] = {
            "root_cause": (say("必填，请说明产生问题的制度或管理原因", "Required: name the rule or practice that led to the problem"),),
            "measures.1.by": (say("12-21 晚于整改期限 12-17", "12-21 is after the limit 12-17"),),
            "measures.2.who": (say("必填，请从本单位在岗人员中选择", "Required: choose a person of this unit"),),
        }
        schema = self.schema()
        return v.FormView(
            key="S1_T4",
            schema=schema,
            fields=fields_of(schema, options),
            values=values,
            options=options,
            errors=errors if refused else {},
            post_url="/task/t3",
            complete_url="/api/v1/tasks/t3/complete",
            draft_url="/api/v1/tasks/t3/draft",
            draft_at=self.at("12-01 08:57"),
            note=say("提交即视为签收整改通知单", "submitting also accepts the notice"),
            idempotency_key="5f0c8a52-4a0f-4a5e-9a39-6a0f3f1f0001",
        )

    def documents(self) -> tuple[v.Document, ...]:
        return (
            v.Document(name=self.say("整改通知单 蒙政法整〔2026〕23号.pdf", "Notice of rectification 2026-23.pdf"), size_bytes=120_832, href="/files/1"),  # noqa: E501
            v.Document(name=self.say("督查记录（摘录）.pdf", "Inspection record (extract).pdf"), size_bytes=208_896, href="/files/2"),
        )

    def timeline(self) -> tuple[v.TimelineEvent, ...]:
        say = self.say
        return (
            v.TimelineEvent(at=self.at("11-27 11:02"), title=say("待你签收与制定措施", "Waits for you to plan measures"), detail=say("用户098 指定用户101 为整改责任人", "User 098 named User 101"), tone="now"),  # noqa: E501
            v.TimelineEvent(at=self.at("11-26 10:31"), title="已交办", detail=say("用户098（分管领导）打开通知单，视为送达", "User 098 opened the notice: delivered")),  # noqa: E501
            v.TimelineEvent(at=self.at("11-26 10:05"), title="已下发", detail=say("用户041（532503-ZF 督查员）", "User 041 (inspector)")),  # noqa: E501
            v.TimelineEvent(at=self.at("11-26 09:40"), title="已登记", detail=say("D1 规则 4 命中，未人工调整", "rule D1-4, not adjusted")),  # noqa: E501
        )

    def facts(self) -> tuple[v.Fact, ...]:
        say = self.say
        return (
            v.Fact(label="问题", text=say("值班备勤交接登记不完整", "Shift handover log incomplete")),
            v.Fact(label="责任部门", text=say("532503-GA-03 综合保障科", "532503-GA-03 Support")),
            v.Fact(label="来源", text=say("督查", "Inspection"), number="DC-532503ZF-2026-0019"),
            v.Fact(label="定级", text=say("B 一般：制度不落实（D1 规则 4）", "B ordinary: rules not carried out (rule D1-4)")),
        )

    def task(self, *, refused: bool = False) -> v.TaskPage:
        return v.TaskPage(
            frame=self.frame(),
            task_id="t3",
            name="签收与制定措施",
            title=self.say("值班备勤交接登记不完整", "Shift handover log incomplete"),
            business_no="WT-532503GA-2026-0011",
            unit=self.say("蒙自市公安局", "Mengzi Public Security Bureau"),
            process="整改闭环",
            due=v.Due(light="yellow", on=date(2026, 12, 1), days_left=0),
            form=self.form(refused=refused),
            case_href="/case/c1",
            step_no=4,
            step_count=10,
            severity="B",
            place=1,
            places=8,
            next_href="/task/t4",
            actions=self.actions()[1:],
            facts=self.facts(),
            basis=self.basis(),
            ladder=self.ladder(),
            steps=self.steps(),
            timeline=self.timeline(),
            documents=self.documents(),
        )

    def task_closed(self) -> v.TaskPage:
        say = self.say
        return replace(self.task(), form=None, actions=(), closed=say("用户102 已于 15:02 领取，由其办理。", "User 102 claimed it at 15:02 and works on it."))  # noqa: E501

    def action(self) -> v.ActionPage:
        schema = {
            "components": [
                {"id": "d", "type": "number", "decimalDigits": 0, "key": "days", "label": self.say("申请延期（工作日）", "Extension (working days)"), "validate": {"required": True, "max": 7}},  # noqa: E501
                {"id": "r", "type": "textarea", "key": "reason", "label": self.say("理由", "Reason"), "validate": {"required": True}},  # noqa: E501
            ]
        }
        form = v.FormView(key="extend", schema={}, fields=fields_of(schema, {}), post_url="/task/t3/extend")
        return v.ActionPage(frame=self.frame(), action="extend", task="签收与制定措施", title=self.say("值班备勤交接登记不完整", "Shift handover log incomplete"), business_no="WT-532503GA-2026-0011", form=form, back_href="/task/t3", rule=self.say("到期前可申请一次，最多 7 个工作日。", "May be asked for once before the due day, at most 7 working days."))  # noqa: E501

    # --- case -------------------------------------------------------------------------------------------------------

    def diagram(self) -> v.Diagram:
        passed = "S1_START REGISTER GRADE GW_CLUE S1_T2 DELIVER S1_T3 GW_OWNER START_LIMIT S1_T4 EV_SIGNED EV_DOING S1_T5 S1_T6 GW_UNIT DRAW GW_SAMPLE S1_T7 GW_VERIFY RENEW".split()  # noqa: E501
        visits = [(node, event) for node in passed for event in ("entered", "completed")]
        names: tuple[tuple[str, str], ...] = (
            ("定级定限", "done"), ("下发整改通知单", "done"), ("指定整改责任人", "done"), ("签收与制定措施", "done"),
            ("实施整改", "late"), ("单位审核", "done"), ("核验", "done"), ("反馈", "todo"), ("销号", "todo"), ("回头看", "todo"),
        )  # fmt: skip
        return v.Diagram(
            xml_url="/api/v1/process-definitions/S1/xml",
            label="S1_RECTIFY v3",
            visits=(*visits, ("S1_T5", "entered")),
            tokens=(v.DiagramToken(node_id="S1_T5", label=self.say("用户101", "User 101"), late_days=2),),
            nodes=tuple(
                v.DiagramNode(name=name, status=status, who=self.say("用户101", "User 101") if status != "todo" else "", at=self.at("11-26 10:05") if status != "todo" else None, times=2 if status == "late" else 1)  # type: ignore[arg-type]  # noqa: E501
                for name, status in names
            ),
        )

    def calendar(self) -> tuple[v.CalendarDay, ...]:
        first = date(2026, 10, 5)
        days = []
        for offset in range(70):
            on = first + timedelta(days=offset)
            kind: str = "rest" if on.weekday() > 4 or on < date(2026, 10, 8) else "counted"
            if on in (date(2026, 11, 18), date(2026, 11, 19)):
                kind = "local"
            elif kind == "counted" and date(2026, 11, 26) <= on <= date(2026, 12, 1):
                kind = "suspended"
            elif kind == "counted" and on > date(2026, 11, 23):
                kind = "extended"
            days.append(v.CalendarDay(on=on, kind=kind, start=on == date(2026, 10, 9), due=on == date(2026, 12, 11)))  # type: ignore[arg-type]
        return tuple(days)

    def ledger(self) -> tuple[v.LedgerEntry, ...]:
        say = self.say
        return (
            v.LedgerEntry(on=date(2026, 10, 9), kind="rule", basis=say("C 较重，送达后 30 个工作日", "C serious: 30 working days after delivery"), detail=say("D1 规则 3；10-10 补班为第 1 日", "rule D1-3; the make-up day 10-10 is day 1"), effect_days=30, due=date(2026, 11, 19)),  # noqa: E501
            v.LedgerEntry(on=date(2026, 11, 2), kind="calendar", basis=say("州庆放假 11-18、11-19", "Prefecture holiday 11-18, 11-19"), effect_days=2, due=date(2026, 11, 23)),  # noqa: E501
            v.LedgerEntry(on=date(2026, 11, 16), kind="extension", basis=say("批准延期 10 个工作日，仅此一次", "Extension of 10 working days, once"), detail=say("用户038 批准", "approved by User 038"), effect_days=10, due=date(2026, 12, 7)),  # noqa: E501
            v.LedgerEntry(on=date(2026, 11, 25), kind="suspension", basis=say("等待外部机关意见，计时停止", "Waiting for an outside authority"), effect_days=None),  # noqa: E501
            v.LedgerEntry(on=date(2026, 12, 1), kind="resumption", basis=say("中止 4 个工作日顺延", "4 suspended working days added"), effect_days=4, due=date(2026, 12, 11), current=True),  # noqa: E501
        )

    def history(self) -> tuple[v.HistoryRow, ...]:
        say = self.say
        steps = (
            ("12-01 08:40", "用户038", "User 038", "恢复", "已中止 → 整改中"),
            ("11-25 09:30", "用户038", "User 038", "中止", "整改中 → 已中止"),
            ("10-12 15:40", "引擎", "引擎", "实施整改", "已签收 → 整改中"),
            ("10-09 10:05", "用户041", "User 041", "下发整改通知单", "已登记 → 已下发"),
            ("10-09 09:20", "用户041", "User 041", "登记", "草稿 → 已登记"),
        )
        return tuple(
            v.HistoryRow(seq=len(steps) - i, at=self.at(at), actor=say(zh, en), action=action, change=change, previous_hash="72a3427b", this_hash="f9e023e5")  # noqa: E501
            for i, (at, zh, en, action, change) in enumerate(steps)
        )

    def case(self) -> v.CasePage:
        say = self.say
        return v.CasePage(
            frame=self.frame(inspector=True),
            case_id="c1",
            title=say("窗口首问负责制落实不到位", "First-contact duty not carried out"),
            business_no="WT-532503GA-2026-0008",
            process="整改闭环",
            state="整改中",
            due=v.Due(light="green", on=date(2026, 12, 11), days_left=8),
            severity="C",
            marks=(v.Mark(term="已延期"),),
            unit=say("蒙自市公安局", "Mengzi Public Security Bureau"),
            department=say("窗口服务科", "Counter services"),
            owner=say("用户101", "User 101"),
            task_href="/task/t3",
            diagram=self.diagram(),
            ledger=self.ledger(),
            calendar=self.calendar(),
            ladder=self.ladder(),
            cards=(
                v.CardRow(number="HP-532503ZF-2026-0009", plate="yellow", issued_at=self.at("11-30 09:00"), to=say("用户098（分管领导）", "User 098 (leader in charge)"), status="待答复", answer_by=date(2026, 12, 2)),  # noqa: E501
                v.CardRow(number="CB-532503ZF-2026-0021", plate="urge", issued_at=self.at("11-26 09:00"), to=say("用户101", "User 101"), status="已撤回", withdrawn=True),  # noqa: E501
            ),
            history=self.history(),
            chain=v.ChainCheck(good=5, total=5, at=self.at("12-01 08:55"), href="/case/c1/verify"),
            facts=self.facts(),
            timeline=self.timeline(),
            documents=self.documents(),
            readers=say("查阅记录：用户041、用户098、用户101，近 30 日共 12 次。", "Read by User 041, User 098, User 101: 12 times in 30 days."),
        )

    # --- others -----------------------------------------------------------------------------------------------------

    def start(self) -> v.StartPage:
        items = (
            v.StartItem(key="S1_RECTIFY", name="整改闭环", description=self.say("登记一个问题，定级定限后下发整改，直至销号和回头看。", "Register a problem; it is graded, issued, rectified, closed and looked at again."), href="/start/S1_RECTIFY", group="问题整改"),  # noqa: E501
            v.StartItem(key="S4_APPROVE", name="审批", description=self.say("把一件材料送审。", "Submit a paper for approval."), href="/start/S4_APPROVE", group="问题整改"),  # noqa: E501
        )
        return v.StartPage(frame=self.frame("start"), items=items)

    def start_form(self) -> v.StartFormPage:
        form = replace(self.form(), values={}, draft_url="", draft_at=None, note="", payload="variables")
        return v.StartFormPage(frame=self.frame("start"), process="整改闭环", description=self.say("登记一个问题。", "Register a problem."), form=form)  # noqa: E501

    def sign_form(self) -> v.StartFormPage:
        page = self.start_form()
        return replace(page, form=replace(page.form, sign=True))

    def login(self) -> v.LoginPage:
        logins = (
            v.DemoLogin(username="u101", name=self.say("用户101", "User 101"), role="经办人", unit=self.say("蒙自市公安局", "Mengzi PSB")),
            v.DemoLogin(username="u041", name=self.say("用户041", "User 041"), role="督查员", unit=self.say("蒙自市委政法委", "Mengzi Committee")),  # noqa: E501
        )
        return v.LoginPage(frame=self.anonymous(), username="u101", error="wrong", demo_logins=logins, demo_password="changxiao-demo")

    def me(self) -> v.MePage:
        return v.MePage(frame=self.frame("me"), account="u101", last_login=self.at("11-30 08:31"))

    def about(self) -> v.AboutPage:
        return v.AboutPage(frame=self.anonymous(), version="0.1.0", licences="MIT License\n\nCopyright …")

    def error(self, status: int) -> v.ErrorPage:
        return v.ErrorPage(frame=self.frame(), status=status, incident="YC-2026-0007" if status == 500 else "")  # type: ignore[arg-type]

    def all(self) -> dict[str, object]:
        """Every scene by name: the path under which the fixture application shows it."""
        return {
            "inbox": self.inbox(),
            "inbox-offered": self.inbox_offered(),
            "inbox-empty": self.inbox_empty(),
            "inbox-filtered": self.inbox_filtered(),
            "task": self.task(),
            "task-refused": self.task(refused=True),
            "task-closed": self.task_closed(),
            "action": self.action(),
            "case": self.case(),
            "start": self.start(),
            "start-form": self.start_form(),
            "sign-form": self.sign_form(),
            "login": self.login(),
            "me": self.me(),
            "about": self.about(),
            "error-403": self.error(403),
            "error-404": self.error(404),
            "error-409": self.error(409),
            "error-500": self.error(500),
        }
