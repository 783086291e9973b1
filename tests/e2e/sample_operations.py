"""Scenes of the desk of an operator."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e import sample_running
from tests.e2e.sample_parts import NOW, Parts
from webui.pages import moves_views as mv
from webui.pages import operations_views as o
from webui.pages import views as v

INSTANCE = "0193f7a2-4c11-7d55-8a1e-0b7c2f6d9e31"


def scenes(parts: Parts) -> dict[str, object]:
    """By name: the list, one incident, a run that goes on, and how the machinery does."""
    made = _Operations(parts)
    return {
        "incidents": made.incidents(),
        "incident": made.incident(),
        "retry-run": made.run(),
        "queues": made.queues(),
        "health": made.health(),
        "running-list": sample_running.listing(parts, made.frame, made.tabs("running")),
        "running": sample_running.version(parts, made.frame),
        "moves": made.moves(),
        "move": made.move(),
        "variable": made.variable(),
    }


class _Operations:
    def __init__(self, parts: Parts) -> None:
        self.parts, self.say, self.at = parts, parts.say, parts.at
        self.frame = replace(parts.frame("operations"), nav=(*parts.frame("").nav, _entry()), clock=None)

    def tabs(self, current: str) -> tuple[o.DeskTab, ...]:
        return (
            o.DeskTab(key="incidents", href="/incidents", current=current == "incidents", count=3),
            o.DeskTab(key="running", href="/running-list", current=current == "running"),
            o.DeskTab(key="queues", href="/queues", current=current == "queues"),
            o.DeskTab(key="health", href="/health", current=current == "health"),
        )

    def items(self) -> tuple[o.IncidentItem, ...]:
        say = self.say
        script = o.IncidentItem(
            id="i1",
            href="/incident/i1",
            mark="red",
            state=say("新", "New"),
            kind=say("办理步骤", "Step of a person"),
            reason=say("脚本或条件第 2 行出错：除数为零。", "Script or condition, line 2: division by zero."),
            remedy=say("请流程分析员检查该环节。", "Ask a process analyst to look at this step."),
            process=say("整改闭环", "Rectification"),
            element=say("签收与制定措施", "Sign and plan"),
            instance=INSTANCE,
            opened_at=self.at("11-30 16:42"),
            attempts=1,
        )
        noted = replace(
            script,
            id="i2",
            href="/incident/i2",
            mark="grey",
            state=say("已知", "Noted"),
            kind=say("到点触发", "Timer"),
            note=say("已联系分析员，明日发布新版。", "The analyst knows; a new version comes tomorrow."),
            noted_by=say("用户907", "User 907"),
            noted_at=self.at("11-30 17:05"),
            attempts=4,
            retried=True,
        )
        job = replace(
            script,
            id="i3",
            href="/incident/i3",
            kind=say("后台作业", "Background job"),
            reason=say("后台进程在办理途中退出。", "The worker ended while it had this in hand."),
            process="",
            element="",
            instance="",
        )
        return script, noted, job

    def incidents(self) -> o.IncidentsPage:
        everything = v.Option(value="", label=self.say("全部", "All"), selected=True)
        return o.IncidentsPage(
            frame=self.frame,
            tabs=self.tabs("incidents"),
            items=self.items(),
            total=3,
            filters=(
                o.ListFilter(name="state", options=(v.Option(value="open", label=self.say("未解决", "Not resolved")),)),
                o.ListFilter(name="kind", options=(everything,)),
                o.ListFilter(name="key", options=(everything,)),
            ),
            since="2026-11-01",
            clear_href="/incidents",
            next_href="/incidents?cursor=x",
            runs=(
                self.brief("12-01 08:58", goes_on=True),
                self.brief("11-28 16:20", goes_on=False),
            ),
            retry_all=3,
        )

    def brief(self, began: str, *, goes_on: bool) -> o.RunBrief:
        who = self.say("用户908", "User 908")
        return o.RunBrief(href="/retry-run", who=who, started_at=self.at(began), goes_on=goes_on)

    def incident(self) -> o.IncidentPage:
        say = self.say
        note = v.FieldView(
            kind="area", key="note", label=say("已知情况", "What is known"), required=True, max_length=2000
        )
        form = v.FormView(
            key="note",
            schema={},
            fields=(note,),
            values={"note": ""},
            post_url="/incident/i2/note",
            idempotency_key="k",
        )
        item = replace(self.items()[1], retried=False)
        return o.IncidentPage(
            frame=self.frame, tabs=self.tabs("incidents"), item=item, task=INSTANCE, code="step_failed", form=form
        )

    def run(self) -> o.RetryRunPage:
        say = self.say
        what = say("签收与制定措施 · 除数为零", "Sign and plan · division by zero")
        return o.RetryRunPage(
            frame=self.frame,
            tabs=self.tabs("incidents"),
            href="/retry-run",
            who=say("用户907", "User 907"),
            started_at=self.at("12-01 08:58"),
            ended_at=None,
            stopped_by=say("用户908", "User 908"),
            total=3,
            done=2,
            resolved=1,
            failed=1,
            items=(
                o.RunItem(
                    number=1, href="/incident", what=what, mark="blue", outcome=say("已解决", "Resolved"), done_at=NOW
                ),
                o.RunItem(
                    number=2, href="/incident", what=what, mark="red", outcome=say("仍未成功", "In vain"), done_at=NOW
                ),
                o.RunItem(number=3, href="", what=what, mark="grey", outcome=say("等待", "Waiting"), done_at=None),
            ),
        )

    def reason(self, post_url: str) -> v.FormView:
        label = self.say("操作理由", "Reason")
        asked = v.FieldView(kind="area", key="reason", label=label, required=True, max_length=500)
        return v.FormView(
            key="move", schema={}, fields=(asked,), values={"reason": ""}, post_url=post_url, idempotency_key="k"
        )

    def moves(self) -> mv.MovesPage:
        say = self.say
        work, check = say("实施整改", "Carry out the measures"), say("单位审核", "Check by the unit")
        why = say("这一移动会越过受保护环节，不得办理。", "The move would jump over a protected step.")
        token = mv.MovedToken(
            element=check, inside="", state=say("等待办理", "Waits"), skip_href="/move", cancel_why=why
        )
        return mv.MovesPage(
            frame=self.frame,
            id=INSTANCE,
            process=say("整改闭环", "Rectification loop"),
            version=3,
            status="运行中",
            back_href="/instance",
            xml_url="/api/v1/process-definitions/S1/xml",
            elements=(mv.OnDrawing(id="S1_T6", open=1, label=check, href="#tokens", target=False),),
            text=(say("令牌现在停在：单位审核。", "Tokens stand now at: Check by the unit."),),
            tokens=(token,),
            places=(mv.MoveTo(element=work, inside="", href="/move", verb=say("退回", "Return"), ends=(check,)),),
            refused=(mv.NoMove(element=say("书面答复", "Answer"), inside=check, why=why),),
            end_href="/move",
            end_why="",
            form=self.reason(f"/instance/{INSTANCE}/suspend"),
            act="suspend",
            record=(
                mv.RecordLine(
                    at=NOW,
                    who=say("用户907", "User 907"),
                    what=say("退回到“实施整改”", "Return to “Carry out the measures”"),
                    before=check,
                    after=work,
                    reason=say("附件传错", "Wrong attachment"),
                ),
            ),
        )

    def move(self) -> mv.MovePage:
        say = self.say
        check = say("单位审核", "Check by the unit")
        return mv.MovePage(
            frame=self.frame,
            id=INSTANCE,
            process=say("整改闭环", "Rectification loop"),
            title=say("退回到“实施整改”", "Return to “Carry out the measures”"),
            refused="",
            before=None,
            after=None,
            before_text=check,
            after_text=say("实施整改", "Carry out the measures"),
            consequences=(mv.Consequence(head=say("以下任务撤销", "These tasks are cancelled"), items=(check,)),),
            form=self.reason(f"/instance/{INSTANCE}/moves"),
            back_href="/moves",
        )

    def variable(self) -> mv.VariablePage:
        return mv.VariablePage(
            frame=self.frame,
            id=INSTANCE,
            process=self.say("整改闭环", "Rectification loop"),
            name="owner",
            kind=self.say("文本", "Text"),
            value=None,
            form=self.reason(f"/instance/{INSTANCE}/variable/owner/reveal"),
            act="reveal",
            refused="",
            back_href="/instance",
        )

    def queues(self) -> o.QueuesPage:
        say = self.say
        well = say("正常", "Well")
        timer = o.QueuedLine(
            due_at=self.at("12-01 10:00"),
            kind=say("到期提醒", "Reminder"),
            process=say("整改闭环", "Rectification"),
            element=say("实施整改", "Rectify"),
            instance=INSTANCE,
        )
        return o.QueuesPage(
            frame=self.frame,
            tabs=self.tabs("queues"),
            figures=(
                o.Figure(
                    label=say("作业积压", "Jobs behind"),
                    value=say("2 分钟", "2 min"),
                    mark="yellow",
                    word=say("注意", "Watch"),
                ),
                o.Figure(label=say("定时积压", "Timers behind"), value=say("无", "none"), mark="green", word=well),
                o.Figure(label=say("在线后台", "Workers online"), value="2", mark="green", word=well),
                o.Figure(label=say("失败作业", "Failed jobs"), value="0", mark="green", word=well),
            ),
            jobs=(
                o.JobLine(
                    name=say("投递暂存的消息", "Deliver messages"),
                    planned=1,
                    ready=3,
                    running=1,
                    failed=2,
                    waiting=say("2 分钟", "2 minutes"),
                    next_at=None,
                ),
            ),
            timers=(
                o.TimerLine(
                    name=say("督办升级", "Escalation"),
                    waiting=142,
                    late=1,
                    behind=say("5 秒", "5 seconds"),
                    next_at=self.at("12-01 10:00"),
                    held=3,
                ),
            ),
            workers=(
                o.WorkerLine(name=say("后台 1", "Worker 1"), alive=True, seen=say("8 秒前", "8 seconds ago"), jobs=1),
                o.WorkerLine(
                    name=say("后台 2", "Worker 2"), alive=False, seen=say("9 分钟前", "9 minutes ago"), jobs=0
                ),
            ),
            kept=(
                o.KeptLine(
                    kind=say("消息", "Message"),
                    name="msg.early_sign",
                    count=3,
                    since=self.at("11-20 15:20"),
                    until=None,
                ),
            ),
            next_timers=(timer,),
            held_timers=(replace(timer, held=say("因异常搁置", "By an incident")),),
        )

    def health(self) -> o.HealthPage:
        say = self.say
        return o.HealthPage(
            frame=self.frame,
            tabs=self.tabs("health"),
            mark="red",
            summary=say("有故障：备份", "Faulty: Backup"),
            parts=(
                o.PartLine(
                    name=say("数据库", "Database"),
                    mark="green",
                    word=say("正常", "Well"),
                    text=say(
                        "PostgreSQL 18.6，74.0 MB，连接 12 / 100", "PostgreSQL 18.6, 74.0 MB, connections 12 / 100"
                    ),
                ),
                o.PartLine(
                    name=say("备份", "Backup"),
                    mark="red",
                    word=say("故障", "Faulty"),
                    text=say("从未备份", "never made"),
                    remedy=say("从未备份：请立即运行 changxiao backup 新文件夹。", "Run changxiao backup FOLDER now."),
                    unconfirmed=True,
                ),
                o.PartLine(
                    name=say("时钟", "Clock"),
                    mark="grey",
                    word=say("不适用", "Not applicable"),
                    text=say("演示时钟", "Demo clock"),
                ),
            ),
            backups=(
                o.BackupLine(
                    taken_at=self.at("11-30 02:00"),
                    folder="/srv/backup/2026-11-30",
                    size_bytes=74_000_000,
                    rows=1_203_344,
                    files=212,
                ),
            ),
        )


def _entry() -> v.NavItem:
    return v.NavItem(key="operations", href="/incidents", current=True)
