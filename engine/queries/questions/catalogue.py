"""Every question by its number in domain.md §7.1, and those that wait for their mechanism."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.model.declared_words import Words
from engine.queries.questions.card_counts import CARD_COUNTS
from engine.queries.questions.coming import COMING
from engine.queries.questions.coverage import COVERAGE
from engine.queries.questions.heat import HEAT
from engine.queries.questions.inspections import INSPECTIONS
from engine.queries.questions.lectures import LECTURES
from engine.queries.questions.letters import LETTERS
from engine.queries.questions.majors import MAJORS
from engine.queries.questions.problems import PROBLEMS
from engine.queries.questions.process_times import PROCESS_TIMES
from engine.queries.questions.question import AnyQuestion, Group
from engine.queries.questions.rectify_times import RECTIFY_TIMES
from engine.queries.questions.red_tasks import RED_TASKS
from engine.queries.questions.relapse import RELAPSE
from engine.queries.questions.reports import REPORT_MATRIX
from engine.queries.questions.returned import SLOW_PROBLEMS
from engine.queries.questions.studies import STUDIES
from engine.queries.questions.topics import TOPICS


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A question that nobody can ask before its mechanism is in force."""

    number: int
    title: Words
    needs: Words  #: the mechanism
    code: str  #: of its process


_ALL: tuple[AnyQuestion, ...] = (
    STUDIES,
    HEAT,
    COMING,
    RED_TASKS,
    CARD_COUNTS,
    PROBLEMS,
    RECTIFY_TIMES,
    SLOW_PROBLEMS,
    RELAPSE,
    LECTURES,
    COVERAGE,
    LETTERS,
    REPORT_MATRIX,
    MAJORS,
    INSPECTIONS,
    TOPICS,
    PROCESS_TIMES,
)
QUESTIONS: Mapping[int, AnyQuestion] = MappingProxyType({q.number: q for q in sorted(_ALL, key=lambda q: q.number)})
#: As a supervisor thinks of them, in the order of the index.
GROUPS: Mapping[Group, Words] = MappingProxyType(
    {
        "duties": Words(zh="履责落实", en="Duties"),
        "problems": Words(zh="问题整改", en="Problems and rectification"),
        "supervision": Words(zh="监督检查", en="Inspection and reporting"),
        "processes": Words(zh="流程运行", en="How processes run"),
    }
)
_INVESTIGATE = Words(zh="查处通报机制", en="Investigation and notice")
_PREVENT = Words(zh="源头防治机制", en="Prevention at the source")
_ACCOUNT = Words(zh="问责审查", en="Accountability review")
_TALK = Words(zh="谈话", en="Talks")
_ASSESS = Words(zh="考核评价机制", en="Assessment")
_INCENTIVE = Words(zh="激励机制", en="Incentives")
#: By number.
WAITING: tuple[Waiting, ...] = tuple(
    Waiting(number=number, title=Words(zh=zh, en=en), needs=needs, code=code)
    for number, zh, en, needs, code in (
        (17, "线索处置与时长", "Clues by disposal and age", _INVESTIGATE, "P07"),
        (18, "实名举报告知与反馈", "Notices to named reporters", _INVESTIGATE, "P07"),
        (19, "四种形态分布", "The four forms", _PREVENT, "P08"),
        (20, "问责案件各阶段", "Accountability cases by stage", _ACCOUNT, "S3"),
        (21, "谈话与诫勉影响期", "Talks and their effect", _TALK, "S6"),
        (22, "考核结果与得分来源", "Results of the assessment", _ASSESS, "P09"),
        (23, "满意度与内部得分对照", "Satisfaction against scores", _ASSESS, "P09"),
        (24, "经验做法与表彰", "Good practices and commendation", _INCENTIVE, "P10"),
    )
)
