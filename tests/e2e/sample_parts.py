"""Parts of the sample pages that several scenes share."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from webui.pages import views as v

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=ZONE)
DATA = Path(__file__).parent / "data"


class Parts:
    """What several pages show, in one language; `say(zh, en)` chooses the text."""

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
            *((v.NavItem(key="status", href="/status", current=current == "status"),) if inspector else ()),
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

    def row(
        self,
        task: str,
        light: v.Light,
        title: tuple[str, str],
        number: str,
        step: str,
        due: str,
        left: int | None,
        **more: object,
    ) -> v.InboxRow:
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
            self.row(
                "t1",
                "red",
                ("公务接待审批单要素不全", "Reception approval forms incomplete"),
                "WT-532503GA-2026-0009",
                "实施整改",
                "11-20",
                -7,
                plate="red",
            ),
            self.row(
                "t2",
                "red",
                ("窗口叫号系统长期停用", "Queue system at the counter out of use"),
                "WT-532503GA-2026-0007",
                "单位审核",
                "11-25",
                -4,
                plate="yellow",
                selected=True,
            ),
            self.row(
                "t3",
                "yellow",
                ("值班备勤交接登记不完整", "Shift handover log incomplete"),
                "WT-532503GA-2026-0011",
                "签收与制定措施",
                "12-01",
                0,
                unread=True,
            ),
            self.row(
                "t4",
                "yellow",
                ("窗口人员着装不规范", "Dress code not kept at the counter"),
                "WT-532503GA-2026-0012",
                "实施整改",
                "12-03",
                2,
                marks=(v.Mark(term="立行立改"),),
            ),
            self.row(
                "t5",
                "green",
                ("会议考勤登记不规范", "Meeting attendance log irregular"),
                "WT-532503GA-2026-0010",
                "实施整改",
                "12-10",
                7,
            ),
            self.row(
                "t6",
                "green",
                ("窗口首问负责制落实不到位", "First-contact duty not carried out"),
                "WT-532503GA-2026-0008",
                "实施整改",
                "12-11",
                8,
                marks=(v.Mark(term="已延期"),),
            ),
            self.row(
                "t7",
                "green",
                ("群众来电登记回复不及时", "Late answers to citizens' calls"),
                "WT-532503GA-2026-0013",
                "签收与制定措施",
                "12-15",
                10,
                unread=True,
                marks=(v.Mark(term="新到", tone="on"),),
            ),
            self.row(
                "t8",
                "grey",
                ("车辆使用登记台账缺项", "Vehicle log with gaps"),
                "WT-532503GA-2026-0006",
                "实施整改",
                "",
                None,
            ),
        )

    def ladder(self) -> v.Ladder:
        say = self.say
        return v.Ladder(
            steps=(
                v.LadderStep(
                    at=self.at("11-26 09:00"),
                    plate="urge",
                    status="sent",
                    text=say("抄送分管领导", "copy to the leader in charge"),
                ),
                v.LadderStep(
                    at=self.at("11-30 09:00"),
                    plate="yellow",
                    status="sent",
                    number="HP-532503ZF-2026-0009",
                    text=say("分管领导 12-02 前书面说明", "leader in charge explains in writing by 12-02"),
                ),
                v.LadderStep(
                    at=self.at("12-03 09:00"),
                    plate="red",
                    status="next",
                    text=say(
                        "12 个月内第 2 张，依 D2 规则 1 同日提出问责启动建议",
                        "second within 12 months: by rule D2-1 a proposal of accountability follows the same day",
                    ),
                ),
                v.LadderStep(
                    at=self.at("12-07 09:00"),
                    plate="report",
                    text=say("市委政法委分管领导答复", "answered by the committee's leader in charge"),
                ),
            ),
            before=date(2026, 12, 11),
            note=say(
                "均为 09:00；今日提交则停止升级，已发黄牌保留。",
                "All at 09:00. Submitting today stops the ladder; cards already issued stay.",
            ),
        )

    def steps(self) -> tuple[v.Step, ...]:
        names = (
            "定级定限",
            "下发整改通知单",
            "指定整改责任人",
            "签收与制定措施",
            "实施整改",
            "单位审核",
            "核验",
            "反馈",
            "销号",
            "回头看",
        )
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
            v.Action(
                key="extend",
                href="/task/t3/extend",
                refused=self.say(
                    "已申请过一次延期，不得再次申请", "An extension was asked for before; it may be asked for once"
                ),
            ),
            v.Action(key="recuse", href="/task/t3/recuse"),
        )
