"""流程设计: the editors of decisions and forms, a form as officers see it, and a decision as a plain table."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Response, make_response
from flask_babel import gettext

from engine.commands.form_preview import FormPreview, preview
from engine.errors import NotFound
from engine.queries.choices import sample_choices
from engine.queries.decision_tables import DecisionText, TableColumn, read_decisions
from engine.queries.designs import DesignView, design, text
from engine.queries.frame import frame_of
from engine.queries.published import decision_version, form_version
from webui.auth import current_person, rule
from webui.findings import design_finding
from webui.guard import CSP, DESIGN_CSP
from webui.pages.blueprint import blueprint
from webui.pages.design_parts import design_frame, edit_href, said
from webui.pages.forms import form_view
from webui.pages.framing import frame
from webui.pages.parts import FormView
from webui.pages.rendering import render
from webui.pages.studio_views import (
    ColumnView,
    DecisionPage,
    DecisionView,
    EditorPage,
    FormPreviewPage,
    FormVersionPage,
    RowView,
)
from webui.pages.words import say
from webui.service import current_engine
from webui.terms import HIT_POLICIES, term


@blueprint.get("/design/dmn/<uuid:design_id>")
@rule("role:analyst")
def show_decision_editor(design_id: UUID) -> str:
    return render(_editor(_of_kind(design_id, "dmn")))


@blueprint.get("/design/form/<uuid:design_id>")
@rule("role:analyst")
def show_form_editor(design_id: UUID) -> Response:
    response = make_response(render(_editor(_of_kind(design_id, "form"))))
    # The preview is a page of its own in a frame: its style sheets and widths are those that officers get.
    response.headers["Content-Security-Policy"] = f"{DESIGN_CSP}; frame-src 'self'"
    return response


@blueprint.get("/design/form/<uuid:design_id>/preview")
@rule("role:analyst")
def show_form_preview(design_id: UUID) -> Response:
    """The draft that was saved last, with values that pass; sending it checks the values and keeps nothing."""
    found = preview(current_engine(), current_person(), design_id)
    here = f"/design/form/{design_id}/preview"
    page = FormPreviewPage(
        frame=frame(frame_of(current_engine(), current_person()), "design"),
        title=say(found.name, found.name_en),
        rev=found.rev,
        findings=tuple(design_finding(problem) for problem in found.problems),
        form=_shown(found, here, f"/api/v1/designs/{design_id}/form-values") if found.form is not None else None,
    )
    response = make_response(render(page))
    response.headers["Content-Security-Policy"] = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return response


@blueprint.get("/design/form/version/<uuid:version_id>")
@rule("role:analyst")
def show_form_version(version_id: UUID) -> str:
    """A published version, to look at; sending is not offered."""
    engine, person = current_engine(), current_person()
    found = form_version(engine, person, version_id)
    title = say(found.form.title.zh, found.form.title.en)
    choices = sample_choices(engine, person, frame_of(engine, person).unit.code)
    return render(
        FormVersionPage(
            frame=design_frame(),
            key=found.key,
            name=title or found.key,
            version=found.version,
            state=found.state,  # type: ignore[arg-type]
            form=form_view(found.form, choices, post_url="", complete_url=""),
        )
    )


@blueprint.get("/design/dmn/<uuid:design_id>/table")
@rule("role:analyst")
def show_decision_draft(design_id: UUID) -> str:
    """The draft as a plain table: for narrow screens and whoever uses no mouse."""
    found = _of_kind(design_id, "dmn")
    content = text(current_engine(), current_person(), design_id).content
    return render(
        DecisionPage(
            frame=design_frame(),
            key=found.key,
            name=say(found.name, found.name_en),
            version=None,
            state="editing",
            decisions=tuple(decision_view(one) for one in read_decisions(content)),
            back_href=edit_href("dmn", design_id),
        )
    )


@blueprint.get("/decision/<uuid:decision_id>")
@rule("signed_in")
def show_decision(decision_id: UUID) -> str:
    """A published version as plain tables, for everyone."""
    engine, person = current_engine(), current_person()
    row = decision_version(engine, person, decision_id)
    facts = frame_of(engine, person)
    return render(
        DecisionPage(
            frame=frame(facts, "design"),
            key=row.key,
            name=say(row.name.zh, row.name.en),
            version=row.version,
            state=row.state,  # type: ignore[arg-type]
            decisions=tuple(decision_view(one) for one in read_decisions(row.content)),
            back_href="/design/decisions" if any(role.code == "analyst" for role in facts.roles) else "",
            used_by=row.used_by,
            xml_href=f"/api/v1/decisions/{decision_id}/xml",
        )
    )


def _of_kind(design_id: UUID, kind: str) -> DesignView:
    found = design(current_engine(), current_person(), design_id)
    if found.kind != kind:
        raise NotFound(f"There is no draft {design_id} of this kind.", id=str(design_id))
    return found


def _editor(found: DesignView) -> EditorPage:
    return EditorPage(
        frame=design_frame(),
        kind=found.kind,  # type: ignore[arg-type]
        design_id=found.id,
        key=found.key,
        name=say(found.name, found.name_en),
        state=found.state,
        based_on_version=found.based_on.version if found.based_on is not None else 0,
        refused=found.refusal.reason if found.refusal is not None else "",
    )


def _shown(found: FormPreview, here: str, check_url: str) -> FormView | None:
    if found.form is None:
        return None
    choices = sample_choices(current_engine(), current_person(), found.unit)
    values: Mapping[str, object] = found.values
    return form_view(
        found.form, choices, post_url=here, complete_url=check_url, values=values, next_url=f"{here}?said=form_passes"
    )


def decision_view(one: DecisionText) -> DecisionView:
    policy, _, aggregation = one.policy.partition(" ") if one.policy.startswith("COLLECT") else (one.policy, "", "")
    return DecisionView(
        id=one.id,
        name=said(one.name),
        question=one.question,
        description=one.description,
        policy=_policy(policy, aggregation),
        conditions=tuple(_column(column) for column in one.conditions),
        results=tuple(_column(column) for column in one.results),
        rows=tuple(
            RowView(
                number=row.number,
                conditions=tuple("" if cell.strip() in {"", "-"} else cell for cell in row.conditions),
                results=row.results,
                note=said(row.note),
            )
            for row in one.rows
        ),
        text=one.text,
    )


def _policy(policy: str, aggregation: str) -> str:
    words = term(HIT_POLICIES.get(policy, policy))
    return f"{words} ({aggregation})" if aggregation else words


def _column(column: TableColumn) -> ColumnView:
    types = {"string": gettext("文本"), "number": gettext("数值"), "boolean": gettext("是否"), "date": gettext("日期")}
    return ColumnView(
        label=said(column.label),
        name="" if column.name == column.label.zh else column.name,
        type=str(types.get(column.type, column.type)),
        allowed=column.allowed,
    )
