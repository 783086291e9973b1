"""Titles that the engine makes read in English wherever they stand, and what people typed stays as it is."""

from __future__ import annotations

import re

import pytest

from engine.model import case_titles as t
from engine.model.case_titles import in_english

NAMES = {"蒙自市公安局": "Public security, Mengzi", "教育机制": "Education", "窗口服务": "Service counters"}
REGULAR = t.QUARTER_ROUND.written(year=2026, number=2)


def english(title: str) -> str:
    return in_english(title, lambda name: NAMES.get(name, name))


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (t.STUDY.written(year=2026, half=t.half_zh(1)), "Study of the first half of 2026"),
        (t.FURTHER_STUDY.written(year=2026, half=t.half_zh(2)), "Further study in the second half of 2026"),
        (t.REPORT.written(year=2026, half=t.half_zh(2)), "Report on the second half of 2026"),
        (t.DUTY_REPORT.written(year=2026), "Reports on duties and integrity for 2026"),
        (t.RESPONSIBILITY.written(year=2026), "Responsibilities and commitment letters of 2026"),
        (t.SECOND_LOOKS.written(year=2026, number=11), "Second looks at problems closed in 2026-11"),
        (t.WINDOW_ROUND.written(window="2026年春节"), "Inspection round: Spring Festival 2026"),
        (
            t.WINDOW_ROUND.written(window="2026年中秋节·国庆节"),
            "Inspection round: Mid-Autumn Festival · National Day 2026",
        ),
        (REGULAR, "Regular inspection round: quarter 2 of 2026"),
        (t.TOPIC_ROUND.written(topic="窗口服务"), "Special inspection round: Service counters"),
        (t.ROUND.written(), "Inspection round"),
        (
            t.VISIT.written(round=REGULAR, unit="蒙自市公安局"),
            "Regular inspection round: quarter 2 of 2026: Public security, Mengzi",
        ),
        (t.REPLY.written(unit="蒙自市公安局"), "Reply to an inspection: Public security, Mengzi"),
        (
            t.VACANCY.written(unit="蒙自市公安局", position="主要责任领导"),
            "Vacant post at Public security, Mengzi: Main responsible leader",
        ),
        (t.OF_PERIOD.written(process="教育机制", span="2026年下半年"), "Education (second half of 2026)"),
        (t.OF_PERIOD.written(process="教育机制", span="2026年"), "Education (2026)"),
        (t.OF_PERIOD.written(process="教育机制", span="2026年第三季度"), "Education (quarter 3 of 2026)"),
        (t.OF_PERIOD.written(process="教育机制", span="2026年7月"), "Education (2026-07)"),
        (t.OF_PERIOD.written(process="教育机制", span="2026年劳动节"), "Education (Labour Day 2026)"),
    ],
)
def test_a_title_of_the_engine_reads_in_english(title: str, said: str):
    assert english(title) == said
    assert re.search(r"[\u4e00-\u9fff]", said) is None


def test_the_name_of_a_person_stands_as_it_is():
    title = t.CHANGE.written(position="主要责任领导", person="用户096")
    assert english(title) == "Commitment letter of 用户096, new in the post: Main responsible leader"


@pytest.mark.parametrize(
    "title", ["值班备勤交接登记不完整", "检查：蒙自市公安局", "2026年植树节督查", "窗口服务（2026年某节）", ""]
)
def test_what_people_typed_is_no_title_of_the_engine(title: str):
    assert english(title) == ""
