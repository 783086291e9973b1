"""The text guard: domain.md §6.5. All numbers here are made up."""

import pytest

from engine.model.textguard import find, find_in_values, verdict


@pytest.mark.parametrize(
    "text",
    [
        "532501199001011234",
        "证号53250119900101123X，",
        "证号53250119900101123x",
        "532501 19900101 1234",
        "５３２５０１１９９００１０１１２３４",
        "532501900101123",
    ],
)
def test_id_numbers_are_found_in_every_writing(text):
    hits = find(text)
    assert [h.kind for h in hits] == ["id_number"]
    assert "身份证号" in hits[0].zh
    assert "ID-card" in hits[0].en


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "电话:138-0013-8000。",
        "+86 13800138000",
        "86-13800138000",
        "1３８００１３８０００",
        "0873-3732101",
        "(0873)3732101",
        "（0873）3732101",
        "010 62345678",
    ],
)
def test_phone_numbers_are_found_in_every_writing(text):
    hits = find(text)
    assert [h.kind for h in hits] == ["phone"]
    assert "电话" in hits[0].zh


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WT-532503GA-2026-0007",
        "红政法督〔2026〕12号",
        "2026-03-02至2026-03-23",
        "经费12800元",
        "532503-GA-03",
        "流水号202603021234567890123",
        "12345678",
        "99999999999999999",
    ],
)
def test_numbers_of_papers_days_and_sums_are_no_hits(text):
    assert find(text) == ()


def test_a_hit_tells_its_place_and_does_not_repeat_the_text():
    hits = find("联系13800138000或532501199001011234")
    assert [(h.start, h.end, h.kind) for h in hits] == [(2, 13, "phone"), (14, 32, "id_number")]
    assert hits[0].zh.startswith("第3至13个字符")
    assert "13800138000" not in repr(hits)


def test_a_stretch_is_reported_once():
    assert [h.kind for h in find("532501 19900101 0123-2345678")] == ["id_number"]


def test_values_are_searched_in_lists_and_tables():
    values = {
        "facts": "无",
        "n": 5,
        "measures": [{"what": "打13800138000"}, {"what": "整改"}],
        "tags": ("010-62345678",),
    }
    assert [(h.path, h.kind) for h in find_in_values(values)] == [("measures.0.what", "phone"), ("tags.0", "phone")]


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        ("S1_RECTIFY", "refuse"),
        ("P05_SUPERVISE", "refuse"),
        ("P08_PREVENT", "refuse"),
        ("S2_LADDER", "warn"),
        ("P02_PUSH", "warn"),
        ("S10_OTHER", "warn"),
    ],
)
def test_s1_p05_and_p08_refuse_and_others_warn(process, expected):
    assert verdict(process) == expected
