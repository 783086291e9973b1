"""What happens in the demonstration's cases: one plan each, from registration to where it stands on 2026-12-01."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from engine.model.preloaded import preloaded_units

SEED = 20261201
TODAY = date(2026, 12, 1)

#: What a problem is about: title, nature, department.
_TOPICS = (
    ("公务接待审批单要素不全", "制度不落实", "办公室"),
    ("值班备勤交接登记不完整", "制度不落实", "综合业务科"),
    ("窗口人员着装不规范", "作风细节", "综合业务科"),
    ("会议考勤登记不规范", "作风细节", "办公室"),
    ("窗口首问负责制落实不到位", "侵害群众利益", "综合业务科"),
    ("车辆使用登记台账缺项", "制度不落实", "办公室"),
    ("请销假审批手续倒签", "制度不落实", "政治部"),
    ("岗位职责公示未及时更新", "作风细节", "政治部"),
    ("群众来访答复超期", "侵害群众利益", "综合业务科"),
    ("执勤车辆停放不规范", "作风细节", "综合业务科"),
    ("办案区巡查记录缺失", "制度不落实", "综合业务科"),
    ("差旅费报销附件不齐", "制度不落实", "办公室"),
)
#: December days on which a limit may end so that people have come as far as this node on the first.
_LIMIT_DAYS = {"S1_T6": (3, 4), "S1_T7": (1, 3), "S1_T8": (1, 2)}
_DEPARTMENT_CODES = {"政治部": "01", "办公室": "02", "综合业务科": "03"}
_SOURCES = ("督查", "督查", "专题研究", "作风评议", "自查")
_SPREAD = {"A": "个人", "B": "部门", "C": "部门", "D": "单位"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One problem: what it is, when its limit ends, and how its people behave."""

    unit: str
    title: str
    department: str
    severity: str
    nature: str
    source: str
    limit_on: date  #: registered and delivered as many working days earlier as the limit has
    begins_on: date | None = None  #: day of registration, where the plan is about a beginning
    stop: str = ""  #: node at which nobody goes on; empty: it runs to its end
    late: Mapping[str, int] = field(default_factory=dict)  #: node -> working days after its due day
    returns: int = 0  #: how often the inspector sends it back
    unit_returns: int = 0
    extend_by: int = 0  #: working days asked for; the issuer agrees
    extension_waits: bool = False  #: asked for, not decided yet
    objects_at: int = 0  #: level of the card that the unit objects to
    undecided: bool = False  #: nobody decides on level 4, so that the ladder goes on
    own: bool = False  #: registered by the unit itself

    @property
    def department_code(self) -> str:
        return f"{self.unit}-{_DEPARTMENT_CODES[self.department]}"

    @property
    def values(self) -> dict[str, object]:
        """The fields of form S1_T0."""
        return {
            "title": self.title,
            "unit": self.unit,
            "dept": self.department_code,
            "source": self.source,
            "nature": self.nature,
            "spread": _SPREAD[self.severity],
            "public_impact": self.severity == "D",
            "facts": f"检查发现{self.department}存在“{self.title}”的问题，抽查近一个月的有关记录和台账，"
            "与实际情况核对不一致，已当场向部门负责人反馈，并留存工作底稿。",
        }


def plans() -> Iterator[Plan]:
    """All plans of the demonstration, the same at every call."""
    yield from _shown()
    yield from _background()


def _shown() -> Iterator[Plan]:
    """The cases of 蒙自市公安局 that the documentation shows, in every state."""
    unit = "532503-GA"

    def plan(topic: int, severity: str, limit_on: date, stop: str = "", **more: object) -> Plan:
        title, nature, department = _TOPICS[topic]
        nature = {"A": "作风细节", "B": "制度不落实", "C": "侵害群众利益", "D": nature}[severity]
        return Plan(
            unit=unit,
            title=title,
            department=department,
            severity=severity,
            nature=nature,
            source=_SOURCES[topic % len(_SOURCES)],
            limit_on=limit_on,
            stop=stop,
            **more,  # type: ignore[arg-type]
        )

    # Two early ones of one nature: from then on every further one is grade C by D1 rule 3.
    yield plan(6, "B", date(2026, 8, 14), own=True)
    yield plan(10, "B", date(2026, 8, 28))
    yield plan(0, "B", date(2026, 11, 20), "S1_T5")  # red light, red card
    yield plan(5, "B", date(2026, 11, 26), "S1_T5", objects_at=2)  # yellow card, objection under decision
    yield plan(1, "B", date(2026, 12, 18), "S1_T4", begins_on=date(2026, 11, 27))
    yield plan(2, "A", date(2026, 12, 3), "S1_T5")
    yield plan(3, "B", date(2026, 12, 10), "S1_T5")
    yield plan(4, "C", date(2026, 12, 4), "S1_T5", extend_by=5)
    yield plan(6, "B", date(2026, 12, 4), "S1_T5", unit_returns=1)
    yield plan(7, "B", date(2026, 12, 3), "S1_T6")
    yield plan(8, "C", date(2026, 12, 22), "S1_T5", extension_waits=True)
    yield plan(9, "B", date(2026, 12, 21), "S1_T3", begins_on=date(2026, 11, 30))
    yield plan(10, "B", date(2026, 11, 30), "S1_T5", returns=1)
    yield plan(11, "B", date(2026, 12, 2), "S1_T7")
    yield plan(0, "B", date(2026, 11, 26), "S1_T8", own=True)
    yield plan(1, "B", date(2026, 10, 30))
    yield plan(8, "C", date(2026, 11, 13))
    yield plan(3, "A", date(2026, 9, 11), late={"S1_T5": 2})
    yield plan(4, "B", date(2026, 12, 22), "S1_T2", begins_on=date(2026, 11, 30))
    yield plan(11, "B", date(2026, 12, 8), "S1_T5")
    yield plan(2, "A", date(2026, 12, 7), "S1_T4", begins_on=date(2026, 11, 30))
    yield plan(9, "A", date(2026, 12, 4), "S1_T5", begins_on=date(2026, 11, 27))
    yield plan(7, "B", date(2026, 12, 15), "S1_T5")
    yield plan(5, "C", date(2026, 12, 24), "S1_T5")


def _background() -> Iterator[Plan]:
    """Cases of other units, so that lists and maps of a supervisor are alive."""
    random = Random(SEED)  # noqa: S311 - the same data at every start
    units = [unit.code for unit in preloaded_units() if unit.superior and unit.code != "532503-GA"]
    stops = ("", "", "", "S1_T4", "S1_T5", "S1_T5", "S1_T6", "S1_T7", "S1_T8", "S1_T3")
    late_levels = (1, 2, 4, 7, 9, 12)  # working days late: every rung of the ladder is met
    days = [date(2026, 9, day) for day in (8, 15, 22, 29)] + [date(2026, 10, day) for day in (13, 20, 27)]
    for index in range(26):
        title, _, department = _TOPICS[index % len(_TOPICS)]
        severity = "ABBBC"[index % 5]
        stop = stops[index % len(stops)]
        begins_on = date(2026, 11, random.choice((26, 27, 30))) if stop in {"S1_T3", "S1_T4"} else None
        # A limit of five working days that ends later than the 7th would not have begun yet.
        limit_days = _LIMIT_DAYS.get(stop, (2, 8 if severity == "A" else 24))
        limit_on = random.choice(days) if not stop else date(2026, 12, random.randrange(*limit_days))
        natures = {"A": "作风细节", "B": "制度不落实", "C": "侵害群众利益"}
        yield Plan(
            unit=units[(index * 7) % len(units)],
            title=title,
            department=department,
            severity=severity,
            nature=natures[severity],
            source=_SOURCES[index % len(_SOURCES)],
            limit_on=limit_on,
            begins_on=begins_on,
            stop=stop,
            late={"S1_T5": 1} if index % 9 == 4 else {},
            returns=1 if index % 8 == 2 else 0,
        )

    for index, days_late in enumerate(late_levels):
        title, _, department = _TOPICS[(index * 5) % len(_TOPICS)]
        yield Plan(
            unit=units[(index * 11 + 3) % len(units)],
            title=title,
            department=department,
            severity="B",
            nature="制度不落实",
            source="督查",
            limit_on=_working_days_before(days_late),
            stop="S1_T5",
            undecided=days_late == max(late_levels),
        )


def _working_days_before(count: int) -> date:
    from engine.model.calendar import WorkCalendar

    return WorkCalendar.national().add_working_days(TODAY, -count)
