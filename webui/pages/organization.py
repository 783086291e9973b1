"""组织机构: the tree of units."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request
from flask_babel import gettext

from engine.model.preloaded import Labelled
from engine.queries.organization import UnitFilter, UnitNode, organization_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.organization_unit import position_word
from webui.pages.organization_views import (
    OrganizationPage,
    TreeFilter,
    TreeRow,
)
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.words import listed, say, unit_name
from webui.service import current_engine

#: So many units are shown opened; more are opened one by one.
_FEW = 20


@blueprint.get("/organization")
@rule("signed_in")
def show_organization() -> str:
    asked = request.args
    wanted = UnitFilter(
        q=asked.get("q", "").strip()[:50],
        region=asked.get("region", ""),
        type=asked.get("type", ""),
        only_vacant=asked.get("vacant") == "on",
        closed_too=asked.get("closed") == "on",
    )
    view = organization_view(current_engine(), current_person(), wanted)
    all_open = asked.get("open") == "all"
    is_open = all_open or wanted.is_set or view.found <= _FEW
    kept = {name: value for name, value in asked.items() if name in {"q", "region", "type", "vacant", "closed"}}
    return render(
        OrganizationPage(
            frame=frame(view.frame, "manage"),
            rows=tuple(_tree(node, is_open, depth=0) for node in view.roots),
            found=view.found,
            total=view.total,
            filters=(
                _choice("region", str(gettext("地区")), view.regions, wanted.region),
                _choice("type", str(gettext("类型")), view.types, wanted.type),
            ),
            query=wanted.q,
            only_vacant=wanted.only_vacant,
            closed_too=wanted.closed_too,
            clear_href="/organization" if wanted.is_set or wanted.closed_too else "",
            add_href="/organization/add" if view.may_add else "",
            all_href=f"/organization?{urlencode(kept if all_open else {**kept, 'open': 'all'})}",
            all_open=all_open,
            is_desk=any(role.code == "admin" for role in view.frame.roles),
        )
    )


def _tree(node: UnitNode, is_open: bool, *, depth: int) -> TreeRow:
    return TreeRow(
        href=f"/organization/{node.unit.code}",
        name=unit_name(node.unit),
        code=node.unit.code,
        kind=say(node.type.zh, node.type.en),
        leader=listed(list(node.leaders)),
        people=node.people,
        vacant=listed([position_word(label) for label in node.vacant]),
        ends=node.active_until if node.is_active else None,
        begins=node.active_from if not node.is_active and node.active_until is None else None,
        is_closed=not node.is_active,
        fits=node.fits,
        below=tuple(_tree(below, is_open, depth=depth + 1) for below in node.below),
        is_open=is_open or depth == 0,  # under the top the county commissions are seen at once
    )


def _choice(name: str, label: str, among: tuple[Labelled, ...], chosen: str) -> TreeFilter:
    return TreeFilter(
        name=name,
        label=label,
        options=tuple(Option(value=one.code, label=say(one.zh, one.en), selected=one.code == chosen) for one in among),
    )
