"""Facts about inspections and draws by lot in words: promised, drawn, visited, answered."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from engine.queries.case_events import Event


def about_inspection(event: Event) -> tuple[str, str] | None:
    """Title and detail; None for a fact that is not about an inspection or a draw."""
    body = event.body
    match event.event:
        case "draw_promised":
            return str(gettext("公布抽取承诺值")), str(body.get("commitment") or "")[:16]
        case "draw_cancelled":
            return str(gettext("抽取承诺作废")), ""
        case "drawn":
            count, anchor = int(str(body.get("count") or 0)), str(body.get("anchor") or 0)
            said = ngettext(
                "抽出 %(num)s 个，锚点 %(anchor)s 号", "抽出 %(num)s 个，锚点 %(anchor)s 号", count, anchor=anchor
            )
            return str(gettext("随机抽取")), str(said)
        case "unsealed":
            return str(gettext("解除保密")), ""
        case "checked_in":
            return str(gettext("到场督查")), _count(body.get("findings"))
        case "replied":
            return str(gettext("逐条说明")), _count(body.get("count"))
        case "not_replied":
            return str(gettext("期满未回复")), str(gettext("不视为属实"))
        case "determined":
            return str(gettext("问题认定")), str(
                gettext("认定 %(yes)s，不予认定 %(no)s", yes=body.get("accepted"), no=body.get("dropped"))
            )
    return None


def _count(value: object) -> str:
    return str(ngettext("%(num)s 个问题", "%(num)s 个问题", value)) if isinstance(value, int) else ""
