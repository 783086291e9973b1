"""Sample pages about tasks: the inbox and the task, as in the mocks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from tests.e2e.sample_parts import DATA, NOW, Parts
from webui.pages import views as v
from webui.pages.fields import fields_of, localise


class Tasks(Parts):
    """The inbox in four states, the task in three, one action."""

    def inbox(self) -> v.InboxPage:
        rows = tuple(replace(row, may_choose=True) for row in self.rows())
        views_: tuple[tuple[v.View, int], ...] = (
            ("offered", 2),
            ("todo", 8),
            ("soon", 2),
            ("late", 2),
            ("done", 186),
            ("cc", 5),
        )
        return v.InboxPage(
            frame=self.frame(),
            view="todo",
            tabs=tuple(
                v.Tab(view=name, href=f"/inbox?view={name}", count=n, current=name == "todo") for name, n in views_
            ),
            batch=("transfer",),
            mark="m",
            as_of=NOW,
            chips=(
                v.ViewChip(view_id="v1", name=self.say("红牌", "Red cards"), href="/inbox?view=late", is_default=True),
                v.ViewChip(view_id="v2", name=self.say("本周到期", "Due this week"), href="/inbox?view=soon"),
            ),
            kept={"view": "todo"},
            filters=(
                v.Filter(name="mechanism", options=(v.Option(value="S1_RECTIFY", label="整改"),)),
                v.Filter(
                    name="step",
                    options=(
                        v.Option(value="S1_T4", label="签收与制定措施"),
                        v.Option(value="S1_T5", label="实施整改"),
                    ),
                ),
                v.Filter(
                    name="level", options=(v.Option(value="yellow", label="黄牌"), v.Option(value="red", label="红牌"))
                ),
            ),
            rows=rows,
            preview=v.Preview(
                row=rows[1],
                actions=self.actions(),
                facts=(
                    v.Fact(label="当前环节", text=self.say("单位审核", "Unit check")),
                    v.Fact(
                        label="责任单位", text=self.say("蒙自市公安局 · 窗口服务科", "Mengzi PSB · Counter services")
                    ),
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
        rows = tuple(
            replace(row, selected=row.task_id == "t3", claim_href=f"/task/{row.task_id}/claim", may_choose=True)
            for row in self.rows()[2:4]
        )
        said = self.say("用户102 已于 15:02 领取", "User 102 claimed it at 15:02")
        taken = replace(rows[1], claim_href="", may_choose=False, note=said)
        preview = replace(page.preview, row=rows[0], actions=(v.Action(key="claim", href="/task/t3/claim", post=True),))  # type: ignore[type-var]
        tabs = tuple(replace(tab, current=tab.view == "offered") for tab in page.tabs)
        return replace(
            page, view="offered", tabs=tabs, rows=(rows[0], taken), preview=preview, total=2, batch=("claim",)
        )

    def inbox_empty(self) -> v.InboxPage:
        page = self.inbox()
        return replace(
            page,
            view="late",
            rows=(),
            preview=None,
            total=0,
            tabs=tuple(replace(t, current=t.view == "late") for t in page.tabs),
        )

    def inbox_moved(self) -> v.InboxPage:
        """抄送 of an inspector after a change of the calendar, in a year that has no holiday table yet."""
        say, page, line = self.say, self.inbox_empty(), self.rows()[1]
        lines = tuple(
            v.MovedDate(
                href="/case/c1",
                title=line.title,
                business_no="WT-532503GA-2026-0007",
                step=step,
                unit=line.unit,
                old=date(2026, 12, 31),
                new=date(2027, 1, 4),
            )
            for step in (say("整改时限", "Limit of the case"), say("实施整改", "Carry out the measures"))
        )
        text = say("2027 年节假日表未维护，期限暂定。", "There is no holiday table for 2027: dates are provisional.")
        return replace(
            page,
            view="cc",
            frame=replace(page.frame, banners=(v.Banner(text=text, kind="warn"),)),
            tabs=tuple(replace(t, current=t.view == "cc") for t in page.tabs),
            moved=(v.MovedDates(at=NOW, document=say("红政办发〔2026〕3号", "Notice 2026-3"), new=True, lines=lines),),
        )

    def inbox_filtered(self) -> v.InboxPage:
        return replace(self.inbox_empty(), query=self.say("车辆", "vehicle"), clear_href="/inbox?view=late")

    # --- task -------------------------------------------------------------------------------------------------------

    def schema(self) -> dict[str, object]:
        return localise(json.loads((DATA / "S1_T4.json").read_text("utf-8")), self.language)

    def persons(self) -> tuple[v.Option, ...]:
        return tuple(v.Option(value=f"u{n}", label=self.say(f"用户{n}", f"User {n}")) for n in (100, 101, 102))

    def form(self, *, refused: bool = False) -> v.FormView:
        say, options = self.say, {"who": self.persons()}
        values: dict[str, object] = {
            "measures": [
                {
                    "what": say(
                        "修订交接班登记表，增加装备、车辆、未办结事项三栏",
                        "Revise the handover form: equipment, vehicles, open matters",
                    ),
                    "who": "u101",
                    "by": "2026-12-04",
                },
                {
                    "what": say("组织各值班室学习交接班制度，逐岗签收", "Teach the handover rules in every duty room"),
                    "who": "u102",
                    "by": "2026-12-21",
                },
                {
                    "what": say("分管领导每周抽查登记 2 次，连续 2 周", "Spot checks twice a week for two weeks"),
                    "by": "2026-12-16",
                },
            ],
        }
        errors: dict[str, tuple[str, ...]] = {
            "root_cause": (
                say(
                    "必填，请说明产生问题的制度或管理原因",
                    "Required: name the rule or practice that led to the problem",
                ),
            ),
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
            v.Document(
                name=self.say("整改通知单 蒙政法整〔2026〕23号.pdf", "Notice of rectification 2026-23.pdf"),
                size_bytes=120_832,
                href="/files/1",
            ),
            v.Document(
                name=self.say("督查记录（摘录）.pdf", "Inspection record (extract).pdf"),
                size_bytes=208_896,
                href="/files/2",
            ),
        )

    def timeline(self) -> tuple[v.TimelineEvent, ...]:
        say = self.say
        return (
            v.TimelineEvent(
                at=self.at("11-27 11:02"),
                title=say("待你签收与制定措施", "Waits for you to plan measures"),
                detail=say("用户098 指定用户101 为整改责任人", "User 098 named User 101"),
                tone="now",
            ),
            v.TimelineEvent(
                at=self.at("11-26 10:31"),
                title="已交办",
                detail=say("用户098（分管领导）打开通知单，视为送达", "User 098 opened the notice: delivered"),
            ),
            v.TimelineEvent(
                at=self.at("11-26 10:05"),
                title="已下发",
                detail=say("用户041（532503-ZF 督查员）", "User 041 (inspector)"),
            ),
            v.TimelineEvent(
                at=self.at("11-26 09:40"),
                title="已登记",
                detail=say("D1 规则 4 命中，未人工调整", "rule D1-4, not adjusted"),
            ),
        )

    def facts(self) -> tuple[v.Fact, ...]:
        say = self.say
        return (
            v.Fact(label="问题", text=say("值班备勤交接登记不完整", "Shift handover log incomplete")),
            v.Fact(label="责任部门", text=say("532503-GA-03 综合保障科", "532503-GA-03 Support")),
            v.Fact(label="来源", text=say("督查", "Inspection"), number="DC-532503ZF-2026-0019"),
            v.Fact(
                label="定级",
                text=say("B 一般：制度不落实（D1 规则 4）", "B ordinary: rules not carried out (rule D1-4)"),
            ),
        )

    def filled(self) -> tuple[v.FilledForm, ...]:
        say = self.say
        return (
            v.FilledForm(
                title="指定整改责任人",
                who=say("用户098", "User 098"),
                on_behalf_of=say("用户097", "User 097"),
                at=self.at("11-27 11:02"),
                facts=(
                    v.Fact(label=say("处理意见", "Decision"), text=say("指定", "Name the person")),
                    v.Fact(label=say("整改责任人", "Person who rectifies"), text=say("用户101", "User 101")),
                ),
            ),
            v.FilledForm(title="下发整改通知单", who=say("用户041", "User 041"), at=self.at("11-26 10:05"), facts=()),
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
            filled=self.filled(),
            documents=self.documents(),
        )

    def task_closed(self) -> v.TaskPage:
        say = self.say
        return replace(
            self.task(),
            form=None,
            actions=(),
            closed=say("用户102 已于 15:02 领取，由其办理。", "User 102 claimed it at 15:02 and works on it."),
        )

    def action(self) -> v.ActionPage:
        schema = {
            "components": [
                {
                    "id": "d",
                    "type": "number",
                    "decimalDigits": 0,
                    "key": "days",
                    "label": self.say("申请延期（工作日）", "Extension (working days)"),
                    "validate": {"required": True, "max": 7},
                },
                {
                    "id": "r",
                    "type": "textarea",
                    "key": "reason",
                    "label": self.say("理由", "Reason"),
                    "validate": {"required": True},
                },
            ]
        }
        form = v.FormView(key="extend", schema={}, fields=fields_of(schema, {}), post_url="/task/t3/extend")
        return v.ActionPage(
            frame=self.frame(),
            action="extend",
            task="签收与制定措施",
            title=self.say("值班备勤交接登记不完整", "Shift handover log incomplete"),
            business_no="WT-532503GA-2026-0011",
            form=form,
            back_href="/task/t3",
            rule=self.say(
                "到期前可申请一次，最多 7 个工作日。",
                "May be asked for once before the due day, at most 7 working days.",
            ),
        )
