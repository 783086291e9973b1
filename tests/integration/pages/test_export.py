"""Lists as files: what Excel and WPS make of them, what the access log keeps of them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from engine.commands import tasks
from engine.core import Engine
from tests.e2e.page_reader import CHINESE
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, LEADER, SignIn, register, task_of
from webui import export as exporting
from webui.export import Column, Listing, format_href, is_formula

FORMULA = '=HYPERLINK("http://x","看")'


@pytest.fixture(scope="module")
def listed(engine: Engine) -> None:
    """Two problems that wait for their inspector, one named like a formula."""
    register(engine, title=FORMULA)
    register(engine, title="窗口服务态度生硬")


def rows_of(browser: Browser, address: str) -> list[list[str]]:
    answer = browser.client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    content = answer.get_data()
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def workbook_of(browser: Browser, address: str) -> Any:
    return load_workbook(io.BytesIO(browser.client.get(address).get_data()))


def test_the_inbox_leaves_as_csv_with_the_filters_of_its_address(inspector: Browser, listed: None) -> None:
    head, *rows = rows_of(inspector, "/inbox?view=offered&q=窗口服务&format=csv")

    assert head[:7] == ["灯", "事项", "业务编号", "环节", "责任单位", "到期日", "剩余工作日"]
    assert [row[1] for row in rows] == ["窗口服务态度生硬"]
    assert rows[0][0] in {"绿灯", "黄灯"}
    assert date.fromisoformat(rows[0][5])


def test_a_title_that_begins_like_a_formula_stays_text(inspector: Browser, listed: None) -> None:
    _, *rows = rows_of(inspector, "/inbox?view=offered&format=csv")
    assert f"'{FORMULA}" in [row[1] for row in rows]

    sheet = workbook_of(inspector, "/inbox?view=offered&format=xlsx").worksheets[0]
    (cell,) = [row[1] for row in sheet.iter_rows(min_row=2) if row[1].value == FORMULA]
    assert cell.data_type == "s"
    assert cell.quotePrefix


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "＋1", "－1", "＠x", "\n1"]
)
def test_whatever_a_spreadsheet_would_compute_is_known(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", ["", "整改", "1-2", "a=b", "（一）", "532503-GA"])
def test_plain_text_is_left_as_it_is(text: str) -> None:
    assert not is_formula(text)


def test_a_workbook_has_a_frozen_bold_head_real_dates_and_a_sheet_that_explains_it(
    inspector: Browser, listed: None
) -> None:
    answer = inspector.client.get("/inbox?view=offered&q=窗口&format=xlsx")
    book = load_workbook(io.BytesIO(answer.get_data()))
    sheet, words = book.worksheets

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:M2"
    assert sheet["A1"].font.bold
    assert isinstance(sheet["F2"].value, datetime)
    assert isinstance(sheet["G2"].value, int)
    assert sheet.column_dimensions["B"].width == 36
    assert words.title == "说明"
    told = {row[0].value: row[1].value for row in words.iter_rows()}
    assert (told["标题"], told["行数"], told["搜索"]) == ("我的任务-待领取", 1, "窗口")
    assert told["导出人"].startswith("用户041")
    assert told["截至"].year == 2026
    assert "filename*=UTF-8''%E6%88%91" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as parts:
        assert not [name for name in parts.namelist() if "external" in name or "macro" in name.lower()]


def test_an_export_is_written_into_the_access_log_without_what_was_searched_for(
    inspector: Browser, engine: Engine, listed: None
) -> None:
    rows_of(inspector, "/inbox?view=offered&q=窗口服务&step=S1_T2&format=csv")

    with engine.transaction("system") as tx:
        bodies = [json.loads(row[0]) for row in tx.raw.execute("SELECT body FROM access_log_body").fetchall()]
    (fact,) = [b for b in bodies if b.get("list") == "inbox-offered" and b["filters"].get("step")]
    assert fact == {
        "list": "inbox-offered",
        "filters": {"view": "offered", "q": "…", "step": "S1_T2"},
        "rows": 1,
        "kind": "csv",
    }


def test_a_list_that_is_cut_says_so(inspector: Browser, app: Flask, listed: None, monkeypatch: Any) -> None:
    monkeypatch.setattr("webui.pages.inbox.MOST_ROWS", 1)
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)

    rows = rows_of(inspector, "/inbox?view=offered&format=csv")

    assert len(rows) == 3
    assert rows[-1] == ["仅导出前 1 行，其余未导出。请缩小筛选范围后再导出。"]
    words = workbook_of(inspector, "/inbox?view=offered&format=xlsx").worksheets[1]
    assert "未全部导出" in {row[0].value for row in words.iter_rows()}


def test_all_pages_of_a_list_are_exported_in_its_order(inspector: Browser, engine: Engine, monkeypatch: Any) -> None:
    for number in range(3):
        register(engine, title=f"分页导出{number}")
    monkeypatch.setattr("engine.queries.inbox.MAX_LIMIT", 1)

    _, *rows = rows_of(inspector, "/inbox?view=offered&q=分页导出&format=csv")

    assert sorted(row[1] for row in rows) == ["分页导出0", "分页导出1", "分页导出2"]


def test_the_file_speaks_the_readers_language(sign_in: SignIn, listed: None) -> None:
    browser = sign_in("u042")
    browser.open("/me").send("/me", {"language": "en"})

    head, row = rows_of(browser, "/inbox?view=offered&q=窗口&format=csv")

    assert not [word for word in (*head, row[0], row[3], row[4], row[7], row[9]) if CHINESE.search(word)]


def test_the_menu_keeps_the_filters_and_leaves_the_place_in_the_list_behind() -> None:
    href = format_href("/inbox?view=late&unit=532503-GA&after=abc&from=21&task=1&said=claimed", "csv")
    assert href == "/inbox?view=late&unit=532503-GA&format=csv"


def test_done_tasks_are_a_list_like_every_other(inspector: Browser, engine: Engine) -> None:
    case = register(engine, title="已办导出")
    task = task_of(engine, case).removeprefix("/task/")
    tasks.complete(engine, task, INSPECTOR, {"confirm": True, "opinion": "请按期整改。"})  # type: ignore[arg-type]

    _, *rows = rows_of(inspector, "/inbox?view=done&q=已办导出&format=csv")

    assert [row[0] for row in rows] == ["蓝灯"]


def test_a_list_over_rest_leaves_as_a_file_too(sign_in: SignIn, engine: Engine, listed: None) -> None:
    leader = sign_in(LEADER)

    head, *rows = rows_of(leader, "/api/v1/instances?q=窗口&format=csv")
    assert head[:3] == ["事项", "业务编号", "流程"]
    assert [(row[0], row[2], row[5]) for row in rows] == [("窗口服务态度生硬", "整改闭环", "蒙自市公安局")]
    assert workbook_of(leader, "/api/v1/cards?format=xlsx").worksheets[0]["B1"].value == "牌卡"
    assert rows_of(leader, "/api/v1/tasks?view=unit&format=csv")[0][0] == "灯"
    assert rows_of(sign_in("u907"), "/api/v1/incidents?format=csv")[0][0] == "发生时间"


def test_nothing_of_others_leaves_as_a_file(outsider: Browser, listed: None) -> None:
    assert rows_of(outsider, "/api/v1/instances?unit=532503-GA&format=csv")[1:] == []


def test_control_characters_break_no_workbook(app: Flask, inspector: Browser, monkeypatch: Any) -> None:
    column: Column[str] = Column(label="a", value=lambda row: row)
    listing = Listing(name="x", title="x", columns=(column,), rows=("a\x00b\x0bc",))
    monkeypatch.setattr(exporting, "current_person", lambda: INSPECTOR)
    with app.test_request_context("/inbox"):
        sheet = load_workbook(io.BytesIO(exporting.export(listing, "xlsx").get_data())).worksheets[0]
    assert sheet["A2"].value == "abc"


def test_what_a_search_has_found_leaves_as_a_file(inspector: Browser, listed: None) -> None:
    head, *rows = rows_of(inspector, "/search?q=窗口服务&format=csv")
    assert head[:3] == ["类别", "事项", "业务编号"]
    assert {(row[0], row[1]) for row in rows} == {("在办任务", "窗口服务态度生硬"), ("事项", "窗口服务态度生硬")}
