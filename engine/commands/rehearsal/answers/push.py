"""P02: the half-yearly study."""

from __future__ import annotations

from datetime import date, timedelta

from engine.commands.rehearsal.answers.lead import decided
from engine.commands.rehearsal.filler import Sheet, Values

_PREPARATION_WD = 15  #: working days that people give themselves before the meeting
_CATEGORIES = ("执法不严", "司法不公", "形象不好", "其他")
_NATURES = ("作风细节", "作风细节", "制度不落实", "制度不落实", "侵害群众利益")
_SPREADS = ("个人", "个人", "部门", "部门", "单位")
_TITLES = (
    "值班备勤交接登记不完整",
    "窗口服务一次性告知不到位",
    "执法记录仪使用登记不规范",
    "公务用车派车单填写不全",
    "会议纪律松弛、迟到早退",
    "文书送达回证归档不及时",
    "请销假制度执行不严",
    "群众来访答复超过规定时限",
    "内务管理和办公环境不整洁",
    "学习考勤与实际参会人数不符",
)


def _plan(sheet: Sheet) -> Values:
    end, earliest = date.fromisoformat(sheet.case["half_end"]), date.fromisoformat(sheet.case["earliest_meeting"])
    first = max(earliest, sheet.calendar.add_working_days(sheet.today, _PREPARATION_WD))
    days = [day for day in sheet.calendar.working_days(first, end - timedelta(days=5)) if day >= first]
    planned = sheet.random.choice(days) if days else sheet.calendar.last_working_day("half", end)
    return {
        "topic": "纪律作风建设形势分析和突出问题整治",
        "planned_date": max(planned, sheet.today).isoformat(),
        "scope": sheet.some(("本地", "本系统", "本部门"), 1, 2),
    }


def _opinions(sheet: Sheet) -> Values:
    return {
        "method": sheet.random.choice(("谈心谈话", "座谈", "问卷", "意见箱")),
        "people": int(sheet.case["people_min"]) + sheet.random.randint(0, 12),
        "opinions": [
            {"content": sheet.text(10, 200), "category": sheet.random.choice(_CATEGORIES)}
            for _ in range(sheet.random.randint(1, 3))
        ],
    }


def _analysis(sheet: Sheet) -> Values:
    count = sheet.random.choice((0, 1, 1, 2, 2, 3, 4))
    found: Values = {"situation": sheet.text(220)}
    if not count:
        return found | {"no_problems": True, "problems": []}
    offices = [d.code for d in sheet.organization.departments_of(sheet.unit) if d.kind != "支部"]
    return found | {
        "problems": [
            {
                "title": sheet.random.choice(_TITLES),
                "category": "违纪违法苗头" if sheet.rarely(2) else sheet.random.choice(_CATEGORIES),
                "nature": sheet.random.choice(_NATURES),
                "spread": sheet.random.choice(_SPREADS),
                "public_impact": sheet.rarely(6),
                "dept": sheet.random.choice(offices),
                "post": sheet.random.choice(("值班岗", "窗口岗", "内勤岗", "执法岗")),
                "basis": sheet.text(40),
            }
            for _ in range(count)
        ]
    }


def _meeting(sheet: Sheet) -> Values:
    due = sheet.random.randint(7, 12)
    held = min(sheet.today, date.fromisoformat(sheet.case["half_end"]))
    dept = sheet.organization.departments_of(sheet.unit)[0].code
    return {
        "meeting_date": held.isoformat(),
        "due_attend": due,
        "attended": due - sheet.random.randint(0, 2),
        "decisions": [
            {"what": sheet.text(10, 200), "dept": dept, "by": sheet.after(sheet.random.randint(10, 40))}
            for _ in range(sheet.random.randint(1, 3))
        ],
    }


def _check(sheet: Sheet) -> Values:
    percent = 0 if sheet.case.get("check_result") == "退回补正" else 7
    return decided(sheet, "check_result", "合格", "退回补正", percent)


def _zero(_sheet: Sheet) -> Values:
    return {"statement": "经谈心谈话、征求意见和自查，本半年未发现需要列入清单的问题，对以上情况的真实性负责。"}


ANSWERS = {
    "P02_T1": _plan,
    "P02_T2": _opinions,
    "P02_T3": _analysis,
    "P02_T4": _meeting,
    "P02_T7": _check,
    "P02_T8": _zero,
}
