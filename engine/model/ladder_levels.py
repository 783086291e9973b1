"""The rungs of the escalation ladder, profile by profile, exactly as the table of domain.md §3 S2 has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

from engine.model.clock import OFFICE_OPENS

ProfileName = Literal["STD", "URG", "CASE", "HOUR"]
LevelCode = Literal[
    "remind", "urge", "yellow", "red", "report", "propose", "case_lead", "approver", "late", "leader", "top"
]
_URGENT_EVENING = time(17, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One rung of a profile."""

    level: int
    code: LevelCode
    zh: str
    en: str
    effect_zh: str
    effect_en: str
    is_card: bool = False  #: yellow and red card: a numbered paper to which the unit may object


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """When a level of a profile is reached, counted from the due day or, for hours, from the due instant."""

    level: Level
    wd: int = 0
    clock: time = OFFICE_OPENS
    nh: int | None = None  #: natural hours after the due instant instead of working days


REMIND = Level(
    level=0, code="remind", zh="提醒", en="Reminder", effect_zh="待办提示和通知", effect_en="inbox mark and notice"
)
URGE = Level(
    level=1,
    code="urge",
    zh="催办",
    en="Urging",
    effect_zh="催办通知发承办人，抄送分管领导",
    effect_en="urging notice to the assignee, copy to the leader in charge",
)
YELLOW = Level(
    level=2,
    code="yellow",
    zh="黄牌",
    en="Yellow card",
    effect_zh="黄牌督办单发分管领导，2个工作日内作书面说明",
    effect_en="yellow card to the leader in charge, written statement within 2 working days",
    is_card=True,
)
RED = Level(
    level=3,
    code="red",
    zh="红牌",
    en="Red card",
    effect_zh="红牌督办单发主要责任领导，上级督查员跟踪督办",
    effect_en="red card to the main leader, the superior inspector follows up",
    is_card=True,
)
REPORT = Level(
    level=4,
    code="report",
    zh="上报上级",
    en="Reported to the superior",
    effect_zh="上级分管领导决定限期办结、约谈或提请问责",
    effect_en="the superior's leader in charge decides: final date, talk or accountability",
)
PROPOSE = Level(
    level=5,
    code="propose",
    zh="问责启动建议",
    en="Accountability proposal",
    effect_zh="向上级主要责任领导提出启动建议，由其审批",
    effect_en="draft proposal to the superior's main leader, who answers it",
)
_CASE_URGE = Level(
    level=1,
    code="urge",
    zh="催办",
    en="Urging",
    effect_zh="只催办承办人本人",
    effect_en="urging notice to the addressee only",
)
_CASE_LEAD = Level(
    level=2,
    code="case_lead",
    zh="提请组长",
    en="Case lead told",
    effect_zh="提请承办组负责人督促",
    effect_en="the case lead is told",
)
_CASE_APPROVER = Level(
    level=3,
    code="approver",
    zh="提请审批领导",
    en="Approving leader told",
    effect_zh="提请审批领导督促",
    effect_en="the approving leader is told",
)
_HOUR_LATE = Level(
    level=1,
    code="late",
    zh="迟报",
    en="Reported late",
    effect_zh="标记迟报，电话通知值班人员",
    effect_en="marked late, the duty officer is called",
)
_HOUR_LEADER = Level(
    level=2,
    code="leader",
    zh="通知主要责任领导",
    en="Main leader told",
    effect_zh="通知主要责任领导",
    effect_en="the main leader is told",
)
_HOUR_TOP = Level(
    level=3,
    code="top",
    zh="通知上级的上级",
    en="Superior of the superior told",
    effect_zh="通知上级单位的上级",
    effect_en="the superior of the superior is told",
)

PROFILES: dict[ProfileName, tuple[Rung, ...]] = {
    "STD": (
        Rung(level=URGE, wd=1),
        Rung(level=YELLOW, wd=3),
        Rung(level=RED, wd=6),
        Rung(level=REPORT, wd=8),
        Rung(level=PROPOSE, wd=11),
    ),
    "URG": (
        Rung(level=URGE, wd=0, clock=_URGENT_EVENING),
        Rung(level=YELLOW, wd=1),
        Rung(level=RED, wd=2),
        Rung(level=REPORT, wd=3),
        Rung(level=PROPOSE, wd=5),
    ),
    "CASE": (
        Rung(level=_CASE_URGE, wd=1),
        Rung(level=_CASE_LEAD, wd=3),
        Rung(level=_CASE_APPROVER, wd=6),
    ),
    "HOUR": (
        Rung(level=_HOUR_LATE, nh=0),
        Rung(level=_HOUR_LEADER, nh=1),
        Rung(level=_HOUR_TOP, nh=2),
    ),
}
#: Their rungs tell named people and issue no papers.
QUIET_PROFILES: frozenset[str] = frozenset({"CASE", "HOUR"})
