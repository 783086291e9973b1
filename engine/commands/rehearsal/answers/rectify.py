"""S1, problems put right; S2, what the ladder asks for."""

from __future__ import annotations

from datetime import date

from engine.commands.rehearsal.answers.lead import decided
from engine.commands.rehearsal.filler import Sheet, Values


def _notice(_sheet: Sheet) -> Values:
    return {"confirm": True, "opinion": "请按期整改，举一反三。"}


def _owner(sheet: Sheet) -> Values:
    if not sheet.case.get("reject_count") and sheet.rarely(2):
        return {"owner_decision": "申请退回", "opinion": "该事项不属于本单位职责范围，请另行确定责任单位。"}
    organization = sheet.organization
    held = organization.holders(sheet.unit, "PERSON_RESP", sheet.today)
    owner = next((post.person for post in held if post.person != sheet.person), sheet.person)
    departments = {person.id: person.department for person in organization.staff_of(sheet.unit)}
    office = next(d.code for d in organization.departments_of(sheet.unit) if d.kind != "支部")
    return {
        "owner_decision": "指定",
        "owner_dept": departments.get(owner) or office,
        "owner": owner,
        "owner_post": "具体责任人",
    }


def _measures(sheet: Sheet) -> Values:
    limit, today = date.fromisoformat(str(sheet.case["limit"])[:10]), sheet.today
    by = limit if limit >= today else sheet.calendar.add_working_days(today, 5)
    return {
        "root_cause": "制度学习不够，日常检查流于形式，责任没有落实到具体岗位。",
        "measures": [{"what": sheet.text(20, 200), "who": sheet.person, "by": by.isoformat()}],
    }


def _work(sheet: Sheet) -> Values:
    return {
        "progress": [{"on": sheet.today.isoformat(), "what": sheet.text(20, 300)}],
        "result": "已按整改措施逐项落实，补录缺项记录，建立每周复核机制。",
    }


def _unit_check(sheet: Sheet) -> Values:
    return decided(sheet, "unit_decision", "同意", "退回", 5)


def _verify(sheet: Sheet) -> Values:
    found = decided(sheet, "result", "通过", "退回", 8)
    if sheet.case.get("severity") == "D":
        unit = sheet.organization.home_unit(sheet.person)
        found |= {"on_site": True, "verifiers": list(sheet.organization.members("inspector", unit, sheet.today))[:2]}
    return found


def _second_look(sheet: Sheet) -> Values:
    return {"effect": sheet.random.choices(("巩固", "部分反弹", "反弹"), (92, 5, 3))[0], "opinion": sheet.text(20, 200)}


def _answer(sheet: Sheet) -> Values:
    return {"reason": "经办人承担专项工作，时间安排不当，已调整分工。", "new_date": sheet.after(3)}


def _superior(sheet: Sheet) -> Values:
    decision = sheet.random.choices(("限期办结", "约谈", "提请问责"), (85, 10, 5))[0]
    found: Values = {"decision": decision, "opinion": "责令单位集中力量办理并书面报告。"}
    return found | ({"new_date": sheet.after(sheet.random.randint(3, 6))} if decision == "限期办结" else {})


def _proposal(sheet: Sheet) -> Values:
    decision = sheet.random.choices(("不采纳", "启动问责", "转查处"), (70, 25, 5))[0]
    return {"decision": decision, "reason": "综合逾期情形、造成的影响和单位说明研究决定。"}


def _objection(sheet: Sheet) -> Values:
    decision = "撤回" if sheet.rarely(40) else "维持"
    return {"decision": decision, "reason": "经核对办理记录和单位所附材料作出。"}


ANSWERS = {
    "S1_T2": _notice,
    "S1_T3": _owner,
    "S1_T4": _measures,
    "S1_T5": _work,
    "S1_T6": _unit_check,
    "S1_T7": _verify,
    "S1_T10": _second_look,
    "S2_T2": _answer,
    "S2_T4": _superior,
    "S2_T5": _proposal,
    "S2_T6": _objection,
}
