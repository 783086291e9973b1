"""P01: the list of responsibilities and the letters; S4: approvals."""

from __future__ import annotations

from engine.commands.rehearsal.filler import Sheet, Values

_POSTS = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER", "DEPT_RESP", "PERSON_RESP")


def _list(sheet: Sheet) -> Values:
    organization = sheet.organization
    departments = {person.id: person.department for person in organization.staff_of(sheet.unit)}
    offices = [d.code for d in organization.departments_of(sheet.unit) if d.kind != "支部"]
    return {
        "rows": [
            {
                "position": post,
                "user": held.person,
                "dept": departments.get(held.person) or offices[0],
                "duty": sheet.text(20, 200),
            }
            for post in _POSTS
            for held in organization.holders(sheet.unit, post, sheet.today)
        ]
    }


def _approve_list(sheet: Sheet) -> Values:
    return decided(sheet, "list_decision", "同意", "退回", 4)


def _countersign(sheet: Sheet) -> Values:
    return decided(sheet, "counter", "签订", "退回", 2)


def _approve(sheet: Sheet) -> Values:
    return decided(sheet, "decision", "同意", "退回", 5)


def decided(sheet: Sheet, field: str, yes: str, no: str, percent: float) -> Values:
    """The decision of a form; in so many cases of a hundred it is `no`, with the reason."""
    if sheet.rarely(percent):
        return {field: no, "opinion": f"请核对补充后重新提交：{sheet.text(10, 100)}"}
    return {field: yes}


ANSWERS = {"P01_T1": _list, "P01_T2": _approve_list, "P01_T5": _countersign, "S4_T1": _approve}
