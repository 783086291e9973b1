"""P03: the yearly training plan, its sessions, and who makes them up."""

from __future__ import annotations

from datetime import timedelta

from engine.commands.rehearsal import texts
from engine.commands.rehearsal.filler import Sheet, Values

_FORMS = ("请进来", "走出去", "党校轮训", "网络学习")
_TAGS = ("党的创新理论", "党章党规党纪", "政法业务", "经济法律金融科技社会管理")
_LAST_MONTH = 11  #: a plan leaves December for those who make it up


def _plan(sheet: Sheet) -> Values:
    first = sheet.today.month if str(sheet.today.year) == sheet.case.get("period") else 1
    months = range(min(first + 1, _LAST_MONTH), _LAST_MONTH + 1)
    warning = {"title": "纪律作风警示教育", "form": "警示教育", "audience": "全体干警", "hours": "4"}
    others = [
        {
            "title": f"政法队伍{sheet.random.choice(('业务', '法规', '作风'))}专题培训（{number}）",
            "form": sheet.random.choice(_FORMS),
            "audience": sheet.random.choice(("中层以上干部", "全体干警", "新任职人员")),
            "month": sheet.random.choice(months),
            "hours": str(sheet.random.choice((2, 4, 8))),
        }
        for number in range(1, sheet.random.randint(1, 3))
    ]
    return {"sessions": [warning | {"month": sheet.random.choice(months)}, *others]}


def _session(sheet: Sheet) -> Values:
    form = (sheet.case.get("session") or {}).get("form")
    return {
        "held_on": sheet.today.isoformat(),
        "place": texts.place(sheet.random),
        "lecturer": texts.lecturer(sheet.random),
        "tags": ["警示教育"] if form == "警示教育" else sheet.some(_TAGS, 1, 2),
    }


def _attendance(sheet: Sheet) -> Values:
    rows: list[Values] = []
    for person in sheet.organization.staff_of(sheet.unit):
        row: Values = {"person": person.id, "present": not sheet.rarely(6)}
        if row["present"]:
            row["score"] = sheet.random.randint(70, 100)
        rows.append(row)
    return {"rows": rows}


def _make_up(sheet: Sheet) -> Values:
    if sheet.rarely(4):
        return {"make_up": "未补训", "opinion": "本人出差，已安排返岗后补训。"}
    return {
        "make_up": "已补训",
        "make_up_mode": sheet.random.choice(("集中补课", "个别辅导", "自学测试")),
        "made_up_on": sheet.today.isoformat(),
    }


def _evaluation(sheet: Sheet) -> Values:
    return {"satisfaction": str(sheet.random.randint(80, 100)), "problems": sheet.text(20, 200)}


def _bulletin(sheet: Sheet) -> Values:
    if not sheet.rarely(15):
        return {"add_session": "不增设", "opinion": "已结合支部案例学习开展警示教育，不另行增设班次。"}
    by = sheet.calendar.on_or_after(sheet.today + timedelta(days=30))
    return {
        "add_session": "增设",
        "added_title": "典型案例警示教育",
        "added_by": min(by, sheet.calendar.last_working_day("year", sheet.today)).isoformat(),
    }


ANSWERS = {
    "P03_T1": _plan,
    "P03_T3": _session,
    "P03_T4": _attendance,
    "P03_T5": _make_up,
    "P03_T6": _evaluation,
    "P03_T7": _bulletin,
}
