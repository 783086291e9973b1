"""报告机制 (P04): 半年专题报告 and 述职述廉报告."""

from __future__ import annotations

from collections.abc import Iterator

from engine.documents.material import Material, sections_of, table_of
from engine.documents.paper import BLANK, Block, Paper, Para, numbered

#: Headings of a report whose draft has no text of its own yet (domain.md §7.2).
_SECTIONS = (
    "总体情况",
    "十项机制落实情况",
    "问题整改",
    "监督与查处",
    "考核评价与群众满意度",
    "先进典型与经验",
    "存在不足与原因",
    "下一步安排",
)


def half_year_report(material: Material) -> Paper:
    """半年专题报告, upwards: the sections of the draft, the figures that were locked with them."""
    draft = material.form("P04_T2")
    body = tuple(sections_of(draft, material.names)) or tuple(_empty())
    return Paper(
        form="document",
        head=f"{material.unit.name}文件",
        number=material.number,
        signed_off_by=material.form("P04_T4").by or material.unit.leader or BLANK,
        title=f"{material.unit.name}\n{material.period_words}队伍纪律作风建设专题报告",
        addressee=material.superior.name,
        body=body,
        issuer=material.unit.name,
        dated=material.today,
        printed_by=material.unit.name,
    )


def _empty() -> Iterator[Block]:
    for number, title in enumerate(_SECTIONS, start=1):
        yield numbered(1, number, title)
        yield Para(text=BLANK)


def duty_report(material: Material) -> Paper:
    """述职述廉报告 of one leader, with the count of the ballots where the meeting has been held."""
    name = material.subject.name if material.subject is not None else material.form("P04B_T1").by
    report, meeting = material.form("P04B_T1"), material.form("P04B_T2")
    body: list[Block] = list(sections_of(report, material.names))
    if not body:
        body = [numbered(1, 1, "履行纪律作风建设职责情况"), Para(text=BLANK)]
    ballots = table_of(meeting, "ballots", material.names, title="民主测评结果")
    if ballots is not None:
        held, people = material.said("P04B_T2", "date"), material.said("P04B_T2", "attendees", "attended")
        body.append(Para(text=f"本报告于{held}向干部职工大会报告，到会{people}人，测评结果如下。"))
        body.append(ballots)
    return Paper(
        title=f"{material.year}年度述职述廉报告",
        number=material.number,
        body=(Para(text=f"报告人：{name or BLANK}　　单位：{material.unit.name}", indent=False, align="center"), *body),
        dated=material.today,
        issuer=name or BLANK,
    )
