"""What inspections have in common, and what becomes of what the units say."""

from __future__ import annotations

from engine.model.inspection import repeated_topics, said_and_held
from engine.model.report_figures import LATE, MISSING, ON_TIME, RETURNED, report_state


def test_a_topic_of_three_units_is_told_once_whatever_one_of_them_has_of_it() -> None:
    twice, once = {"topics": ["值班备勤", "值班备勤"]}, {"topics": ["值班备勤", "警容风纪"]}

    assert repeated_topics([twice, once]) == []
    assert repeated_topics([twice, once, once, {"topics": []}]) == ["值班备勤"]


def test_only_what_a_unit_contests_can_be_adopted_and_silence_contests_nothing() -> None:
    replies = [{"reply": word} for word in ("属实", "部分属实", "不属实", "未回复")]
    held = [{"decision": word} for word in ("不予认定", "修改后认定", "予以认定", "不予认定")]

    assert said_and_held(replies, held) == (2, 1)


def test_a_returned_report_is_none_until_it_is_signed_again() -> None:
    assert report_state({}) == MISSING
    assert report_state({"signed": False, "returns": 1}) == RETURNED
    assert report_state({"signed": True, "returns": 1}) == ON_TIME
    assert report_state({"signed": True, "is_late": True}) == LATE
