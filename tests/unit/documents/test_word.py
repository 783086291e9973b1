"""The Word file: the sheet of GB/T 9704, fonts, red head, numbers of pages, charts, and bytes that never vary."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import docx
import openpyxl
import pytest
from docx.shared import Mm, Pt
from lxml import etree

from engine.documents.ooxml import C, W
from engine.documents.paper import (
    Annex,
    Chart,
    Column,
    Grid,
    Heading,
    Paper,
    Para,
    Signatures,
    Table,
    chart,
    chinese_number,
    day_words,
    numbered,
)
from engine.documents.word import write

BARS = chart("完成率", ("领导", "推进"), {"完成率": (100, None)}, form="bar", unit="%", highest=100)
LINES = chart("发现与办结", ("7月", "8月"), {"发现": (3, 5), "办结": (2, 5)}, form="line", note="数据截至12月1日。")
BODY = (
    Heading(level=1, text="一、总体情况"),
    Heading(level=2, text="（一）领导机制"),
    Para(text="各项义务总体按期完成。\n第二段。"),
    Table(
        columns=(Column(title="级别"), Column(title="件数", align="right")), rows=(("A", "1"), ("B", "2")), title="表1"
    ),
    Grid(pairs=(("单位", "蒙自市公安局"), ("定级", "B"), ("问题", "窗口服务态度生硬，群众反映较多"), ("期限", "3日"))),
    BARS,
    LINES,
    Signatures(lines=(("承诺人", "", ""),)),
    Annex(mark="附件1", title="清单"),
    Para(text="无。"),
)


def a_paper(**changes: object) -> Paper:
    given = {
        "form": "document",
        "head": "中共蒙自市委政法委员会文件",
        "number": "蒙政法督〔2026〕12号",
        "title": "关于督查情况的通报",
        "addressee": "各有关单位",
        "body": BODY,
        "annexes": ("清单", "说明"),
        "issuer": "中共蒙自市委政法委员会",
        "dated": date(2026, 12, 1),
        "copies_to": "州委政法委",
        "printed_by": "市委政法委办公室",
    }
    return Paper(**given | changes)  # type: ignore[arg-type]


def opened(paper: Paper):
    return docx.Document(io.BytesIO(write(paper)))


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def test_the_type_area_is_156_by_225_mm_on_a4():
    section = opened(a_paper()).sections[0]

    assert abs(section.page_width - Mm(210)) < Mm(0.1)
    assert abs(section.page_height - Mm(297)) < Mm(0.1)
    assert abs(section.top_margin - Mm(37)) < Mm(0.1)
    assert abs(section.left_margin - Mm(28)) < Mm(0.1)
    assert abs(section.page_width - section.left_margin - section.right_margin - Mm(156)) < Mm(0.1)
    assert abs(section.page_height - section.top_margin - section.bottom_margin - Mm(225)) < Mm(0.1)


def test_22_lines_of_28_characters_in_16_point_fangsong_fill_the_type_area():
    styles = opened(a_paper()).styles
    defaults = styles.element.find(f"{{{W}}}docDefaults")
    line = int(defaults.find(f".//{{{W}}}spacing[@{{{W}}}line]").get(f"{{{W}}}line"))
    closer = int(defaults.find(f".//{{{W}}}rPr/{{{W}}}spacing").get(f"{{{W}}}val"))

    assert Mm(225) // Pt(line / 20) == 22
    assert Mm(156) // Pt(16 + closer / 20) == 28
    assert defaults.find(f".//{{{W}}}sz").get(f"{{{W}}}val") == "32"
    assert east_asian(defaults.find(f".//{{{W}}}rPr")) == "仿宋_GB2312"


@pytest.mark.parametrize(
    ("style", "font"),
    [("Title", "方正小标宋简体"), ("heading 1", "黑体"), ("heading 2", "楷体_GB2312"), ("heading 3", "仿宋_GB2312")],
)
def test_headings_have_the_fonts_of_the_standard(style, font):
    found = next(one for one in opened(a_paper()).styles if one.name.lower() == style.lower())
    assert east_asian(found.element.rPr) == font


def test_every_font_names_what_stands_in_for_it():
    fonts = part(write(a_paper()), "word/fontTable.xml")
    named = {one.get(f"{{{W}}}name"): one.find(f"{{{W}}}altName").get(f"{{{W}}}val") for one in fonts}
    assert named == {
        "方正小标宋简体": "华文中宋",
        "仿宋_GB2312": "仿宋",
        "楷体_GB2312": "楷体",
        "黑体": "SimHei",
        "宋体": "SimSun",
    }


def test_a_document_has_its_head_in_red_above_a_red_line():
    head, number = opened(a_paper()).paragraphs[:2]

    assert head.text == "中共蒙自市委政法委员会文件"
    assert str(head.runs[0].font.color.rgb) == "FF0000"
    assert number.text == "蒙政法督〔2026〕12号"
    assert number._p.find(f".//{{{W}}}pBdr/{{{W}}}bottom").get(f"{{{W}}}color") == "FF0000"


def test_a_paper_that_goes_upwards_names_who_signed_it_off():
    assert opened(a_paper(signed_off_by="张某某")).paragraphs[1].text == "　蒙政法督〔2026〕12号\t签发人：张某某"


def test_a_letter_has_its_head_on_the_first_sheet_only_and_no_number_there():
    section = opened(a_paper(form="letter", head="中共蒙自市委政法委员会")).sections[0]

    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == "中共蒙自市委政法委员会"
    assert section.first_page_footer.paragraphs[0].text == ""


def test_numbers_of_pages_stand_outside_between_dashes():
    section = opened(a_paper()).sections[0]

    assert section.footer.paragraphs[0].text == "— 1 —"
    assert section.footer.paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
    assert section.even_page_footer.paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.LEFT


def test_annexes_come_behind_the_signature_and_the_imprint_comes_last():
    paragraphs = [one.text for one in opened(a_paper()).paragraphs]
    order = [
        paragraphs.index(text) for text in ("附件：1. 清单", "中共蒙自市委政法委员会", "2026年12月1日", "附件1", "无。")
    ]
    assert order == sorted(order)
    assert [cell.text for cell in opened(a_paper()).tables[-1].rows[1].cells] == [
        "市委政法委办公室",
        "2026年12月1日印发",
    ]


def test_the_head_of_a_table_is_repeated_on_every_sheet():
    row = opened(a_paper()).tables[0].rows[0]
    assert row._tr.find(f".//{{{W}}}tblHeader") is not None


def test_a_card_has_its_colour_in_a_band_and_its_word_in_the_title():
    read = opened(a_paper(form="letter", title="黄牌督办单", color="yellow"))
    assert read.element.find(f".//{{{W}}}shd").get(f"{{{W}}}fill") == "FFC000"
    assert any(one.text == "黄牌督办单" for one in read.paragraphs)


def test_charts_are_real_ones_whose_figures_can_be_changed():
    content = write(a_paper())

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read("word/embeddings/chart2.xlsx"))).active
    assert list(sheet.values) == [(None, "发现", "办结"), ("7月", 3, 2), ("8月", 5, 5)]
    assert part(content, "word/charts/chart2.xml").find(f".//{{{C}}}lineChart") is not None
    bars = part(content, "word/charts/chart1.xml")
    assert [one.text for one in bars.iterfind(f".//{{{C}}}val//{{{C}}}v")] == ["100"]  # None is no zero


def test_a_chart_with_a_value_too_few_is_refused():
    with pytest.raises(ValueError, match="1 values for 2 categories"):
        chart("完成率", ("领导", "推进"), {"完成率": (100,)})


def test_the_same_paper_has_the_same_bytes_and_no_clock_in_them():
    content = write(a_paper())

    assert content == write(a_paper())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2026-12-01T00:00:00Z" in part_bytes(content, "docProps/core.xml")


def test_a_text_with_signs_of_xml_and_control_characters_stays_a_text():
    read = opened(a_paper(body=(Para(text="<a> & \x07“引号”"),)))
    assert any(one.text == "<a> & “引号”" for one in read.paragraphs)


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_numbers_of_headings_are_chinese(number, said):
    assert chinese_number(number) == said


def test_headings_are_numbered_as_the_standard_has_them():
    marks = [numbered(level, 2, "题").text for level in (1, 2, 3, 4)]
    assert marks == ["二、题", "（二）题", "2.题", "（2）题"]


def test_days_have_no_leading_zero():
    assert day_words(date(2026, 3, 5)) == "2026年3月5日"


def test_a_chart_without_notes_or_bounds_needs_none():
    plain = Chart(title="图", categories=("a",), series=BARS.series[:0])
    assert write(a_paper(body=(plain,)))


def east_asian(properties) -> str:
    return properties.find(f"{{{W}}}rFonts").get(f"{{{W}}}eastAsia")


def part_bytes(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)
