"""Every kind of paper, from an empty case and from a full one."""

from __future__ import annotations

import io
from dataclasses import asdict, replace

import docx
import msgspec
import pytest

from engine.documents.material import Sent
from engine.documents.paper import BLANK, Para, paper_from
from engine.documents.registry import CARD_TEMPLATES, TEMPLATES
from engine.documents.word import write
from engine.model.numbering import DOCUMENT_KINDS, KINDS
from engine.model.report_places import PLACES_QUERY
from tests.form_samples import shipped_form
from tests.unit.documents.given import TODAY, a_full_material, a_list, a_material, sent

EMPTY, FULL = a_material(), a_full_material()


def text_of(content: bytes) -> str:
    """Everything that a reader of Word files finds in the text and its tables."""
    read = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in read.paragraphs] + cells)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("material", [EMPTY, FULL], ids=["empty", "full"])
def test_every_paper_can_be_written_and_never_says_none(name, material):
    paper = TEMPLATES[name].build(material)

    text = text_of(write(paper))

    assert paper.title.split("\n")[0] in text
    assert "None" not in text
    assert not {"{", "}", "[]"} & set(text)


@pytest.mark.parametrize("name", sorted(set(TEMPLATES) - {"problem_list"}))
def test_what_nobody_has_filled_in_is_left_open_to_be_seen(name):
    assert "〔　　" in text_of(write(TEMPLATES[name].build(replace(EMPTY, unit=replace(EMPTY.unit, leader="")))))


@pytest.mark.parametrize("name", sorted(set(TEMPLATES) - {"attendance_list", "commitment_letter", "inspection_record"}))
def test_where_everything_is_filled_in_nothing_is_left_open(name):
    assert BLANK not in text_of(write(TEMPLATES[name].build(FULL)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_paper_comes_back_from_its_json_as_it_was(name):
    paper = TEMPLATES[name].build(FULL)
    assert paper_from(msgspec.json.decode(msgspec.json.encode(asdict(paper)))) == paper


def test_values_stand_in_the_words_of_their_forms():
    text = text_of(write(TEMPLATES["responsibility_list"].build(FULL)))

    assert "用户101" in text
    assert "指挥中心" in text
    assert "u101" not in text


def test_the_letter_upwards_is_the_main_leaders_and_the_one_inside_its_subjects():
    inside = text_of(write(TEMPLATES["commitment_letter"].build(FULL)))
    upward = text_of(write(TEMPLATES["commitment_letter"].build(replace(FULL, subject=None))))

    assert "用户101" in inside
    assert "分管队伍纪律作风建设日常工作" in inside
    assert "向蒙自市公安局郑重承诺" in inside
    assert "向中共蒙自市委政法委员会郑重承诺" in upward


def test_minutes_bear_the_day_of_the_meeting_and_name_nobody_who_gave_an_opinion():
    paper = TEMPLATES["meeting_minutes"].build(FULL)

    assert paper.dated is not None
    assert paper.dated.isoformat() == "2026-11-20"
    said = " ".join(block.text for block in paper.body if isinstance(block, Para))
    assert "共听取12人意见，收集意见建议1条" in said
    assert "改进排队" not in said


def test_a_bulletin_counts_by_topic_and_names_no_unit_that_was_inspected():
    paper = TEMPLATES["inspection_bulletin"].build(replace(FULL, unit=FULL.superior))

    text = text_of(write(paper))

    assert "窗口服务" in text
    assert "蒙自市公安局" not in text


def test_the_record_that_a_unit_signs_says_nothing_of_a_suspected_violation():
    columns = (("topic", "enum", "内容"), ("fact", "text", "事实"), ("suspected", "bool", "涉嫌违纪违法"))
    findings = a_list("findings", "发现问题", columns)
    rows = [
        {"topic": "窗口服务", "fact": "窗口人员态度生硬。", "suspected": False},
        {"topic": "公务接待与经费", "fact": "票据与事由不符。", "suspected": True},
    ]
    material = a_material(sent=(sent("P05_T4", "用户041", (findings, rows)),))

    text = text_of(write(TEMPLATES["inspection_record"].build(material)))

    assert "态度生硬" in text
    assert "票据" not in text
    assert "涉嫌" not in text


def test_a_card_says_until_when_one_may_object_and_has_its_business_number():
    paper = TEMPLATES["yellow_card"].build(FULL)

    assert paper.number == "PK-532503GA-2026-0003"
    text = text_of(write(paper))
    assert "2026年12月4日前通过系统提出" in text
    assert "黄牌督办单" in text


def test_numbers_are_of_kinds_that_the_specification_knows():
    for template in TEMPLATES.values():
        assert not template.document_kind or template.document_kind in DOCUMENT_KINDS
        assert not template.business_kind or template.business_kind in KINDS
    assert all(not TEMPLATES[name].document_kind for name in CARD_TEMPLATES.values())


def test_the_report_of_the_prefecture_compares_its_counties_and_lines_and_lists_what_is_late_and_issued():
    form = shipped_form("P04_T1")
    counted = {"owed": 120, "on_time": 101, "overdue": 6, "found": 22, "closed": 17, "late": 2, "yellow": 3, "red": 1}
    visits = {"visits.units": 17, "visits.visited": 9, "visits.kind.经常": 6}
    late = {"number": "WT-532503GA-2026-0007", "title": "窗口服务", "unit": "蒙自市公安局", "severity": "C"}
    card = {"number": "PK-532503GA-2026-0003", "level": "黄牌", "unit": "蒙自市公安局", "title": "半年专题研究"}
    values = {
        "as_of": "2026-12-01T09:00:00+08:00",
        "figures": [{"code": code, "name": code, "value": number, "query": ""} for code, number in visits.items()],
        "regions": [{"name": "蒙自市", **counted}],
        "lines": [{"name": "公安", **counted}],
        "overdue": [late | {"limit": "2026-11-20"}],
        "cards": [card | {"issued_on": "2026-11-03", "state": "已送达"}],
    }
    locked = Sent(form_key="P04_T1", fields=tuple(form.fields), values=values, by="系统", on=TODAY)

    text = text_of(write(TEMPLATES["half_year_report"].build(a_material(period="2026H2", sent=(locked,)))))

    for said in ("各县市对比", "条线对比", "蒙自市", "52%", late["number"], card["number"], PLACES_QUERY):
        assert said in text
    assert "各县市对比" not in text_of(write(TEMPLATES["half_year_report"].build(FULL)))
