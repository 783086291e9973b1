"""A form begins with what the case knows already."""

from __future__ import annotations

from tests.form_samples import shipped_form

FINDINGS = [{"no": 1, "topic": "值班备勤", "fact": "交接登记缺少签字。", "dept": "值班室"}, "no row"]


def test_a_list_begins_with_the_columns_that_it_shows():
    assert shipped_form("P05_T5").prefilled({"findings": FINDINGS}) == {
        "replies": [{"topic": "值班备勤", "fact": "交接登记缺少签字。"}]
    }


def test_a_field_begins_with_its_variable_and_what_is_not_known_stays_empty():
    assert shipped_form("P05_T1").prefilled({"kind": "节点", "window_to": None, "other": 1}) == {"kind": "节点"}
    assert shipped_form("P05_T5").prefilled({"findings": "no list"}) == {"replies": []}
    assert shipped_form("S4_T1").prefilled({"decision": "同意"}) == {}
