"""How a page becomes HTML: template by type of page, filters for dates, lights and terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from flask_babel import gettext
from jinja2 import pass_context
from jinja2.runtime import Context

from webui import assets
from webui.export import format_href
from webui.language import templates
from webui.pages import (
    card_views,
    change_views,
    design_views,
    document_views,
    draw_views,
    import_views,
    inbox_views,
    instance_views,
    manage_views,
    me_views,
    migration_views,
    monitor_views,
    moves_views,
    obligation_views,
    operations_views,
    organization_views,
    print_views,
    question_views,
    roster_views,
    running_views,
    search_views,
    status_views,
    steering_views,
    studio_views,
    unit_views,
    user_views,
    views,
)
from webui.terms import term

SHANGHAI = ZoneInfo("Asia/Shanghai")

TEMPLATES: dict[type, str] = {
    views.InboxPage: "inbox.html",
    inbox_views.BatchPage: "batch.html",
    inbox_views.SavedViewsPage: "saved_views.html",
    views.TaskPage: "task.html",
    views.ActionPage: "action.html",
    views.CasePage: "case.html",
    card_views.CardsPage: "cards.html",
    card_views.CardPage: "card.html",
    steering_views.SteeringPage: "steering.html",
    steering_views.UrgePage: "urge.html",
    print_views.CasePrintPage: "case_print.html",
    document_views.DocumentPrintPage: "document_print.html",
    document_views.RegisterPage: "documents.html",
    document_views.VoidPage: "document_void.html",
    views.StartPage: "start.html",
    views.StartFormPage: "start_form.html",
    views.LoginPage: "login.html",
    me_views.MePage: "me.html",
    me_views.AbsencePage: "absence.html",
    me_views.ChannelsPage: "channels.html",
    manage_views.CalendarPage: "calendar.html",
    manage_views.ParamsPage: "params.html",
    manage_views.ParamPage: "param.html",
    organization_views.OrganizationPage: "organization.html",
    organization_views.OrganizationUnitPage: "organization_unit.html",
    change_views.ChangePage: "change.html",
    user_views.UsersPage: "users.html",
    import_views.ImportsPage: "imports.html",
    roster_views.RosterPage: "rosters.html",
    user_views.UserPage: "user.html",
    user_views.RequestsPage: "role_requests.html",
    user_views.OneTimePage: "one_time.html",
    user_views.PasswordPage: "password.html",
    search_views.SearchPage: "search.html",
    search_views.MessagesPage: "messages.html",
    search_views.HelpPage: "help.html",
    views.AboutPage: "about.html",
    views.ErrorPage: "error.html",
    instance_views.InstancePage: "instance.html",
    moves_views.MovesPage: "moves.html",
    moves_views.MovePage: "move.html",
    moves_views.VariablePage: "variable.html",
    monitor_views.ProcessesPage: "processes.html",
    monitor_views.ProcessPage: "process.html",
    monitor_views.TrendPage: "trend.html",
    status_views.StatusPage: "status.html",
    question_views.QuestionsPage: "questions.html",
    question_views.QuestionPage: "question.html",
    draw_views.DrawsPage: "draws.html",
    draw_views.DrawPage: "draw.html",
    monitor_views.ClosedPage: "closed.html",
    obligation_views.DutiesPage: "obligations.html",
    obligation_views.DutyPage: "obligation.html",
    obligation_views.WaivePage: "obligation_waive.html",
    obligation_views.MatrixPage: "obligation_matrix.html",
    obligation_views.RulesPage: "obligation_rules.html",
    obligation_views.RulePage: "obligation_rule.html",
    unit_views.UnitPage: "unit.html",
    operations_views.IncidentsPage: "incidents.html",
    operations_views.IncidentPage: "incident.html",
    operations_views.RetryRunPage: "retry_run.html",
    running_views.RunningListPage: "running_list.html",
    running_views.RunningPage: "running.html",
    migration_views.MigrationsPage: "migrations.html",
    migration_views.MapPage: "migration_map.html",
    migration_views.MigrationPage: "migration.html",
    operations_views.QueuesPage: "queues.html",
    operations_views.HealthPage: "health.html",
    studio_views.StudioPage: "studio.html",
    studio_views.DefinitionPage: "version.html",
    studio_views.EditorPage: "editor.html",
    studio_views.FormPreviewPage: "form_preview.html",
    studio_views.FormVersionPage: "form_version.html",
    studio_views.DecisionPage: "decision.html",
    design_views.DesignsPage: "designs.html",
    design_views.ThingsPage: "design_things.html",
    design_views.ProposalsPage: "proposals.html",
    design_views.ProposalPage: "proposal.html",
    design_views.PublishPage: "publish.html",
    design_views.HistoryPage: "design_history.html",
    design_views.ComparePage: "design_compare.html",
}


class Page(Protocol):
    """Any view that stands in a frame."""

    @property
    def frame(self) -> views.Frame: ...


def render(page: Page) -> str:
    """The whole page as HTML, in the language of the current request."""
    template = templates(current_app).get_template(TEMPLATES[type(page)])
    return template.render(page=page, frame=page.frame)


def install(app: Flask) -> None:
    """Filters and globals that the templates use. The language is `webui.language.install`'s concern."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        term=term,
        change=change,
        token_json=asdict,
        choices_json=choices_json,
        day=day,
        day_long=day_long,
        moment=moment,
        moment_long=moment_long,
        clock=clock,
        month=month,
        size=size,
        iso=iso,
        format_href=format_href,
    )
    assets.install(app)


def change(words: str) -> str:
    """ "已登记 → 已下发" with each state in the reader's language."""
    return " → ".join(" · ".join(term(mark) for mark in state.split(" · ")) for state in words.split(" → "))


def choices_json(options: Mapping[str, Sequence[views.Option]]) -> dict[str, list[dict[str, str]]]:
    """Choices by field key as the browser's form viewer wants them."""
    return {key: [{"value": o.value, "label": o.label} for o in choices] for key, choices in options.items()}


def _local(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)


def _day(context: Context, on: date) -> str:
    """Without the year inside the year of the business clock (ui/README.md, rule 6)."""
    local = _local(on).date() if isinstance(on, datetime) else on
    now = cast("views.Frame", context["frame"]).now
    return f"{local:%m-%d}" if local.year == _local(now).year else f"{local:%Y-%m-%d}"


def _weekday(on: date) -> str:
    names = gettext("周一"), gettext("周二"), gettext("周三"), gettext("周四"), gettext("周五")
    return str((*names, gettext("周六"), gettext("周日"))[on.weekday()])


@pass_context
def day(context: Context, on: date | None) -> str:
    """12-11, or 2025-12-11 outside the current year."""
    return _day(context, on) if on else ""


@pass_context
def day_long(context: Context, on: date | None) -> str:
    """12-11（周五）"""
    if on is None:
        return ""
    local = _local(on).date() if isinstance(on, datetime) else on
    return str(gettext("%(day)s（%(weekday)s）", day=_day(context, on), weekday=_weekday(local)))


@pass_context
def moment(context: Context, at: datetime | None) -> str:
    """11-26 10:05"""
    return f"{_day(context, at)} {_local(at):%H:%M}" if at else ""


def moment_long(at: datetime | None) -> str:
    """2026-12-01 09:00（周二）"""
    if at is None:
        return ""
    local = _local(at)
    return str(gettext("%(day)s（%(weekday)s）", day=f"{local:%Y-%m-%d %H:%M}", weekday=_weekday(local)))


def month(on: date) -> str:
    """10 月, Oct"""
    names = gettext("1 月"), gettext("2 月"), gettext("3 月"), gettext("4 月"), gettext("5 月"), gettext("6 月")
    rest = gettext("7 月"), gettext("8 月"), gettext("9 月"), gettext("10 月"), gettext("11 月"), gettext("12 月")
    return str((*names, *rest)[on.month - 1])


def clock(at: datetime | None) -> str:
    """08:57"""
    return f"{_local(at):%H:%M}" if at else ""


def iso(at: date | None) -> str:
    """Machine form, for <time datetime>."""
    if at is None:
        return ""
    return _local(at).isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()


def size(bytes_: int) -> str:
    """46 KB, 1.2 MB"""
    if bytes_ < 1024:
        return f"{bytes_} B"
    if bytes_ < 1024**2:
        return f"{bytes_ / 1024:.0f} KB"
    return f"{bytes_ / 1024**2:.1f} MB"
