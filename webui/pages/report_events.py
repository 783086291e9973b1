"""Facts about reports (P04, P04B, S5) in words: sent, late by how much, received, added to."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from engine.queries.case_events import Event
from webui.terms import term


def about_report(event: Event) -> tuple[str, str] | None:
    """Title and detail; None for a fact that is not about reports."""
    body = event.body
    match event.event:
        case "told_by_phone":
            return str(gettext("电话报告")), _late(body.get("minutes_late"))
        case "reported_in_writing":
            return str(gettext("报送书面初报")), _late(body.get("minutes_late"))
        case "followed_up":
            return str(gettext("续报")), ""
        case "received_by_superior":
            said = [term(str(body.get("forward") or "")), _late(body.get("minutes_late"))]
            return str(gettext("上级接收研判")), " · ".join(part for part in said if part)
        case "gap_stated":
            return str(gettext("缺报")), str(
                ngettext("%(num)s 个单位", "%(num)s 个单位", int(str(body.get("count") or 0)))
            )
        case "compared":
            return str(gettext("与上期比对")), str(gettext("雷同 %(percent)s%%", percent=body.get("percent")))
        case "report_signed":
            return str(gettext("签发报送")), str(body.get("no") or "")
        case "addendum_linked":
            return str(gettext("下级补报")), str(body.get("no") or body.get("unit") or "")
        case "report_received":
            return str(gettext("上级接收审核")), term(str(body.get("result") or ""))
        case "archived":
            return str(gettext("归档")), str(body.get("no") or "")
    return None


def _late(minutes: object) -> str:
    """ "迟报 30 分钟"; "" in time."""
    if not isinstance(minutes, int) or not minutes:
        return ""
    return str(ngettext("超时 %(num)s 分钟", "超时 %(num)s 分钟", minutes))
