"""One unit of 组织机构; what an administrator changes stands in `posts`, `unit_changes`, `unit_closing`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from flask_babel import gettext

from engine.model.preloaded import Labelled
from engine.queries.organization_unit import Holder, Post, UnitView, unit_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import Crumb
from webui.pages.framing import frame
from webui.pages.organization_views import (
    DepartmentLine,
    HolderLine,
    OrganizationUnitPage,
    PostLine,
)
from webui.pages.parts import Fact
from webui.pages.rendering import render
from webui.pages.words import listed, say, unit_name
from webui.service import current_engine


@blueprint.get("/organization/<code>")
@rule("signed_in")
def show_organization_unit(code: str) -> str:
    view = unit_view(current_engine(), current_person(), code)
    return render(
        OrganizationUnitPage(
            frame=frame(view.frame, "manage"),
            name=unit_name(view.unit),
            code=view.row.code,
            crumbs=crumbs(view),
            facts=_facts(view),
            posts=tuple(_post(view, post) for post in view.posts),
            departments=tuple(
                DepartmentLine(
                    code=found.code,
                    name=found.name,
                    kind=kind_word(found.kind),
                    is_responsible=found.is_responsible,
                )
                for found in view.departments
            ),
            below=tuple(Crumb(label=unit_name(unit), href=f"/organization/{unit.code}") for unit in view.below),
            actions=_actions(view),
            keep_href=f"/organization/{code}/keep" if _is_ending(view) and view.may_close else "",
            notes=tuple(_notes(view)),
        )
    )


def crumbs(view: UnitView, *, with_unit: bool = False) -> tuple[Crumb, ...]:
    """The way back to the tree, through the superior."""
    found = [Crumb(label=str(gettext("组织机构")), href="/organization")]
    if view.superior is not None:
        found.append(Crumb(label=unit_name(view.superior, short=True), href=f"/organization/{view.superior.code}"))
    if with_unit:
        found.append(Crumb(label=unit_name(view.unit, short=True), href=f"/organization/{view.row.code}"))
    return tuple(found)


def position_word(post: Labelled) -> str:
    return say(post.zh, post.en)


def kind_word(kind: str) -> str:
    """What a department is."""
    words = {"内设机构": gettext("内设机构"), "基层单位": gettext("基层单位"), "支部": gettext("党支部")}
    return str(words.get(kind, kind))


def _facts(view: UnitView) -> tuple[Fact, ...]:
    unit = view.row
    superior = view.superior
    facts = [
        Fact(label=str(gettext("单位代码")), text="", number=unit.code),
        Fact(label=str(gettext("简称")), text=unit.short_name),
        Fact(label=str(gettext("机关代字")), text=unit.document_prefix),
        Fact(label=str(gettext("层级")), text=level_word(unit.level)),
        Fact(label=str(gettext("类型")), text=say(view.type.zh, view.type.en)),
        Fact(
            label=str(gettext("上级单位")),
            text=unit_name(superior) if superior is not None else str(gettext("州委（系统外）")),
            href=f"/organization/{superior.code}" if superior is not None else "",
        ),
        Fact(label=str(gettext("人数")), text=str(unit.staff)),
        Fact(label=str(gettext("启用")), text=_day(unit.active_from)),
    ]
    if unit.active_until is not None:
        facts.append(Fact(label=str(gettext("停用")), text=_day(unit.active_until)))
    return tuple(facts)


def level_word(level: str) -> str:
    return str({"PREF": gettext("州级"), "COUNTY": gettext("县市级")}.get(level, level))


def _day(on: date | None) -> str:
    return on.isoformat() if on is not None else "—"


def _is_ending(view: UnitView) -> bool:
    return view.row.active_until is not None and view.row.active_until >= view.today


def _notes(view: UnitView) -> list[str]:
    if view.row.active_until is None:
        return []
    if _is_ending(view):
        return [str(gettext("本单位将于 %(day)s 后停用，次日起不再产生义务。", day=view.row.active_until))]
    return [str(gettext("本单位已停用，历史记录保留。"))]


def _actions(view: UnitView) -> tuple[Crumb, ...]:
    here = f"/organization/{view.row.code}"
    is_active = view.row.is_active(view.today)
    found = []
    if view.is_own_or_below:
        found += [
            Crumb(label=str(gettext("工作情况")), href=f"/units/{view.row.code}"),
            Crumb(label=str(gettext("值班表")), href=f"/rosters?unit={view.row.code}"),
        ]
    if view.may_change and is_active:
        found += [
            Crumb(label=str(gettext("任命")), href=f"{here}/appoint"),
            Crumb(label=str(gettext("修改信息")), href=f"{here}/change"),
            Crumb(label=str(gettext("增设部门")), href=f"{here}/department"),
            Crumb(
                label=str(gettext("增设下级单位")), href=f"/organization/add?{urlencode({'superior': view.row.code})}"
            ),
        ]
    if view.may_close and is_active and view.row.superior and not _is_ending(view):
        found.append(Crumb(label=str(gettext("停用")), href=f"{here}/close"))
    return tuple(found)


def _post(view: UnitView, post: Post) -> PostLine:
    here = f"/organization/{view.row.code}"
    may = view.may_change and view.row.is_active(view.today)
    gap = post.vacancy
    is_vacant = gap is not None and gap.since <= view.today
    said: Mapping[bool, str] = {
        True: str(gettext("自 %(day)s 起空缺", day=gap.since)) if gap else "",
        False: str(gettext("%(day)s 起将空缺", day=gap.since)) if gap else "",
    }
    more = ""
    if gap is not None and is_vacant:
        more = (
            str(gettext("，已报上级"))
            if gap.told_on <= view.today
            else str(gettext("，%(day)s 起报上级", day=gap.told_on))
        )
    return PostLine(
        label=position_word(post.position),
        code=post.position.code,
        holders=(
            *(_holder(view, post, one, "", may=may) for one in post.now),
            *(_holder(view, post, one, str(gettext("待任")), may=may) for one in post.coming),
        ),
        past=tuple(_holder(view, post, one, str(gettext("已离任")), may=False) for one in post.past),
        vacant=said[is_vacant] + more if gap is not None else "",
        is_vacant=is_vacant,
        appoint_href=f"{here}/appoint?{urlencode({'code': post.position.code})}" if may else "",
    )


def _holder(view: UnitView, post: Post, one: Holder, state: str, *, may: bool) -> HolderLine:
    query = urlencode({"person": one.person, "code": post.position.code})
    away = ""
    if one.is_away and not state:
        away = str(gettext("外出，由 %(name)s 代理", name=one.substitute)) if one.substitute else str(gettext("外出"))
    return HolderLine(
        name=one.name,
        first_day=one.first_day,
        last_day=one.last_day,
        departments=listed(list(one.departments)),
        state=state,
        away=away,
        end_href=f"/organization/{view.row.code}/end?{query}" if may else "",
    )
