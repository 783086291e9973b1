"""公文: a paper to read and to print, the register of numbers, and making a paper void."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from engine.commands import documents
from engine.documents.paper import Chart
from engine.errors import Conflict, InputRejected
from engine.model.clock import local_day
from engine.model.numbering import DOCUMENT_KINDS
from engine.queries import documents as queries
from engine.queries.documents import DocumentFilter, DocumentLine, DocumentView, RegisterView
from engine.queries.paging import MAX_LIMIT
from webui.auth import current_person, rule
from webui.export import wanted_format
from webui.pages import listings
from webui.pages.blueprint import blueprint
from webui.pages.card_views import CardFilterView
from webui.pages.case_parts import DocumentLineView
from webui.pages.deadlines import short_day
from webui.pages.document_views import DocumentPrintPage, RegisterPage, SignatureLine, VoidPage
from webui.pages.forms import plain_form
from webui.pages.framing import frame, with_said
from webui.pages.paper_charts import chart_picture
from webui.pages.parts import FieldView, Option
from webui.pages.print_views import Sheet
from webui.pages.rendering import render
from webui.pages.words import listed, say, unit_name
from webui.problems import detail_of
from webui.service import current_engine

_MOST_CHARACTERS = 500
_STATES = ("made", "signed", "void")
_NAMES = ("unit", "kind", "year", "state")


@blueprint.get("/document/<uuid:document_id>")
@rule("signed_in")
def show_document(document_id: UUID) -> str:
    """Shown is printed: opening the page is what the access log keeps."""
    view = queries.document_view(current_engine(), current_person(), document_id)
    documents.take(current_engine(), current_person(), document_id, address=request.remote_addr or "", printed=True)
    return render(_sheet(view))


@blueprint.get("/documents")
@rule("role:inspector|unit_leader")
def show_register() -> str | Response:
    engine, person, wanted = current_engine(), current_person(), _wanted()
    if (file := wanted_format()) is not None:
        return listings.as_file(
            "documents",
            str(gettext("发文登记")),
            listings.document_columns(),
            lambda at: queries.documents(engine, person, wanted, cursor=at, limit=MAX_LIMIT),
            file,
        )
    return render(_register(queries.register(engine, person, wanted, cursor=request.args.get("after", ""))))


@blueprint.get("/document/<uuid:document_id>/void")
@rule("signed_in")
def show_void(document_id: UUID) -> str:
    return render(_void_page(document_id, "", {}))


@blueprint.post("/document/<uuid:document_id>/void")
@rule("signed_in")
def make_void(document_id: UUID) -> BaseResponse | tuple[str, int]:
    """Do it, or show the form again with the reason in words."""
    reason = request.form.get("reason", "").strip()[: 4 * _MOST_CHARACTERS]
    try:
        row = documents.void(current_engine(), current_person(), document_id, reason)
    except InputRejected as refused:
        return render(_void_page(document_id, reason, {"reason": detail_of(refused)})), 422
    except Conflict as refused:
        return render(_void_page(document_id, reason, {"": detail_of(refused)})), 409
    return redirect(with_said(f"/case/{row.instance_id}", "document_void") + "#files", 303)


def document_lines(lines: Iterable[DocumentLine]) -> tuple[DocumentLineView, ...]:
    """Papers for a list: of the register, of a case, beside a task."""
    return tuple(
        DocumentLineView(
            href=f"/document/{line.row.id}",
            number=line.row.no,
            name=say(line.template.zh, line.template.en),
            title=line.row.title,
            sender=unit_name(line.sender, short=True),
            subject=line.subject,
            on=line.row.dated,
            state=line.row.state,  # type: ignore[arg-type]  # one of the literals in the database
            state_word=listings.document_state_word(line.row.state),
            signed_by=listed(list(line.signed_by)),
            file_href=f"/api/v1/documents/{line.row.id}/file",
        )
        for line in lines
    )


def _sheet(view: DocumentView) -> DocumentPrintPage:
    row, shown = view.line.row, frame(view.frame, "inbox")
    return DocumentPrintPage(
        frame=replace(shown, theme="light", banners=(), clock=None),
        sheet=Sheet(
            by=f"{view.frame.name} {current_person()}", at=view.frame.now, back_href=f"/case/{row.instance_id}"
        ),
        paper=view.paper,
        charts=tuple(chart_picture(block) if isinstance(block, Chart) else None for block in view.paper.body),
        name=say(view.line.template.zh, view.line.template.en),
        number=row.no,
        state=row.state,  # type: ignore[arg-type]  # one of the literals in the database
        state_word=listings.document_state_word(row.state),
        sha256=row.sha256.hex(),
        signatures=tuple(
            SignatureLine(name=one.name, on_behalf_of=one.on_behalf_of, at=one.at, sha256=one.sha256)
            for one in view.signatures
        ),
        file_href=f"/api/v1/documents/{row.id}/file",
        void_note=_void_note(view),
        void_href=f"/document/{row.id}/void" if view.may_void else "",
    )


def _void_note(view: DocumentView) -> str:
    row = view.line.row
    if row.voided_at is None:
        return ""
    day = short_day(local_day(row.voided_at), local_day(view.frame.now))
    reason = listings.void_reason_word(row.void_reason)
    return str(gettext("本件已于 %(day)s 作废：%(reason)s。编号保留，不再使用。", day=day, reason=reason.rstrip("。.")))


def _wanted() -> DocumentFilter:
    """What the address asks for; what it does not know it leaves out."""
    asked = request.args
    year, kind, state = asked.get("year", ""), asked.get("kind", ""), asked.get("state", "")
    return DocumentFilter(
        unit=asked.get("unit", "")[:40],
        kind=kind if kind in DOCUMENT_KINDS else "",
        year=int(year) if len(year) == 4 and year.isdecimal() and year.isascii() else None,
        state=state if state in _STATES else "",
        is_numbered=True,
    )


def _register(view: RegisterView) -> RegisterPage:
    kept = {name: request.args.get(name, "") for name in _NAMES}
    following = urlencode({name: value for name, value in {**kept, "after": view.page.next_cursor}.items() if value})
    return RegisterPage(
        frame=frame(view.frame, "status"),
        filters=tuple(_filters(view, kept)),
        rows=document_lines(view.page.rows),
        clear_href="/documents" if any(kept.values()) else "",
        next_href=f"/documents?{following}" if view.page.next_cursor else "",
    )


def _filters(view: RegisterView, kept: Mapping[str, str]) -> Iterable[CardFilterView]:
    def offered(name: str, label: str, choices: Iterable[tuple[str, str]]) -> CardFilterView:
        options = tuple(Option(value=value, label=words, selected=value == kept[name]) for value, words in choices)
        return CardFilterView(name=name, label=label, options=options)  # type: ignore[arg-type]

    units = [(code, unit_name(unit, short=True)) for code, unit in view.units.items()]
    yield offered("unit", str(gettext("发文单位")), units)
    yield offered("kind", str(gettext("发文类别")), [(zh, say(zh, en)) for zh, en in DOCUMENT_KINDS.items()])
    yield offered("year", str(gettext("年度")), [(str(year), str(year)) for year in view.years])
    yield offered("state", str(gettext("状态")), [(one, listings.document_state_word(one)) for one in _STATES])


def _void_page(document_id: UUID, reason: str, errors: Mapping[str, str]) -> VoidPage:
    view = queries.document_view(current_engine(), current_person(), document_id)
    asked = FieldView(
        kind="area", key="reason", label=str(gettext("作废理由")), required=True, max_length=_MOST_CHARACTERS
    )
    path = f"/document/{document_id}/void"
    form = plain_form("void", (asked,), post_url=path, values={"reason": reason}, errors=errors)
    return VoidPage(
        frame=frame(view.frame, "inbox"),
        title=view.line.row.title,
        number=view.line.row.no,
        form=form if view.may_void or errors else None,
        back_href=f"/document/{document_id}",
    )
