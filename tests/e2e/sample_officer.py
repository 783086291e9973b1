"""Sample pages of the officer's desk beside inbox and task: several tasks at once, saved views."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Literal

from engine.model.channel import GROUP_WORDS
from tests.e2e.sample_tasks import Tasks
from webui.pages import inbox_views as iv
from webui.pages import me_views as mv
from webui.pages import search_views as sv
from webui.pages import views as v
from webui.pages.search import pieces


class Officer(Tasks):
    """What an officer sees besides the list and the form."""

    def batch_rows(self) -> tuple[iv.BatchRow, ...]:
        return tuple(
            iv.BatchRow(
                task_id=row.task_id,
                href=row.href,
                title=row.title,
                business_no=row.business_no,
                step=row.step,
                due=row.due,
            )
            for row in self.rows()[:4]
        )

    def batch(self, *, done: bool = False, refused: bool = False) -> iv.BatchPage:
        rows = self.batch_rows()
        protected = self.say("受保护的环节，不得转办或退回", "A protected step: it may not be handed on or returned")
        missing = self.say("请填写理由。", "Give a reason.")
        return iv.BatchPage(
            frame=self.frame(),
            action="transfer",
            rows=rows[:3],
            left=(replace(rows[3], refused=protected),),
            people=() if done else self.persons(),
            values={"to": "u102"} if refused else {},
            errors={"reason": missing} if refused else {},
            done=done,
            receiver=self.say("用户102", "User 102") if done else "",
        )

    def saved_views(self) -> iv.SavedViewsPage:
        chips: tuple[v.ViewChip, ...] = self.inbox().chips
        taken = self.say("已有名为“红牌在手”的视图。", "There is a view named “Red cards” already.")
        return iv.SavedViewsPage(frame=self.frame(), views=chips, errors={"v2": taken})

    def absences(self, *, refused: bool = False) -> mv.Absences:
        say, day = self.say, date.fromisoformat
        overlap = say("与已登记的请假重叠。", "It overlaps another absence.")
        post = say("蒙自市公安局 · 具体责任人", "Mengzi PSB · Person responsible")
        return mv.Absences(
            post_url="/absence/u101",
            today=day("2026-12-01"),
            lines=(
                mv.AbsenceLine(
                    kind="出差",
                    first_day=day("2026-12-01"),
                    last_day=day("2026-12-03"),
                    reason=say("州里开会", "Meeting at the prefecture"),
                    has_begun=True,
                ),
                mv.AbsenceLine(kind="请假", first_day=day("2026-12-21"), last_day=day("2026-12-25")),
            ),
            posts=(
                mv.PostLine(
                    unit="532503-GA",
                    position="PERSON_RESP",
                    label=post,
                    substitute="u102",
                    substitute_name=say("用户102", "User 102"),
                    first_day=day("2026-12-01"),
                ),
                mv.PostLine(
                    unit="532503-GA",
                    position="BRANCH_SEC",
                    label=say("蒙自市公安局 · 支部书记", "Mengzi PSB · Branch secretary"),
                ),
            ),
            stands_in=(
                mv.StandInLine(
                    holder=say("用户100", "User 100"), label=post, first_day=day("2026-11-02"), is_acting=True
                ),
            ),
            people=self.persons(),
            open_tasks=12,
            values={"kind": "请假", "first_day": "2026-12-22", "last_day": "2026-12-23"} if refused else {},
            errors={"first_day": overlap} if refused else {},
        )

    def me(self) -> mv.MePage:
        someone = v.Option(value="u102", label=self.say("蒙自市公安局 · 用户102", "Mengzi PSB · User 102"))
        return mv.MePage(frame=self.frame("me"), account="u101", absences=self.absences(), manages=(someone,))

    def channels(self) -> mv.ChannelsPage:
        say = self.say
        groups = tuple(v.Option(value=key, label=say(*GROUP_WORDS[key])) for key in GROUP_WORDS)
        habits = {"rhythm": "daily", "rests": "on", "language": "zh"}
        mail = mv.ChannelCard(
            channel_id="0190c1d2-0000-7000-8000-00000000c001",
            kind="email",
            address="zhang@example.gov.cn",
            state=say(
                "暂时发送不出：对方服务器没有应答。系统会自动重试",
                "Cannot be sent for now: their server does not answer. It will be tried again",
            ),
            mark="yellow",
            values=habits,
            groups=frozenset({"cards", "reminders"}),
        )
        empty = mv.ChannelCard(
            channel_id="new", kind="email", address="", state="", mark="grey", values=habits, groups=frozenset()
        )
        return mv.ChannelsPage(frame=self.frame("me"), channels=(mail,), new=empty, groups=groups)

    def unit_channels(self) -> mv.ChannelsPage:
        say, own = self.say, self.channels()
        unit = say("蒙自市公安局", "Mengzi Public Security Bureau")
        robot = replace(
            own.channels[0],
            kind="wecom",
            address="https://qyapi.weixin.qq.com/…",
            state="",
            mark="green",
        )
        refused = replace(
            robot,
            channel_id="0190c1d2-0000-7000-8000-00000000c002",
            kind="dingtalk",
            address="ftp://oapi.dingtalk.com/",
            errors={"address": say("地址无效。", "Not an address.")},
        )
        return replace(
            own,
            unit="532503-GA",
            unit_name=unit,
            units=(v.Option(value="532503-GA", label=unit),),
            channels=(robot, refused),
            new=None,
            secret="whsec_MDEyMzQ1Njc4OWFiY2RlZg==",
        )

    def absence(self) -> mv.AbsencePage:
        return mv.AbsencePage(
            frame=self.frame("me"),
            name=self.say("用户102", "User 102"),
            unit=self.say("蒙自市公安局", "Mengzi Public Security Bureau"),
            absences=self.absences(refused=True),
            is_own=False,
        )

    def search(self) -> sv.SearchPage:
        rows = self.rows()
        word = self.say("登记", "Handover")
        hits = tuple(
            sv.Hit(
                href=row.href,
                title=pieces(row.title, word),
                number=pieces(row.business_no, word),
                unit=pieces(row.unit, word),
                detail=self.say("实施整改 · 用户101", "Carry out the measures · User 101"),
                due=row.due,
            )
            for row in rows[:3]
        )
        cards = (replace(hits[0], plate="yellow", due=None, detail=""),)
        return sv.SearchPage(
            frame=self.frame(""),
            query=word,
            groups=(
                sv.HitGroup(key="tasks", hits=hits, more_href="/search?q=x&group=tasks"),
                sv.HitGroup(key="cases", hits=(replace(hits[0], due=None),), capped=True),
                sv.HitGroup(key="cards", hits=cards),
            ),
        )

    def messages(self) -> sv.MessagesPage:
        row, say = self.rows()[0], self.say
        text = say("黄牌 PK-532503GA-2026-0007 · 11-30 09:00", "Yellow card PK-532503GA-2026-0007 · 11-30 09:00")
        one = sv.Message(
            notice_id="n1",
            text=text,
            at=self.at("11-30 09:00"),
            unread=True,
            title=row.title,
            number=row.business_no,
            step=row.step,
            href="/task/t1",
        )
        keys: tuple[Literal["", "cards", "copy", "own"], ...] = ("", "cards", "copy", "own")
        return sv.MessagesPage(
            frame=self.frame(""),
            groups=tuple(sv.MessageGroup(key=key, href="/messages", current=not key) for key in keys),
            unread=(one, replace(one, notice_id="n2", title="", number="", step="", href="")),
            days=(sv.MessageDay(on=date(2026, 11, 27), messages=(replace(one, notice_id="n3", unread=False),)),),
            next_href="/messages?after=x",
        )

    def officer_scenes(self) -> dict[str, object]:
        return {
            "search": self.search(),
            "search-none": replace(self.search(), groups=()),
            "messages": self.messages(),
            "messages-none": replace(self.messages(), unread=(), days=(), next_href=""),
            "help": sv.HelpPage(frame=self.frame("")),
            "me": self.me(),
            "absence": self.absence(),
            "channels": self.channels(),
            "channels-unit": self.unit_channels(),
            "batch": self.batch(),
            "batch-refused": self.batch(refused=True),
            "batch-done": self.batch(done=True),
            "saved-views": self.saved_views(),
            "saved-views-none": replace(self.saved_views(), views=(), errors={}),
        }
