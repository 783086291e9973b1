"""S5: major matters, level by level."""

from __future__ import annotations

from engine.commands.rehearsal.answers.lead import decided
from engine.commands.rehearsal.filler import Sheet, Values
from engine.model.clock import local_time


def _phone(sheet: Sheet) -> Values:
    return {
        "phone_at": f"{local_time(sheet.now):%Y-%m-%dT%H:%M}",
        "phone_to": "上级党委政法委值班室",
        "phone_content": "报告事项的时间、地点、基本情况和已采取的措施。",
    }


def _first_report(sheet: Sheet) -> Values:
    return {
        "where_unit": "本单位",
        "what": sheet.text(40, 500),
        "handling": sheet.text(20, 300),
        "next": sheet.text(20, 300),
        "urgent": sheet.rarely(10),
        "ongoing": sheet.rarely(60),
    }


def _sign(sheet: Sheet) -> Values:
    return decided(sheet, "sign_decision", "签发", "退回", 3)


def _receive(sheet: Sheet) -> Values:
    return decided(sheet, "forward", "转报", "不转报", 15) | {"instructions": "请做好后续处置并及时续报。"}


def _follow_up(sheet: Sheet) -> Values:
    return {"progress": sheet.text(30, 500), "status": "处置完毕" if sheet.rarely(60) else "处置中"}


ANSWERS = {"S5_T1": _phone, "S5_T2": _first_report, "S5_T3": _sign, "S5_T4": _receive, "S5_T6": _follow_up}
