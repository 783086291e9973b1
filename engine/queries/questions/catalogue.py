"""Every question by its number in domain.md §7.1, and those that wait for their mechanism."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.model.declared_words import Words
from engine.queries.questions.coverage import COVERAGE
from engine.queries.questions.inspections import INSPECTIONS
from engine.queries.questions.lectures import LECTURES
from engine.queries.questions.letters import LETTERS
from engine.queries.questions.majors import MAJORS
from engine.queries.questions.process_times import PROCESS_TIMES
from engine.queries.questions.question import AnyQuestion, Group
from engine.queries.questions.relapse import RELAPSE
from engine.queries.questions.reports import REPORT_MATRIX
from engine.queries.questions.topics import TOPICS

_ALL: tuple[AnyQuestion, ...] = (
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
