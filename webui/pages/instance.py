"""运行维护 · 实例: the inside of one instance by its opaque id, with masked variables; nothing of a sealed one."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext, ngettext

from engine.model.case import STATUS_LABELS
from engine.model.step import InstanceId
from engine.queries.internals import Element, Internals, MaskedVariable, internals
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.incident_words import reason_words
from webui.pages.instance_views import EventLine, IncidentLine, InsideLine, InstancePage, VariableLine
from webui.pages.instance_words import event_word
from webui.pages.parts import Fact
from webui.pages.rendering import moment_long, render
from webui.pages.words import plate_of_level, plate_word, say
from webui.service import current_engine


@blueprint.get("/instance/<uuid:instance_id>")
@rule("role:operator")
def show_instance(instance_id: UUID) -> str:
    return render(_page(internals(current_engine(), current_person(), InstanceId(instance_id))))


def _page(found: Internals) -> InstancePage:
    return InstancePage(
        frame=frame(found.frame, "operations"),
        id=str(found.id),
        process=say(found.process_name, found.process_name_en),
        version=found.version,
        status=next((zh for code, (zh, _) in STATUS_LABELS.items() if code == found.status), found.status),
        facts=tuple(_facts(found)),
        tokens=tuple(
            InsideLine(
                kind=_state_words().get(token.state, token.state),
                element=_name(token.element),
                detail=_token_detail(token.ladder_level, is_protected=token.is_protected),
                at=token.due_at,
                since=token.since,
            )
            for token in found.tokens
        ),
        timers=tuple(
            InsideLine(
                kind=_timer_words().get(timer.row.kind, timer.row.kind),
                element=_name(timer.element),
                at=timer.row.due_at,
                held=timer.row.held_at is not None,
            )
            for timer in found.timers
        ),
        subscriptions=tuple(
            InsideLine(
                kind=str(gettext("信号") if awaited.row.kind == "signal" else gettext("消息")),
                element=_name(awaited.element),
                detail=awaited.row.name,
            )
            for awaited in found.subscriptions
        ),
        variables=tuple(VariableLine(key=one.key, kind=kind_of(one)) for one in found.variables),
        events=tuple(
            EventLine(
                seq=event.seq,
                at=event.at,
                event=event_word(event.event),
                element=_name(event.element) if event.element is not None else "",
                by=str(gettext("人员") if event.by_person else gettext("引擎")),
            )
            for event in found.events
        ),
        event_count=found.event_count,
        incidents=tuple(
            IncidentLine(
                href=f"/incident/{row.id}",
                reason=reason_words(row),
                at=row.opened_at,
                resolved=row.state == "resolved",
            )
            for row in found.incidents
        ),
    )


def _facts(found: Internals) -> list[Fact]:
    facts = [
        Fact(label="发起", text=moment_long(found.started_at)),
        Fact(label="最近变动", text=moment_long(found.updated_at)),
        Fact(label="修订号", text=str(found.rev)),
        Fact(label="状态大小", text=f"{found.state_bytes} B"),
    ]
    if found.suspended_at is not None:
        facts.append(Fact(label="暂停", text=moment_long(found.suspended_at)))
    if found.ended_at is not None:
        facts.append(Fact(label="结束", text=moment_long(found.ended_at)))
    if found.parent_instance is not None:
        parent = str(found.parent_instance)
        facts.append(Fact(label="上级实例", text="", number=parent, href=f"/instance/{parent}"))
    return facts


def _name(element: Element) -> str:
    return say(element.name, element.name_en) or element.id


def _token_detail(level: int, *, is_protected: bool) -> str:
    plate = plate_of_level(level)
    said = [plate_word(plate)] if plate is not None else []
    if is_protected:
        said.append(str(gettext("受保护")))
    return str(gettext("、")).join(said)


def kind_of(variable: MaskedVariable) -> str:
    size = variable.size or 0
    words = {
        "text": gettext("文本"),
        "number": gettext("数字"),
        "boolean": gettext("是否"),
        "list": ngettext("列表，%(num)s 项", "列表，%(num)s 项", size),
        "object": ngettext("对象，%(num)s 项", "对象，%(num)s 项", size),
        "null": gettext("空"),
    }
    return str(words[variable.type])


def _state_words() -> dict[str, str]:
    return {
        "offered": str(gettext("待领取")),
        "assigned": str(gettext("待办")),
        "started": str(gettext("办理中")),
        "suspended": str(gettext("已暂停")),
    }


def _timer_words() -> dict[str, str]:
    return {
        "bpmn": str(gettext("流程定时")),
        "reminder": str(gettext("提醒")),
        "ladder": str(gettext("升级")),
        "stage": str(gettext("阶段报告")),
        "delivery": str(gettext("送达")),
        "handover": str(gettext("交接")),
    }
