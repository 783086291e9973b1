"""Decisions and forms at the desk of the analysts without scripts: lists, beginning, publishing, reading."""

from __future__ import annotations

import io

import pytest

from engine.commands import designs
from engine.core import Engine
from engine.model.step import PersonId
from tests.integration.design.parts import a_decision, a_form, some_cases
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import SignIn

FIRST, SECOND = PersonId("u901"), PersonId("u902")


@pytest.fixture
def analyst(sign_in: SignIn) -> Browser:
    return sign_in(FIRST)


@pytest.fixture
def colleague(sign_in: SignIn) -> Browser:
    return sign_in(SECOND)


def drawn(engine: Engine, kind: str, key: str, content: bytes, cases: bytes | None = None) -> str:
    """A draft that nobody writes on."""
    made = designs.begin_blank(engine, FIRST, kind=kind, key=key, name="试作")
    designs.save(engine, FIRST, made, content, cases=cases, rev=1)
    designs.unlock(engine, FIRST, made)
    return str(made)


def test_the_lists_show_versions_drafts_and_who_uses_what_to_analysts_alone(
    analyst: Browser, sign_in: SignIn, engine: Engine
) -> None:
    drawn(engine, "dmn", "LISTED_D", a_decision("LISTED_D"), some_cases("LISTED_D"))
    drawn(engine, "form", "LISTED_F", a_form("LISTED_F"))
    decisions = analyst.open("/design/decisions").text()
    assert "问题定级定限" in decisions
    assert "S1_RECTIFY" in decisions
    assert "LISTED_D" in decisions
    forms = analyst.open("/design/forms").text()
    assert "签收与制定措施" in forms
    assert "LISTED_F" in forms
    assert "LISTED_D" not in analyst.open("/design").text()
    for path in ("/design/decisions", "/design/forms"):
        sign_in("u101").open(path, status=403)


@pytest.mark.parametrize(("kind", "page"), [("dmn", "/design/decisions"), ("form", "/design/forms")])
def test_mistakes_at_the_beginning_are_told_in_the_list_they_belong_to(analyst: Browser, kind: str, page: str) -> None:
    analyst.open(page).send("/design/new", {"kind": kind, "key": "9 X", "name": ""}, status=422)
    word = {"dmn": "决策", "form": "表单"}[kind]
    assert f"{word}标识以字母开头" in analyst.text(".errsum")
    file = {"kind": kind, "file": (io.BytesIO(b"<a/>"), "a.bpmn")}
    analyst.open(page).send("/design/import", file, status=422)
    assert "请选择" in analyst.text(".errsum")


def test_a_decision_goes_from_a_file_to_the_second_analyst_and_is_read_by_everybody(
    analyst: Browser, colleague: Browser, sign_in: SignIn
) -> None:
    file = {"kind": "dmn", "file": (io.BytesIO(a_decision("PAGE_DMN")), "PAGE_DMN.dmn")}
    analyst.open("/design/decisions").send("/design/import", file)
    shown = analyst.text()
    assert "没有现行流程使用本决策" in shown
    assert "没有测试用例" in shown
    design = analyst.address.split("/")[-1].split("?")[0]
    assert "不足8小时不补休" in analyst.open(f"/design/dmn/{design}/table").text()
    analyst.open(f"/design/publish/{design}").send(f"/design/publish/{design}", {"rev": "1", "note": ""})
    proposal = analyst.address.split("?")[0]
    colleague.open(proposal).send(f"{proposal}/confirm", {})
    (href,) = {link for link in colleague.open("/design/decisions").links("#p-PAGE_DMN a") if "/decision/" in link}
    officer = sign_in("u101").open(href)
    assert "不补休" in officer.text("table")
    assert "/design/decisions" not in officer.links("main a")


def test_editors_and_previews_are_pages_of_their_kind_alone(analyst: Browser, sign_in: SignIn, engine: Engine) -> None:
    form = drawn(engine, "form", "KIND_F", a_form("KIND_F", label="值班时长"))
    decision = drawn(engine, "dmn", "KIND_D", a_decision("KIND_D"))
    assert "值班时长" in analyst.open(f"/design/form/{form}/preview").text()
    analyst.open(f"/design/form/{decision}", status=404)
    analyst.open(f"/design/dmn/{form}", status=404)
    analyst.open(f"/design/form/{decision}/preview", status=404)
    sign_in("u101").open(f"/design/form/{form}/preview", status=403)


def test_a_broken_form_is_kept_and_its_preview_says_what_to_mend(analyst: Browser, engine: Engine) -> None:
    form = drawn(engine, "form", "BROKEN_F", a_form("BROKEN_F", rule="hours >"))
    assert "改正以下问题后才能预览" in analyst.open(f"/design/form/{form}/preview").text()
    assert "现在不能提交发布" in analyst.open(f"/design/publish/{form}").text()


def test_a_frame_may_hold_the_preview_and_nothing_else_of_ours(analyst: Browser, engine: Engine) -> None:
    form = drawn(engine, "form", "FRAMED_F", a_form("FRAMED_F"))
    policies = {
        path: analyst.client.get(path).headers["Content-Security-Policy"]
        for path in (f"/design/form/{form}", f"/design/form/{form}/preview", "/design/forms")
    }
    editor, preview, listed = policies.values()
    assert "frame-src 'self'" in editor
    assert "frame-ancestors 'none'" in editor
    assert "frame-ancestors 'self'" in preview
    assert "unsafe-inline" not in preview
    assert "frame-ancestors 'none'" in listed
