"""Which papers there are: their names, builders, numbers, and which of them people sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.documents.kinds import cards, half_year, leading, pushing, reporting, supervising, training
from engine.documents.material import Material
from engine.documents.paper import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One kind of paper."""

    name: str  #: as a drawing names it in cx:params
    zh: str
    en: str
    build: Callable[[Material], Paper]
    document_kind: str = ""  #: 整, 督, …: it gets a 发文字号 of this kind from its issuer
    business_kind: str = ""  #: CN, BG, …: it gets a business number of this kind, for its unit
    is_signed: bool = False  #: who signs a form of the case signs this paper with it
    by_issuer: bool = False  #: the issuer of the case sends it; else its unit


TEMPLATES: Mapping[str, Template] = {
    template.name: template
    for template in (
        Template(
            name="responsibility_list", zh="责任清单", en="Responsibility list", build=leading.responsibility_list
        ),
        Template(
            name="commitment_letter",
            zh="履职承诺书",
            en="Commitment letter",
            build=leading.commitment_letter,
            business_kind="CN",
            is_signed=True,
        ),
        Template(name="meeting_minutes", zh="会议纪要", en="Minutes of the meeting", build=pushing.meeting_minutes),
        Template(name="problem_list", zh="问题清单", en="List of problems", build=pushing.problem_list),
        Template(
            name="rectification_notice",
            zh="整改通知单",
            en="Rectification notice",
            build=pushing.rectification_notice,
            document_kind="整",
            by_issuer=True,
        ),
        Template(
            name="inspection_plan",
            zh="督查方案",
            en="Inspection plan",
            build=supervising.inspection_plan,
            business_kind="DC",
        ),
        Template(name="inspection_record", zh="督查记录", en="Inspection record", build=supervising.inspection_record),
        Template(
            name="inspection_bulletin",
            zh="督查通报",
            en="Inspection bulletin",
            build=supervising.inspection_bulletin,
            document_kind="督",
            is_signed=True,
        ),
        Template(name="training_plan", zh="培训计划", en="Training plan", build=training.training_plan),
        Template(name="attendance_list", zh="签到册", en="Attendance list", build=training.attendance_list),
        Template(name="urge_notice", zh="催办通知", en="Urging notice", build=cards.urge_notice, by_issuer=True),
        Template(name="yellow_card", zh="黄牌督办单", en="Yellow card", build=cards.yellow_card, by_issuer=True),
        Template(name="red_card", zh="红牌督办单", en="Red card", build=cards.red_card, by_issuer=True),
        Template(
            name="half_year_report",
            zh="半年专题报告",
            en="Half-year report",
            build=half_year.half_year_report,
            document_kind="报",
        ),
        Template(
            name="duty_report",
            zh="述职述廉报告",
            en="Report on duty and integrity",
            build=reporting.duty_report,
            business_kind="BG",
            is_signed=True,
        ),
    )
}
#: Level of the ladder → the paper of its card.
CARD_TEMPLATES: Mapping[int, str] = {1: "urge_notice", 2: "yellow_card", 3: "red_card"}
