"""P05, P05B and P05C: rounds of inspection, visits, and the word of the unit."""

from __future__ import annotations

from engine.commands.rehearsal.filler import Sheet, Values
from engine.model.clock import local_time

TOPICS = ("在岗履职", "值班备勤", "窗口服务", "执法司法作风", "警容风纪", "公务接待与经费", "节假日纪律")
_BEGINS_WD, _LASTS_WD = 5, 20  #: of a round without a window of its own, in working days from its plan


def _plan(sheet: Sheet) -> Values:
    case = sheet.case
    found: Values = {"topics": sheet.some(TOPICS, 1, 3), "method": sheet.text(20, 300)}
    found |= {"kind": case.get("kind") or "经常", "team_size": case.get("team_size") or 2}
    window = case.get("window_to")
    if not window or str(window) < sheet.today.isoformat():
        end = sheet.calendar.last_working_day("quarter", sheet.today).isoformat()
        last = min(sheet.after(_LASTS_WD), max(end, sheet.after(3)))
        found |= {"window_from": min(sheet.after(_BEGINS_WD), last), "window_to": last}
    return found


def _visit(sheet: Sheet) -> Values:
    due = sheet.random.randint(8, 20)
    return {
        "checkin_time": f"{local_time(sheet.now):%Y-%m-%dT%H:%M}",
        "staff_due": due,
        "staff_on_duty": due - sheet.random.randint(0, 2),
        "findings": [
            {
                "topic": sheet.random.choice(list(sheet.case.get("topics") or TOPICS)),
                "dept": "综合业务科",
                "fact": sheet.text(40, 600),
                "suspected": sheet.rarely(1),
            }
            for _ in range(sheet.random.choice((0, 1, 1, 2)))
        ],
    }


def _reply(sheet: Sheet) -> Values:
    return {
        "replies": [
            {
                "reply": sheet.random.choice(("属实", "属实", "属实", "部分属实", "不属实")),
                "reason": sheet.text(20, 300),
            }
            for _ in sheet.case["findings"]
        ]
    }


def _determine(sheet: Sheet) -> Values:
    return {"decisions": [_decision(sheet) for _ in sheet.case["replies"]]}


def _decision(sheet: Sheet) -> Values:
    if sheet.rarely(12):
        return {"decision": "不予认定", "answer": "经核对单位所附材料，说明成立，不予认定。"}
    return {
        "decision": "予以认定",
        "answer": "以现场记录为据，单位说明已附卷。",
        "nature": sheet.random.choice(("制度不落实", "作风细节", "作风细节")),
        "spread": sheet.random.choice(("个人", "部门")),
    }


def _bulletin(sheet: Sheet) -> Values:
    return {
        "bulletin_title": "关于纪律作风督查情况的通报",
        "scope": "本级",
        "anonymise": True,
        "bulletin_text": sheet.text(120, 2000),
    }


ANSWERS = {
    "P05_T1": _plan,
    "P05_T4": _visit,
    "P05_T5": _reply,
    "P05_T6": _determine,
    "P05_T8": _bulletin,
}
