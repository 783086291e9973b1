"""义务规则: the catalogue of what is owed, and changing one of its rules after a preview of what that comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import obligations as commands
from engine.errors import InputRejected, NotFound
from engine.model.obligation_rules import Rule
from engine.model.params import Params
from engine.queries import obligation_rules as queries
from engine.queries.obligation_rules import RulePreview, RulesView, rule_preview, rules_view
from webui.auth import current_person, rule
from webui.export import Column, Listing, export, wanted_format
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame, with_said
from webui.pages.obligation_views import EffectLine, RuleGroup, RuleLine, RulePage, RulesPage
from webui.pages.obligation_words import due_words, how_often, mechanism_word, need_word, owner_words
from webui.pages.parts import Fact, TimelineEvent
from webui.pages.rendering import render
from webui.pages.words import listed, say
from webui.problems import detail_of
from webui.service import current_engine

PATH = "/obligations/rules"
_MOST_CHARACTERS = 200
_TEXTS = ("zh", "en", "units", "reason")


@blueprint.get(PATH)
@rule("signed_in")
def show_rules() -> str | Response:
    view = rules_view(current_engine(), current_person())
    if (file := wanted_format()) is not None:
        return export(_listing(view), file)
    groups = groupby(view.lines, key=lambda line: line.rule.mechanism)
    return render(
        RulesPage(
            frame=frame(view.frame, "duties"),
            groups=tuple(
                RuleGroup(label=mechanism_word(key), lines=tuple(_line(line, view) for line in lines))
                for key, lines in groups
            ),
            may_change=view.may_change,
        )
    )


@blueprint.get(f"{PATH}/<string:code>")
@rule("role:admin")
def show_rule(code: str) -> str:
    view, line = _of(code)
    return render(_page(view, line, _values(line.rule)))


@blueprint.post(f"{PATH}/<string:code>")
@rule("role:admin")
def change_rule(code: str) -> Response | str | tuple[str, int]:
    """First shown what it comes to; changed only when that was seen and is confirmed."""
    view, line = _of(code)
    values = {name: request.form.get(name, "").strip()[: 2 * _MOST_CHARACTERS] for name in (*_TEXTS, *_dues(line.rule))}
    values["active"] = "on" if request.form.get("active") == "on" else ""
    changes = _changes(line.rule, values)
    engine, person = current_engine(), current_person()
    try:
        if not changes:
            raise InputRejected("没有改动。请先修改再预览。", "Nothing is changed yet.", field="")
        preview = rule_preview(engine, person, code, changes)
        if request.form.get("do") != "save":
            return render(_page(view, line, values, preview=preview))
        commands.change_rule(engine, person, code, changes, reason=values["reason"])
    except InputRejected as refused:
        field = str(refused.facts.get("field") or "")
        return render(_page(view, line, values, errors={field: detail_of(refused)})), 422
    return redirect(with_said(PATH, "rule_changed"), 303)


def _of(code: str) -> tuple[RulesView, queries.RuleLine]:
    view = rules_view(current_engine(), current_person())
    line = next((found for found in view.lines if found.rule.code == code), None)
    if line is None:
        raise NotFound(f"There is no rule {code}.", name=code[:40])
    return view, line


def _dues(known: Rule) -> tuple[str, ...]:
    """Names of the fields of its due days: one, or one for each number of the period in its year."""
    return tuple(f"due{number}" for number in known.due)


def _values(known: Rule) -> dict[str, str]:
    dues = {f"due{number}": text for number, text in known.due.items()}
    texts = {"zh": known.zh, "en": known.en, "units": known.owner.units, "reason": ""}
    return {**texts, **dues, "active": "on" if known.active else ""}


def _changes(known: Rule, values: Mapping[str, str]) -> dict[str, object]:
    """What differs from the rule as it stands."""
    found: dict[str, object] = {}
    for name, old in (("zh", known.zh), ("en", known.en), ("units", known.owner.units)):
        if values[name] != old:
            found[name] = values[name]
    dues = {number: values[f"due{number}"] for number in known.due}
    if dues != dict(known.due):
        found["due"] = dues
    if (values["active"] == "on") != known.active:
        found["active"] = values["active"] == "on"
    return found


def _line(line: queries.RuleLine, view: RulesView) -> RuleLine:
    known = line.rule
    origin = {"S": gettext("源文件规定"), "R": gettext("公开规定"), "L": gettext("本地默认值")}
    last = line.changes[0] if line.changes else None
    return RuleLine(
        code=known.code,
        name=say(known.zh, known.en),
        owner=owner_words(known),
        how=how_often(known),
        due=tuple(_due_lines(known, view.params)),
        needs=listed([need_word(need) for need in known.needs]),
        provenance=str(origin[known.provenance]),
        is_pending=known.provenance == "L" and last is None,
        state=_state(line),
        is_stopped=not (known.active and line.is_deployed),
        version=known.version,
        changed=str(gettext("%(by)s：%(reason)s", by=last.by, reason=last.reason)) if last is not None else "",
        href=f"{PATH}/{known.code}" if view.may_change else "",
    )


def _due_lines(known: Rule, params: Params) -> Iterator[str]:
    for number, text in known.due.items():
        said = due_words(text, params)
        yield f"{_number_word(known, number)}{said}" if number else said


def _number_word(known: Rule, number: str) -> str:
    if known.period == "half":
        halves = {"1": gettext("上半年："), "2": gettext("下半年：")}
        return str(halves.get(number, number))
    return str(gettext("第 %(n)s 期：", n=number))


def _state(line: queries.RuleLine) -> str:
    if not line.rule.active:
        return str(gettext("未启用"))
    return str(gettext("已启用") if line.is_deployed else gettext("未启用（流程未部署）"))


def _page(
    view: RulesView,
    line: queries.RuleLine,
    values: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    preview: RulePreview | None = None,
) -> RulePage:
    known = line.rule
    dues = tuple(
        (_number_word(known, number).rstrip("：: ") if number else str(gettext("期限规则")), f"due{number}")
        for number in known.due
    )
    return RulePage(
        frame=frame(view.frame, "duties"),
        line=_line(line, view),
        facts=tuple(_facts(known)),
        dues=dues,
        values=values,
        errors=errors or {},
        valid_from=preview.valid_from if preview is not None else None,
        effects=tuple(_effects(preview)) if preview is not None else None,
        history=tuple(
            TimelineEvent(
                at=change.at,
                title=str(gettext("第 %(n)s 版，自 %(day)s 起的期间适用", n=change.version, day=change.valid_from)),
                detail=f"{change.by} · {change.reason}",
            )
            for change in line.changes
        ),
    )


def _facts(known: Rule) -> Iterator[Fact]:
    yield Fact(label=str(gettext("应办单位和人员")), text=owner_words(known))
    yield Fact(label=str(gettext("周期")), text=how_often(known))
    yield Fact(label=str(gettext("办结依据")), text=listed([need_word(need) for need in known.needs]))
    yield Fact(label=str(gettext("流程")), text=known.process)


def _effects(preview: RulePreview) -> Iterator[EffectLine]:
    for effect in preview.effects:
        yield EffectLine(
            period=say(effect.period.zh, effect.period.en),
            before=effect.due_before,
            after=effect.due_after,
            owners_before=effect.owners_before,
            owners_after=effect.owners_after,
        )


def _listing(view: RulesView) -> Listing[RuleLine]:
    return Listing(
        name="obligation-rules",
        title=str(gettext("义务规则")),
        columns=(
            Column(label=gettext("编号"), value=lambda line: line.code, width=8),
            Column(label=gettext("义务"), value=lambda line: line.name, width=34),
            Column(label=gettext("应办单位和人员"), value=lambda line: line.owner, width=40),
            Column(label=gettext("周期"), value=lambda line: line.how, width=10),
            Column(label=gettext("期限"), value=lambda line: "；".join(line.due), width=40),
            Column(label=gettext("办结依据"), value=lambda line: line.needs, width=34),
            Column(label=gettext("依据"), value=lambda line: line.provenance, width=14),
            Column(label=gettext("状态"), value=lambda line: line.state, width=16),
            Column(label=gettext("版本"), value=lambda line: line.version, width=8),
        ),
        rows=tuple(_line(line, view) for line in view.lines),
    )
