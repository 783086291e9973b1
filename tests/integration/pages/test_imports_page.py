"""导入: looked at first, then all or nothing; the present state comes back as it went, and roles take two persons."""

from __future__ import annotations

import io
from collections.abc import Mapping

from engine.core import Engine
from engine.model.staff_columns import Cell, SheetName
from tests.integration.organization.conftest import access_facts
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import UNIT, SignIn
from webui.staff_book import read_book, write_book

ROWS: Mapping[SheetName, tuple[tuple[Cell, ...], ...]] = {
    "units": (("532599-GA", "虹桥市公安局", "虹桥公安", "虹公", "县市级", "532500-ZF", 30, "2026-03-02"),),
    "people": (("hq1", "赵一", "532599-GA", None, "单位领导"), ("hq2", "钱二", "532599-GA", None, "经办人")),
    "positions": (("532599-GA", "主要责任领导", "hq1", None, "2026-03-02", None),),
}


def test_a_workbook_is_looked_at_then_imported_as_a_whole_and_changes_nothing_the_second_time(
    engine: Engine, owner: Browser, sign_in: SignIn
) -> None:
    owner.open("/imports", status=403)
    admin = sign_in("u903")
    bad = dict(ROWS) | {"people": (*ROWS["people"], ("hq1", "孙三", "532599-GA", None, "无此角色"))}
    seen = upload(admin, write_book(bad), status=422)
    assert "人员 People5用户名用户名“hq1”在本表中重复。" in seen.texts("tbody tr")
    assert not [form for form in admin.page.forms if form.get("action") == "/imports/confirm"]

    looked = upload(admin, write_book(ROWS))
    assert "新增人员 2 名" in looked.text()
    assert unit_of(engine, "hq1") == ""
    other = sign_in("u904").open("/imports")
    sent = {"csrf_token": other.csrf, "sha256": str(looked.find("input[name=sha256]")[0].get("value"))}
    assert "文件已失效" in other.post("/imports/confirm", sent, status=409).text(".err")

    admin.send("/imports/confirm")
    assert "已全部导入" in admin.text(".note")
    assert unit_of(engine, "hq1") == "532599-GA"
    assert "2" in sign_in("u904").open("/users").text(".head .tag")  # roles wait for the other administrator
    assert ("staff.import", "u903") in access_facts(engine)

    again = upload(admin, write_book(ROWS))
    assert "文件内容与现状一致" in again.text()


def test_the_present_state_comes_as_a_workbook_that_changes_nothing(sign_in: SignIn) -> None:
    admin = sign_in("u903")
    taken = admin.client.get("/api/v1/staff/export").get_data()
    rows = read_book(taken)
    assert (len(rows["units"]) >= 70, len(rows["people"]) >= 1400) == (True, True)
    assert UNIT in {row.cells[0] for row in rows["positions"]}
    assert "文件内容与现状一致" in upload(admin, taken).text()
    assert not any(read_book(admin.client.get("/api/v1/staff/template").get_data()).values())
    assert "请选择" in admin.post("/imports", {"csrf_token": admin.csrf}, status=422).text(".err")
    assert "只接受XLSX" in upload(admin, b"a;b", status=422).text(".err")


def upload(browser: Browser, content: bytes, *, status: int = 200) -> Browser:
    browser.open("/imports")
    sent = {"csrf_token": browser.csrf, "file": (io.BytesIO(content), "单位人员.xlsx")}
    return browser.post("/imports", sent, status=status)


def unit_of(engine: Engine, account: str) -> str:
    with engine.reading("system") as tx:
        return engine.reference(tx).organization.home_unit(account)
