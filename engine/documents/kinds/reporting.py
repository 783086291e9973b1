"""述职述廉报告 (P04B) of one leader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.documents.material import Material, sections_of, table_of
from engine.documents.paper import BLANK, Block, Column, Paper, Para, Table, day_words, numbered


def duty_report(material: Material) -> Paper:
    """述职述廉报告 of one leader, with the count of the ballots where the meeting has been held."""
    name = material.subject.name if material.subject is not None else material.form("P04B_T1").by
    own = [sent for sent in material.forms("P04B_T1") if sent.by == name]
    report, meeting = own[-1] if own else material.form("P04B_T1"), material.form("P04B_T2")
    body: list[Block] = list(sections_of(report, material.names))
    if not body:
        body = [numbered(1, 1, "履行纪律作风建设职责情况"), Para(text=BLANK)]
    ballots = _ballots(material) or table_of(meeting, "ballots", material.names, title=_BALLOTS)
    if ballots is not None:
        held = _held_on(material) or material.said("P04B_T2", "date", "meeting_date")
        people = str(material.variables.get("attendees") or material.said("P04B_T2", "attendees", "attended"))
        body.append(Para(text=f"本报告于{held}向干部职工大会报告，到会{people}人，测评结果如下。"))
        body.append(ballots)
    return Paper(
        title=f"{material.year}年度述职述廉报告",
        number=material.number,
        body=(Para(text=f"报告人：{name or BLANK}　　单位：{material.unit.name}", indent=False, align="center"), *body),
        dated=material.today,
        issuer=name or BLANK,
    )


_BALLOTS = "民主测评结果"
_GRADES = (("good", "好"), ("fair", "较好"), ("ordinary", "一般"), ("poor", "差"))


def _ballots(material: Material) -> Table | None:
    """The ballots of this leader: those that his branch of the case holds, not those of whoever was entered last."""
    counts = material.variables.get("ballots")
    if not isinstance(counts, Mapping):
        return None
    columns = tuple(Column(title=word, align="center") for _, word in _GRADES)
    return Table(columns=columns, rows=(tuple(str(counts.get(key, 0)) for key, _ in _GRADES),), title=_BALLOTS)


def _held_on(material: Material) -> str:
    held = material.variables.get("meeting_date")
    return day_words(date.fromisoformat(held)) if isinstance(held, str) else ""
