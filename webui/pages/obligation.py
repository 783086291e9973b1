"""One obligation: where it comes from, how its day came about, what shows it, what can be done next; and 免除."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import obligations as commands
from engine.errors import Conflict, InputRejected
from engine.model.clock import instant
from engine.model.params import Params
from engine.queries.obligation_detail import ObligationView, StepNow, obligation_view
from engine.store.obligations import EvidenceRow
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import due_view, short_day
from webui.pages.forms import plain_form
from webui.pages.framing import frame, with_said
from webui.pages.obligation_views import DutyPage, EvidenceLine, NeedLine, StepLine, WaivePage
from webui.pages.obligation_words import due_of_duty, due_words, how_often, mechanism_word, need_word, owner_words
from webui.pages.obligations import PATH, list_href
from webui.pages.parts import Fact, FieldView, TimelineEvent
from webui.pages.rendering import render
from webui.pages.words import case_title, listed, say, unit_name
from webui.problems import detail_of
from webui.service import current_engine

_MOST_CHARACTERS = 500


@blueprint.get(f"{PATH}/<uuid:obligation_id>")
@rule("signed_in")
def show_obligation(obligation_id: UUID) -> str:
    return render(_page(obligation_view(current_engine(), current_person(), obligation_id)))


@blueprint.get(f"{PATH}/<uuid:obligation_id>/waive")
@rule("signed_in")
def show_waiver(obligation_id: UUID) -> str:
    return render(_waive_page(obligation_id, "", {}))


@blueprint.post(f"{PATH}/<uuid:obligation_id>/waive")
@rule("signed_in")
def waive(obligation_id: UUID) -> Response | tuple[str, int]:
    """Do it, or show the form again with the reason in words."""
    reason = request.form.get("reason", "")[: 4 * _MOST_CHARACTERS]
    try:
        commands.waive(current_engine(), current_person(), obligation_id, reason=reason)
    except InputRejected as refused:
        return render(_waive_page(obligation_id, reason, {"reason": detail_of(refused)})), 422
    except Conflict as refused:
        return render(_waive_page(obligation_id, reason, {"": detail_of(refused)})), 409
    return redirect(with_said(f"{PATH}/{obligation_id}", "waived"), 303)


def _page(view: ObligationView) -> DutyPage:
    row, found = view.found.row, view.found
    here = f"{PATH}/{row.id}"
    is_over = row.done_on is not None or row.waived_at is not None or row.lapsed_on is not None
    return DutyPage(
        frame=frame(view.frame, "duties", dates=(row.due_on,)),
        code=found.rule.code,
        name=say(found.rule.zh, found.rule.en),
        period=say(found.period.zh, found.period.en),
        due=due_of_duty(found),
        state=say(*found.words),
        is_stopped=not view.is_in_force,
        owed=tuple(_owed(view)),
        dated=tuple(_dated(view)),
        needs=tuple(_needs(view)),
        evidence=tuple(_evidence(fact, view) for fact in view.evidence),
        timeline=tuple(sorted(_timeline(view), key=lambda event: event.at)),
        running=_running(view),
        running_href=f"/case/{view.running.id}" if view.running is not None else "",
        steps=tuple(_step(step) for step in view.steps),
        start_href=f"/start/{view.start_key}" if view.start_key else "",
        waive_href=f"{here}/waive" if view.may_waive else "",
        waive_note="" if is_over or view.may_waive else _who_waives(view),
        waived=_waived(view),
    )


def _owed(view: ObligationView) -> Iterator[Fact]:
    found = view.found
    row, known = found.row, found.rule
    unit, kind = row.unit, known.owner.kind
    yield Fact(label=str(gettext("责任单位")), text=unit_name(view.unit), href=f"/units/{unit}")
    if kind == "branch":
        yield Fact(label=str(gettext("责任支部")), text=view.branch)
    who = listed(list(found.responsible)) or str(gettext("岗位空缺"))
    yield Fact(label=str(gettext("责任人")) if row.person else str(gettext("承办人")), text=who)
    yield Fact(label=str(gettext("期间")), text=say(found.period.zh, found.period.en))
    if row.event:
        yield Fact(label=str(gettext("事由")), text=row.event)
    yield Fact(
        label=str(gettext("机制")),
        text=mechanism_word(known.mechanism),
        href=list_href(mechanism=known.mechanism, unit=unit),
    )
    yield Fact(label=str(gettext("应办单位和人员")), text=_rule_words(view))
    if row.of:
        yield Fact(label=str(gettext("进度")), text=f"{row.done or 0}/{row.of}", strong=True)


def _rule_words(view: ObligationView) -> str:
    known = view.found.rule
    return str(gettext("%(owner)s，%(how)s", owner=owner_words(known), how=how_often(known)))


def _dated(view: ObligationView) -> Iterator[Fact]:
    """Rule, count and day; and why the day is another one than the rule gives now."""
    found, today = view.found, view.today
    row, known = found.row, found.rule
    origin = {"S": gettext("源文件规定"), "R": gettext("公开规定"), "L": gettext("本地默认值")}
    yield Fact(label=str(gettext("规则")), text=_written(view, view.params))
    if view.due is not None:
        yield Fact(label=str(gettext("算法")), text=say(view.due.zh, view.due.en))
    yield Fact(
        label=str(gettext("依据")), text=str(origin.get(known.provenance, "")), unconfirmed=known.provenance == "L"
    )
    yield Fact(label=str(gettext("开始日")), text=short_day(row.opens_on, today))
    if row.checkpoint_on is not None:
        yield Fact(label=str(gettext("检查点")), text=short_day(row.checkpoint_on, today))
    yield Fact(label=str(gettext("到期")), text=short_day(row.due_on, today), strong=True)
    if view.due is not None and view.due.on != row.due_on:
        yield Fact(label=str(gettext("调整")), text=_moved(view))
    if row.done_on is not None:
        yield Fact(label=str(gettext("完成日期")), text=short_day(row.done_on, today), strong=True)


def _written(view: ObligationView, params: Params) -> str:
    known, period = view.found.rule, view.found.row.period
    number = period[-1:] if len(known.due) > 1 else ""
    return due_words(known.due.get(number) or known.due_rule(1), params)


def _moved(view: ObligationView) -> str:
    follows = view.found.rule.follows
    if follows is not None:
        return str(gettext("已随义务 %(code)s 的实际日期调整", code=follows.code))
    return str(gettext("生成后未随日历或参数的变更提前，按原定日期计"))


def _needs(view: ObligationView) -> Iterator[NeedLine]:
    for need in view.found.rule.needs:
        facts = [fact for fact in view.evidence if fact.need == need]
        detail = ""
        if facts:
            last = facts[-1]
            detail = short_day(last.on_day, view.today) + (f" · {last.done or 0}/{last.of}" if last.of else "")
        yield NeedLine(label=need_word(need), is_met=need in view.found.row.met, detail=detail)


def _evidence(fact: EvidenceRow, view: ObligationView) -> EvidenceLine:
    case = view.cases.get(fact.instance_id) if fact.instance_id is not None else None
    return EvidenceLine(
        need=need_word(fact.need),
        part=view.parts.get(fact.part, ""),
        on=fact.on_day,
        share=f"{fact.done or 0}/{fact.of}" if fact.of else "",
        by=_who(fact.recorded_by, view),
        at=fact.recorded_at,
        case=case_title(case.title) if case is not None else "",
        case_no=case.business_no if case is not None else "",
        case_href=f"/case/{case.id}" if case is not None else "",
        papers=tuple((no or title, f"/document/{paper}") for paper, no, title in case.papers) if case else (),
    )


def _who(person: str, view: ObligationView) -> str:
    return str(gettext("流程自动登记")) if person == "system" else view.people.get(person, person)


def _timeline(view: ObligationView) -> Iterator[TimelineEvent]:
    row = view.found.row
    yield TimelineEvent(at=row.created_at, title=str(gettext("生成义务")), detail=_rule_words(view))
    for fact in view.evidence:
        share = f" {fact.done or 0}/{fact.of}" if fact.of else ""
        words = gettext("登记依据：%(need)s", need=need_word(fact.need) + share)
        yield TimelineEvent(at=fact.recorded_at, title=str(words), detail=_who(fact.recorded_by, view))
    if row.waived_at is not None:
        detail = f"{view.people.get(row.waived_by or '', row.waived_by or '')} · {row.waiver_reason}"
        yield TimelineEvent(at=row.waived_at, title=str(gettext("免除")), detail=detail)
    if row.done_on is not None and view.evidence:
        yield TimelineEvent(at=view.evidence[-1].recorded_at, title=say(*view.found.words))
    if row.lapsed_on is not None:
        yield TimelineEvent(at=instant(row.lapsed_on, time.min), title=str(gettext("不再承担（岗位或机构变动）")))


def _running(view: ObligationView) -> str:
    case = view.running
    return f"{case_title(case.title)} {case.business_no}".strip() if case is not None else ""


def _step(step: StepNow) -> StepLine:
    return StepLine(
        name=say(step.name, step.name_en),
        who=step.assignee_name or str(gettext("待领取")),
        due=due_view(step.light, step.due_on, None) if step.light is not None else None,
    )


def _waived(view: ObligationView) -> str:
    row = view.found.row
    if row.waived_at is None:
        return ""
    who = view.people.get(row.waived_by or "", row.waived_by or "")
    return str(gettext("%(who)s 已免除。理由：%(reason)s", who=who, reason=row.waiver_reason))


def _who_waives(view: ObligationView) -> str:
    if view.superior is None:
        return str(gettext("上级在系统之外，免除由州委书面决定，不在此办理。"))
    return str(gettext("确需免除的，由%(unit)s分管领导写明理由后免除。", unit=unit_name(view.superior)))


def _waive_page(obligation_id: UUID, reason: str, errors: dict[str, str]) -> WaivePage:
    view = obligation_view(current_engine(), current_person(), obligation_id)
    found, here = view.found, f"{PATH}/{obligation_id}"
    asked = FieldView(
        kind="area", key="reason", label=str(gettext("免除理由")), required=True, max_length=_MOST_CHARACTERS,
        hint=str(gettext("写明依据，例如借调、机构调整的文号。理由在统计和本页公开显示。")),
    )  # fmt: skip
    form = plain_form("waive", (asked,), post_url=f"{here}/waive", values={"reason": reason}, errors=errors)
    is_over = found.row.done_on is not None or found.row.waived_at is not None or found.row.lapsed_on is not None
    if view.may_waive:
        note = str(gettext("免除后不再要求办理，在统计中单列。免除不能撤回。"))
    elif is_over:
        note = str(gettext("本项义务%(state)s，不能免除。", state=say(*found.words)))
    else:
        note = _who_waives(view)
    return WaivePage(
        frame=frame(view.frame, "duties"),
        name=say(found.rule.zh, found.rule.en),
        place=f"{unit_name(view.unit)} · {say(found.period.zh, found.period.en)}",
        note=note,
        back_href=here,
        form=form if view.may_waive or errors else None,
    )
