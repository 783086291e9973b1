"""Sample page about a case, as in the mock."""

from __future__ import annotations

from datetime import date, timedelta

from tests.e2e.sample_tasks import Tasks
from webui.pages import views as v
from webui.pages.case_parts import CopiesView, CopyLineView, CopyUnitView, SentCopyView


class Cases(Tasks):
    """A C problem that was extended, suspended, resumed and returned."""

    # --- case -------------------------------------------------------------------------------------------------------

    def diagram(self) -> v.Diagram:
        passed = [
            "S1_START",
            "REGISTER",
            "GRADE",
            "GW_CLUE",
            "S1_T2",
            "DELIVER",
            "S1_T3",
            "GW_OWNER",
            "START_LIMIT",
            "S1_T4",
            "EV_SIGNED",
            "EV_DOING",
            "S1_T5",
            "S1_T6",
            "GW_UNIT",
            "DRAW",
            "GW_SAMPLE",
            "S1_T7",
            "GW_VERIFY",
            "RENEW",
        ]
        visits = [(node, event) for node in passed for event in ("entered", "completed")]
        done = ("定级定限", "下发整改通知单", "指定整改责任人", "签收与制定措施", "单位审核", "核验")
        names = [(name, "done") for name in done]
        names += [("实施整改", "late"), ("反馈", "todo"), ("销号", "todo"), ("回头看", "todo")]
        return v.Diagram(
            xml_url="/api/v1/process-definitions/S1/xml",
            label="S1_RECTIFY v3",
            visits=(*visits, ("S1_T5", "entered")),
            tokens=(v.DiagramToken(node_id="S1_T5", label=self.say("用户101", "User 101"), late_days=2),),
            nodes=tuple(
                v.DiagramNode(
                    name=name,
                    status=status,
                    who=self.say("用户101", "User 101") if status != "todo" else "",
                    at=self.at("11-26 10:05") if status != "todo" else None,
                    times=2 if status == "late" else 1,
                )  # type: ignore[arg-type]
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
            v.LedgerEntry(
                on=date(2026, 10, 9),
                kind="rule",
                basis=say("C 较重，送达后 30 个工作日", "C serious: 30 working days after delivery"),
                detail=say("D1 规则 3；10-10 补班为第 1 日", "rule D1-3; the make-up day 10-10 is day 1"),
                effect_days=30,
                due=date(2026, 11, 19),
            ),
            v.LedgerEntry(
                on=date(2026, 11, 2),
                kind="calendar",
                basis=say("州庆放假 11-18、11-19", "Prefecture holiday 11-18, 11-19"),
                effect_days=2,
                due=date(2026, 11, 23),
            ),
            v.LedgerEntry(
                on=date(2026, 11, 16),
                kind="extension",
                basis=say("批准延期 10 个工作日，仅此一次", "Extension of 10 working days, once"),
                detail=say("用户038 批准", "approved by User 038"),
                effect_days=10,
                due=date(2026, 12, 7),
            ),
            v.LedgerEntry(
                on=date(2026, 11, 25),
                kind="suspension",
                basis=say("等待外部机关意见，计时停止", "Waiting for an outside authority"),
                effect_days=None,
            ),
            v.LedgerEntry(
                on=date(2026, 12, 1),
                kind="resumption",
                basis=say("中止 4 个工作日顺延", "4 suspended working days added"),
                effect_days=4,
                due=date(2026, 12, 11),
                current=True,
            ),
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
            v.HistoryRow(
                seq=len(steps) - i,
                at=self.at(at),
                actor=say(zh, en),
                action=action,
                change=change,
                previous_hash="72a3427b",
                this_hash="f9e023e5",
            )
            for i, (at, zh, en, action, change) in enumerate(steps)
        )

    def copies(self) -> CopiesView:
        """To two units, one of them folded for its length, and a choice that was refused."""
        say, here = self.say, "/case/c1/copies"
        ours, theirs = say("蒙自市公安局", "Mengzi Public Security Bureau"), say("州公安局", "Prefecture Police")
        of_ours = tuple(CopyLineView(name=say(f"用户{n}", f"User {n}"), read_at=None) for n in range(97, 104))
        seen = CopyLineView(name=say("用户020", "User 020"), read_at=self.at("12-01 08:40"))
        return CopiesView(
            sent=(
                SentCopyView(
                    sender_name=say("用户041", "User 041"),
                    at=self.at("11-30 16:20"),
                    note=say("请关注进度。", "Please follow the progress."),
                    units=(CopyUnitView(unit=theirs, lines=(seen,)), CopyUnitView(unit=ours, lines=of_ours)),
                ),
            ),
            read=1,
            total=8,
            people=(v.Option(value="u097", label=f"{ours} {say('用户097', 'User 097')}"),),
            units=(
                v.Option(value="532503-GA", label=say("蒙自市公安局（7 人）", "Mengzi Public Security Bureau (7)")),
            ),
            post_url=here,
            export_href=here,
            once="k1",
            chosen=("u097", "532503-GA"),
            error=say("请选择抄送对象。", "Choose who shall get the copy."),
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
                v.CardRow(
                    number="HP-532503ZF-2026-0009",
                    plate="yellow",
                    issued_at=self.at("11-30 09:00"),
                    to=say("用户098（分管领导）", "User 098 (leader in charge)"),
                    status="待答复",
                    answer_by=date(2026, 12, 2),
                    object_href="/card/HP-532503ZF-2026-0009/object",
                    object_until=date(2026, 12, 2),
                ),
                v.CardRow(
                    number="CB-532503ZF-2026-0021",
                    plate="urge",
                    issued_at=self.at("11-26 09:00"),
                    to=say("用户101", "User 101"),
                    status="已撤回",
                    withdrawn=True,
                ),
            ),
            history=self.history(),
            chain=v.ChainCheck(good=5, total=5, at=self.at("12-01 08:55"), href="/case/c1/verify"),
            facts=self.facts(),
            timeline=self.timeline(),
            filled=self.filled(),
            documents=self.documents(),
            copies=self.copies(),
            readers=say(
                "查阅记录：用户041、用户098、用户101，近 30 日共 12 次。",
                "Read by User 041, User 098, User 101: 12 times in 30 days.",
            ),
        )
