"""队列 and 运行状况: what the machinery of the service does, for operators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from engine.queries.health import Health, Part, State, behind, framed_health
from engine.queries.queues import FramedQueues, Queues, framed_queues
from engine.store.messages import KeptCounts
from engine.store.vitals import QueuedTimer
from webui.assets import Assets
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.incident_words import job_word, timer_word
from webui.pages.incidents import tabs
from webui.pages.operations_views import (
    BackupLine,
    Figure,
    HealthPage,
    JobLine,
    KeptLine,
    Mark,
    PartLine,
    QueuedLine,
    QueuesPage,
    TimerLine,
    WorkerLine,
)
from webui.pages.part_words import part_name, part_remedy, part_text
from webui.pages.rendering import render
from webui.pages.words import listed, say
from webui.service import current_engine

MARKS: Mapping[State, Mark] = {"good": "green", "watch": "yellow", "bad": "red", "off": "grey"}


@blueprint.get("/queues")
@rule("role:operator")
def show_queues() -> str:
    framed = framed_queues(current_engine(), current_person())
    found = framed.queues
    return render(
        QueuesPage(
            frame=frame(framed.frame, "operations"),
            tabs=tabs("queues"),
            figures=_figures(found),
            jobs=tuple(
                JobLine(
                    name=job_word(jobs.name),
                    planned=jobs.planned,
                    ready=jobs.ready,
                    running=jobs.running,
                    failed=jobs.failed,
                    waiting=_since(found.wall_now, jobs.ready_since),
                    next_at=jobs.next_at,
                )
                for jobs in found.jobs
            ),
            timers=tuple(
                TimerLine(
                    name=timer_word(timers.kind),
                    waiting=timers.waiting,
                    late=timers.late,
                    behind=_since(found.now, timers.late_since),
                    next_at=timers.next_at,
                    held=timers.held,
                )
                for timers in found.timers
            ),
            workers=tuple(
                WorkerLine(
                    name=str(gettext("后台 %(number)s", number=worker.id)),
                    alive=found.lives(worker),
                    seen=str(gettext("%(time)s前", time=span(found.wall_now - worker.last_seen))),
                    jobs=worker.jobs,
                )
                for worker in found.workers
            ),
            kept=tuple(_kept(kept, framed) for kept in found.kept),
            next_timers=tuple(_queued(timer, framed) for timer in found.next_timers),
            held_timers=tuple(_queued(timer, framed) for timer in found.held_timers),
        )
    )


@blueprint.get("/health")
@rule("role:operator")
def show_health() -> str:
    facts, found = framed_health(current_engine(), current_person())
    parts = (*found.parts, Part(key="assets", state="good" if Assets.load().built else "watch"))
    return render(
        HealthPage(
            frame=frame(facts, "operations"),
            tabs=tabs("health"),
            mark=MARKS[found.worst],
            summary=_summary(found),
            parts=tuple(
                PartLine(
                    name=part_name(part.key),
                    mark=MARKS[part.state],
                    word=state_word(part.state),
                    text=part_text(part),
                    remedy=part_remedy(part) if part.state in {"watch", "bad"} else "",
                    unconfirmed=part.key == "backup",
                )
                for part in parts
            ),
            backups=tuple(
                BackupLine(
                    taken_at=backup.taken_at,
                    folder=backup.folder,
                    size_bytes=backup.size_bytes,
                    rows=backup.row_count,
                    files=backup.file_count,
                )
                for backup in found.backups
            ),
        )
    )


def state_word(state: State) -> str:
    """ "正常" """
    words = {
        "good": gettext("正常"),
        "watch": gettext("注意"),
        "bad": gettext("故障"),
        "off": gettext("不适用"),
    }
    return str(words[state])


def span(length: timedelta) -> str:
    """ "2 分钟": the largest unit says enough."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return str(ngettext("%(num)s 秒", "%(num)s 秒", seconds))
    if seconds < 3600:
        return str(ngettext("%(num)s 分钟", "%(num)s 分钟", seconds // 60))
    if seconds < 2 * 86400:
        return str(ngettext("%(num)s 小时", "%(num)s 小时", seconds // 3600))
    return str(ngettext("%(num)s 天", "%(num)s 天", seconds // 86400))


def _since(now: datetime, since: datetime | None) -> str:
    return span(now - since) if since is not None else ""


def _figures(found: Queues) -> tuple[Figure, ...]:
    alive = sum(found.lives(worker) for worker in found.workers)
    failed = sum(jobs.failed for jobs in found.jobs)
    jobs, timers = behind(found.jobs_behind), behind(found.timers_behind)
    return (
        _figure(gettext("作业积压"), span(found.jobs_behind) if found.jobs_behind else gettext("无"), jobs),
        _figure(gettext("定时积压"), span(found.timers_behind) if found.timers_behind else gettext("无"), timers),
        _figure(gettext("在线后台"), str(alive), "good" if alive else "bad"),
        _figure(gettext("失败作业"), str(failed), "watch" if failed else "good"),
    )


def _figure(label: str, value: str, state: State) -> Figure:
    return Figure(label=str(label), value=str(value), mark=MARKS[state], word=state_word(state))


def _queued(timer: QueuedTimer, framed: FramedQueues) -> QueuedLine:
    process = framed.processes.get(timer.process)
    element = framed.elements.get((timer.definition_id, timer.node_id))
    held = ""
    if timer.held_at is not None:
        held = str(gettext("随事项暂停") if timer.suspended else gettext("因异常搁置"))
    return QueuedLine(
        due_at=timer.due_at,
        kind=timer_word(timer.kind),
        process=say(process.name, process.name_en) if process is not None else timer.process,
        element=say(element.name, element.name_en) if element is not None else timer.node_id,
        instance=str(timer.instance_id),
        held=held,
    )


def _kept(kept: KeptCounts, framed: FramedQueues) -> KeptLine:
    kinds = {"message": gettext("消息"), "signal": gettext("信号"), "start": gettext("启动流程")}
    process = framed.processes.get(kept.name)
    return KeptLine(
        kind=str(kinds.get(kept.kind, kept.kind)),
        name=say(process.name, process.name_en) if process is not None else kept.name,
        count=kept.count,
        since=kept.since,
        until=kept.expires_at,
    )


def _summary(found: Health) -> str:
    bad = [part_name(part.key) for part in found.parts if part.state == "bad"]
    watch = [part_name(part.key) for part in found.parts if part.state == "watch"]
    if bad:
        return str(gettext("有故障：%(parts)s", parts=listed(bad)))
    if watch:
        return str(gettext("需要注意：%(parts)s", parts=listed(watch)))
    return str(gettext("各部分运行正常"))
