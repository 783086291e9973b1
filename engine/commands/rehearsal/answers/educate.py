"""P06 and P06B: study in the branches, lectures of the leaders, entries of branch life."""

from __future__ import annotations

from engine.commands.rehearsal.answers.lead import decided
from engine.commands.rehearsal.filler import Sheet, Values

KINDS = ("党员大会", "支委会", "党小组会", "党课", "主题党日")


def _plan(sheet: Sheet) -> Values:
    end = str(sheet.case["period_end"])
    return {
        "topics": "党章党规党纪学习；纪律作风建设专题；典型案例警示教育",
        "branches": [
            {
                "branch": code,
                "planned_on": min(sheet.after(sheet.random.randint(20, 100)), end),
                "kind": sheet.random.choice(KINDS),
            }
            for code in sheet.case["branch_codes"]
        ],
    }


def _study(sheet: Sheet) -> Values:
    eligible = int(sheet.case["branch"].get("staff") or 10)
    return {
        "studied_on": sheet.today.isoformat(),
        "kind": sheet.random.choice(KINDS),
        "content": sheet.text(40, 500),
        "eligible": eligible,
        "present": max(1, eligible - sheet.random.choice((0, 0, 0, 1, 1, 2))),
    }


def _lecture(sheet: Sheet) -> Values:
    return {
        "lecturer": "由他人代讲" if sheet.rarely(4) else "本人主讲",
        "lecture_title": "以严明的纪律作风推动政法工作高质量发展",
        "lectured_on": sheet.today.isoformat(),
        "audience": sheet.random.randint(12, 40),
    }


def _make_up(sheet: Sheet) -> Values:
    case = sheet.case
    missing = int(case["eligible"]) - int(case["studied"])
    known = set(case.get("made_up") or ())
    members = [one.id for one in sheet.organization.members_of(str(case["branch"]["dept"])) if one.id not in known]
    return {
        "absentees": [
            {"person": person, "mode": sheet.random.choice(("集中补学", "送学上门")), "date": sheet.today.isoformat()}
            for person in sorted(sheet.random.sample(members, min(missing, len(members))))
        ]
    }


def _bulletin(sheet: Sheet) -> Values:
    return {
        "bulletin": sheet.case["bulletin_no"],
        "bulletin_studied_on": sheet.today.isoformat(),
        "discussion": sheet.text(120, 1000),
    }


def _verify(sheet: Sheet) -> Values:
    return decided(sheet, "verify_result", "合格", "退回补正", 7)


ANSWERS = {
    "P06_T1": _plan,
    "P06_T2": _study,
    "P06_T3": _lecture,
    "P06_T4": _make_up,
    "P06_T5": _bulletin,
    "P06_T6": _verify,
}
