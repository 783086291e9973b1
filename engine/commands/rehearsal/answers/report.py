"""P04 and P04B: half-year reports, and the reports of leading members to their staff."""

from __future__ import annotations

from engine.commands.rehearsal.answers.lead import decided
from engine.commands.rehearsal.filler import Sheet, Values

_SECTIONS = ("m_lead", "m_push", "m_train", "m_report", "m_supervise", "m_educate", "problems", "oversight")


def _draft(sheet: Sheet) -> Values:
    found: Values = {section: sheet.text(60, 800) for section in _SECTIONS}
    if sheet.case.get("gaps"):
        found["gap_statement"] = "截至汇总时部分下级单位尚未报送，已督促补报，数据以补报为准。"
    return found | {
        "overall": sheet.text(80),
        "shortcomings": sheet.text(220),
        "next_steps": [
            {"item": sheet.text(10, 100), "owner": sheet.person, "by": sheet.after(sheet.random.randint(20, 90))}
            for _ in range(sheet.random.randint(1, 3))
        ],
    }


def _check(sheet: Sheet) -> Values:
    similar: Values = {"similar_seen": True} if sheet.case.get("similar") else {}
    return decided(sheet, "check_decision", "同意", "退回", 4) | similar


def _sign(sheet: Sheet) -> Values:
    return decided(sheet, "sign_decision", "签发", "退回", 1)


def _receive(sheet: Sheet) -> Values:
    if sheet.rarely(6):
        return {"result": "退回补正", "points": [{"section": "七、存在不足", "point": sheet.text(20, 200)}]}
    return {"result": "合格", "good_practice": sheet.rarely(4)}


def _talk(sheet: Sheet) -> Values:
    decision = "启动约谈" if sheet.rarely(50) else "不约谈"
    return {"talk_decision": decision, "talk_reason": "综合考虑退回原因和整改态度作出。"}


def _duty_meeting(sheet: Sheet) -> Values:
    attendees = sheet.random.randint(14, 20)
    fair, ordinary, poor = sheet.random.randint(0, 4), sheet.random.randint(0, 1), int(sheet.rarely(5))
    return {
        "meeting_date": sheet.today.isoformat(),
        "attendees": attendees,
        "good": attendees - fair - ordinary - poor,
        "fair": fair,
        "ordinary": ordinary,
        "poor": poor,
    }


def _duty_talk(_sheet: Sheet) -> Values:
    return {"talk_decision": "不谈话", "talk_reason": "票数偏差系个别原因，已当面了解情况。"}


ANSWERS = {
    "P04_T2": _draft,
    "P04_T3": _check,
    "P04_T4": _sign,
    "P04_T5": _receive,
    "P04_T6": _talk,
    "P04B_T2": _duty_meeting,
    "P04B_T5": _duty_talk,
}
