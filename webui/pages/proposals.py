"""Publishing: what a draft would change, putting it forward, and the second analyst's decision."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import deployments, proposals
from engine.commands.design_texts import lint_canvas
from engine.errors import Conflict, DefinitionRejected, InputRejected, NotFound, Problem, Refused
from engine.model.step import DefinitionId
from engine.queries import definitions as definition_queries
from engine.queries import designs as design_queries
from engine.queries import proposals as queries
from engine.queries.migrations import standing_on
from engine.queries.proposals import Impact, Proposal
from engine.queries.published import published
from webui.auth import current_person, rule
from webui.findings import design_finding
from webui.impact_words import impact_words
from webui.import_words import import_report, without_import_lines
from webui.pages.blueprint import blueprint
from webui.pages.design_parts import (
    design_frame,
    edit_href,
    of_design,
    of_part_versions,
    of_versions,
    tabs,
    version_href,
)
from webui.pages.design_views import Comparison, ProposalLine, ProposalPage, ProposalsPage, PublishPage
from webui.pages.forms import plain_form
from webui.pages.framing import with_said
from webui.pages.parts import Banner, FieldView, FormView
from webui.pages.rendering import render
from webui.pages.words import language, say
from webui.problems import detail_of
from webui.service import current_engine

_LATELY = 20


@blueprint.get("/design/proposals")
@rule("role:analyst")
def show_proposals() -> str:
    """What waits, and what was decided lately."""
    engine, person = current_engine(), current_person()
    waiting = queries.proposals(engine, person)
    decided = [*queries.proposals(engine, person, state="current"), *queries.proposals(engine, person, state="refused")]
    decided.sort(key=lambda found: found.decided_at or found.proposed_at, reverse=True)
    return render(
        ProposalsPage(
            frame=design_frame(),
            tabs=tabs("proposals", sum(not found.own for found in waiting)),
            waiting=tuple(_line(found) for found in waiting),
            decided=tuple(_line(found) for found in decided[:_LATELY]),
        )
    )


@blueprint.get("/design/proposal/<uuid:deployment_id>")
@rule("role:analyst")
def show_proposal(deployment_id: UUID) -> str:
    return _proposal(deployment_id)


@blueprint.post("/design/proposal/<uuid:deployment_id>/confirm")
@rule("role:analyst")
def confirm_proposal(deployment_id: UUID) -> Response | tuple[str, int]:
    try:
        deployments.confirm(current_engine(), current_person(), deployment_id)
    except (Conflict, Refused) as refused:
        status = 409 if isinstance(refused, Conflict) else 403
        return _proposal(deployment_id, Banner(text=detail_of(refused), kind="err")), status
    return redirect(with_said(f"/design/proposal/{deployment_id}", "design_published"), 303)


@blueprint.post("/design/proposal/<uuid:deployment_id>/refuse")
@rule("role:analyst")
def refuse_proposal(deployment_id: UUID) -> Response | tuple[str, int]:
    reason = request.form.get("reason", "")
    try:
        deployments.refuse(current_engine(), current_person(), deployment_id, reason=reason)
    except InputRejected as refused:
        text = refused.zh if language() == "zh" else refused.en
        return _proposal(deployment_id, reason=reason, errors={"reason": text}), 422
    except Conflict as refused:
        return _proposal(deployment_id, Banner(text=detail_of(refused), kind="err")), 409
    return redirect(with_said(f"/design/proposal/{deployment_id}", "design_refused"), 303)


@blueprint.get("/design/publish/<uuid:design_id>")
@rule("role:analyst")
def show_publish(design_id: UUID) -> str:
    return _publish(design_id)


@blueprint.post("/design/publish/<uuid:design_id>")
@rule("role:analyst")
def publish_design(design_id: UUID) -> Response | tuple[str, int]:
    """Put the revision that was looked at forward."""
    note = request.form.get("note", "")
    try:
        rev = int(request.form.get("rev", ""))
        made = proposals.propose(current_engine(), current_person(), design_id, rev=rev, note=note)
    except ValueError:
        return redirect(f"/design/publish/{design_id}", 303)
    except DefinitionRejected as refused:
        return _publish(design_id, note=note, problems=refused.problems), 422
    except Conflict as refused:
        return _publish(design_id, Banner(text=detail_of(refused), kind="err"), note=note), 409
    return redirect(with_said(f"/design/proposal/{made.id}", "design_proposed"), 303)


def _line(found: Proposal) -> ProposalLine:
    return ProposalLine(
        href=f"/design/proposal/{found.id}",
        what=say(found.name, found.name_en),
        key=found.key,
        version=found.version,
        state=found.state,  # type: ignore[arg-type]
        by=found.proposed_by.name,
        at=found.proposed_at,
        own=found.own,
        view_href=version_href(found.kind, found.version_id),
        decided_by=found.decided_by.name if found.decided_by is not None else "",
        decided_at=found.decided_at,
        note=found.note,
    )


def _proposal(deployment_id: UUID, *banners: Banner, reason: str = "", errors: dict[str, str] | None = None) -> str:
    engine, person = current_engine(), current_person()
    found = queries.proposal(engine, person, deployment_id)
    if found is None:
        raise NotFound(f"There is no proposal {deployment_id} with anything to look at.")
    waits = found.state == "proposed"
    stored = _stored(found)
    impact: tuple[str, ...] = ()
    comparison = _against_former(found)
    if waits and found.design_id is not None:
        told = queries.impact(engine, person, found.design_id)
        impact = (*impact_words(told), *_touched(told, comparison))
    return render(
        ProposalPage(
            frame=design_frame(*banners),
            line=_line(found),
            reason=found.reason,
            impact=impact,
            findings=tuple(design_finding(problem) for problem in without_import_lines(stored)),
            imported=import_report(stored),
            comparison=comparison,
            confirm_href=f"/design/proposal/{deployment_id}/confirm" if waits and not found.own else "",
            form=_refusal_form(deployment_id, found, reason, errors or {}) if waits else None,
        )
    )


def _against_former(found: Proposal) -> Comparison | None:
    """With the version in force, or for one that is decided with the version before it."""
    rows = published(current_engine(), current_person(), found.kind, found.key)
    former = [row for row in rows if row.version < found.version and row.state in ("current", "superseded")]
    current = next((row for row in rows if row.state == "current" and row.version != found.version), None)
    other = current if current is not None and found.state == "proposed" else former[0] if former else None
    if other is None:
        return None
    if found.kind == "bpmn":
        return of_versions(other.id, found.version_id)
    return of_part_versions(found.kind, other.id, found.version_id, f"{found.key} v{other.version}")


def _stored(found: Proposal) -> tuple[Problem, ...]:
    """What the lint said when it was put forward."""
    if found.kind != "bpmn":
        return ()
    rows = definition_queries.definitions(current_engine(), current_person(), key=found.key, version=found.version)
    return tuple(Problem(**check) for row in rows for check in row.checks)  # type: ignore[arg-type]


def _refusal_form(deployment_id: UUID, found: Proposal, reason: str, errors: dict[str, str]) -> FormView:
    label = gettext("撤回理由") if found.own else gettext("退回理由")
    asked = FieldView(kind="area", key="reason", label=str(label), required=True, max_length=2000)
    action = f"/design/proposal/{deployment_id}/refuse"
    return plain_form("refusal", (asked,), post_url=action, values={"reason": reason}, errors=errors)


def _publish(design_id: UUID, *banners: Banner, note: str = "", problems: tuple[Problem, ...] | None = None) -> str:
    engine, person = current_engine(), current_person()
    impact = queries.impact(engine, person, design_id)
    design, comparison = impact.design, of_design(design_id)
    if problems is None:
        text = design_queries.text(engine, person, design_id)
        problems = lint_canvas(engine, person, design_id, text.content, text.cases)
    writable = design.state == "editing" and (design.lock is None or design.lock.mine)
    errors = any(problem.severity == "error" for problem in problems)
    why = _why_not(writable, design.state, design.lock.person.name if design.lock is not None else "")
    asked = FieldView(kind="area", key="note", label=str(gettext("修改说明（供复核人参考）")), max_length=500)
    form = plain_form("publish", (asked,), post_url=f"/design/publish/{design_id}", values={"note": note}, errors={})
    return render(
        PublishPage(
            frame=design_frame(*banners, *((Banner(text=why, kind="warn"),) if why else ())),
            key=design.key,
            name=say(design.name, design.name_en),
            rev=design.rev,
            next_version=impact.next_version,
            impact=(*impact_words(impact), *_touched(impact, comparison)),
            findings=tuple(design_finding(problem) for problem in without_import_lines(problems)),
            imported=import_report(problems),
            comparison=comparison,
            kind=design.kind,  # type: ignore[arg-type]
            edit_href=edit_href(design.kind, design_id),
            form=form if writable and not errors else None,
        )
    )


def _touched(impact: Impact, comparison: Comparison | None) -> Iterator[str]:
    """Which running cases stand on what changes: as numbers, an analyst sees no case."""
    if impact.current is None or comparison is None or impact.design.kind != "bpmn":
        return
    standing = standing_on(current_engine(), current_person(), DefinitionId(impact.current.id))
    words = {"changed": gettext("有修改"), "removed": gettext("已删除")}
    for change in comparison.changes:
        if change.change in words and standing.get(change.id):
            yield str(
                gettext(
                    "“%(name)s”%(what)s，v%(version)s 现有 %(count)s 件停在此处；发布后可在“迁移”中转到新版本。",
                    name=change.name,
                    what=words[change.change],
                    version=impact.current.version,
                    count=standing[change.id],
                )
            )


def _why_not(writable: bool, state: str, writer: str) -> str:
    if writable:
        return ""
    words = {
        "editing": gettext("%(name)s正在编辑，编辑结束后才能提交发布。", name=writer),
        "proposed": gettext("草稿已提交发布，正在等待另一名分析员确认。"),
        "published": gettext("草稿已发布。要再修改，请新建草稿。"),
        "discarded": gettext("草稿已放弃。"),
    }
    return str(words[state])
