"""A national table that is none is refused with the field that is wrong and what to do, in both languages."""

from __future__ import annotations

import json
from datetime import date

import pytest

from engine.errors import InputRejected
from engine.model.holiday_notice import MAX_NAME, read_holiday_notice
from engine.model.holidays import Layer

PERIOD = {"from": "2027-02-05", "to": "2027-02-07", "zh": "春节", "en": "Spring Festival"}


def notice(**changes: object) -> str:
    raw = {"year": 2027, "source": "国务院办公厅通知", "off": [PERIOD], "work": ["2027-02-13"]}
    return json.dumps(raw | changes)


def test_a_table_gives_each_day_off_and_each_day_made_up_with_its_source() -> None:
    table = read_holiday_notice(notice())

    assert (table.year, table.source) == (2027, "国务院办公厅通知")
    found = [(day.day, day.layer, day.working, day.zh) for day in table.days]
    assert found == [
        (date(2027, 2, 5), Layer.NATIONAL, False, "春节"),
        (date(2027, 2, 6), Layer.NATIONAL, False, "春节"),
        (date(2027, 2, 7), Layer.NATIONAL, False, "春节"),
        (date(2027, 2, 13), Layer.MAKE_UP, True, "调休上班"),
    ]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("table", "not JSON"),
        ("table", "[" * 100_000),
        ("table", "[]"),
        ("year", notice(year="2027")),
        ("year", notice(year=True)),
        ("year", notice(year=2061)),
        ("year", notice(year=2026)),
        ("source", notice(source=" ")),
        ("source", notice(source="x\x00")),
        ("source", notice(source="长" * (MAX_NAME + 1))),
        ("off", notice(off=None)),
        ("off", notice(off=[])),
        ("off[0]", notice(off=["2027-02-05"])),
        ("off[1].to", notice(off=[PERIOD, PERIOD | {"to": "2027-02-30"}])),
        ("off[0].to", notice(off=[PERIOD | {"to": "2027-02-04"}])),
        ("off[0].from", notice(off=[PERIOD | {"from": "2026-12-31"}])),
        ("off[0].zh", notice(off=[PERIOD | {"zh": ""}])),
        ("off[0].en", notice(off=[{name: PERIOD[name] for name in ("from", "to", "zh")}])),
        ("work", notice(work="2027-02-13")),
        ("work[0]", notice(work=["13 February"])),
        ("work[1]", notice(work=["2027-02-13", "2027-02-12"])),
        ("work[0]", notice(work=["2027-02-06"])),
        ("work[0]", notice(work=["2028-02-12"])),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy_in_both_languages(field: str, text: str) -> None:
    with pytest.raises(InputRejected) as refused:
        read_holiday_notice(text)

    assert refused.value.facts["field"] == field
    assert refused.value.zh.startswith(f"{field}：")
    assert refused.value.en.startswith(f"{field}: ")
