"""Sample pages with the editors of decisions and forms, a form as officers would see it, and a decision to read."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from flask import Flask, Response, request

from engine.model.declared_words import Words
from engine.queries.decision_tables import DecisionText, TableColumn, read_decisions
from tests.e2e.sample_parts import Parts
from webui.pages import studio_views as v

DECISION, FORM = UUID(int=11), UUID(int=12)
SCENES = ("editor-dmn", "editor-form")
ROOT = Path(__file__).parents[2]
MODEL = (ROOT / "processes" / "D1_SEVERITY.dmn").read_bytes()
CASES = (ROOT / "processes" / "D1_SEVERITY.dmn.tests.json").read_bytes()
DOCUMENT = (ROOT / "forms" / "S1_T4.json").read_bytes()


def install(app: Flask) -> None:
    """What the editors ask over REST, answered without an engine."""

    @app.get("/api/v1/designs/<design>/text")
    def text(design: str) -> Response:
        return Response(MODEL if UUID(design) == DECISION else DOCUMENT, headers={"ETag": '"1"'})

    @app.get("/api/v1/designs/<design>/cases")
    def cases(design: str) -> Response:
        return Response(CASES, mimetype="application/json")

    @app.post("/api/v1/designs/<design>/check")
    def check(design: str) -> dict[str, object]:
        english = "lang=en" in request.headers.get("Referer", "")
        told = {"message": "Row 5 is never reached.", "remedy": "Remove it.", "kind_name": "Decisions"}
        if not english:
            told = {"message": "第 5 行永远轮不到。", "remedy": "请删除该行。", "kind_name": "决策表"}
        finding = {"rule": "DMN-24", "severity": "warning", "element_id": "D1_R5", "column": 0, "kind": "decision"}
        field = {"options": [], "type": "string"}
        shape = {
            "id": "D1_SEVERITY",
            "name": "D1_SEVERITY",
            "inputs": [
                {"name": "nature", "label": "Nature" if english else "性质", **field},
                {"name": "repeats_12m", "label": "Repeats" if english else "重复次数", **field, "type": "number"},
            ],
            "outputs": [{"name": "severity", "label": "Severity" if english else "级别", **field}],
        }
        outcomes = [
            {
                "name": one.get("name"),
                "passed": number != 1,
                "message": "B" if number == 1 else "",
                "got": "",
                "rules": [1],
            }
            for number, one in enumerate(json.loads(CASES)["cases"])
        ]
        uncovered = [{"decision": "D1_SEVERITY", "rule": 5, "rule_id": "D1_R5"}]
        return {"problems": [{**finding, **told}], "decisions": [shape], "cases": outcomes, "uncovered": uncovered}


def scenes(parts: Parts) -> dict[str, object]:
    """The pages by the name of their scene."""
    say = parts.say
    editor = v.EditorPage(
        frame=parts.frame("design"),
        kind="dmn",
        design_id=DECISION,
        key="D1_SEVERITY",
        name=say("问题定级定限", "Severity and limits"),
        state="editing",
        based_on_version=1,
        refused=say("缺少边界用例。", "The boundaries have no test case."),
    )
    return {
        "editor-dmn": editor,
        "editor-form": v.EditorPage(
            frame=parts.frame("design"),
            kind="form",
            design_id=FORM,
            key="S1_T4",
            name=say("签收与制定措施", "Accept and plan"),
            state="editing",
        ),
        "decision": v.DecisionPage(
            frame=parts.frame(""),
            key="D1_SEVERITY",
            name=say("问题定级定限", "Severity and limits"),
            version=2,
            state="current",
            decisions=tuple(_table(parts, one) for one in read_decisions(MODEL)),
            back_href="/design-decisions",
            used_by=("S1_RECTIFY",),
            xml_href="/api/x",
        ),
        "decision-broken": v.DecisionPage(
            frame=parts.frame("design"),
            key="D8",
            name="D8",
            version=None,
            state="editing",
            decisions=(),
            back_href="/editor-dmn",
        ),
    }


def _table(parts: Parts, one: DecisionText) -> v.DecisionView:
    def said(words: Words) -> str:
        return parts.say(words.zh, words.en)

    def column(found: TableColumn) -> v.ColumnView:
        return v.ColumnView(label=said(found.label), name=found.name, type=found.type, allowed=found.allowed)

    return v.DecisionView(
        id=one.id,
        name=said(one.name),
        question="",
        description="",
        policy=parts.say("首个命中", "First"),
        conditions=tuple(column(found) for found in one.conditions),
        results=tuple(column(found) for found in one.results),
        rows=tuple(
            v.RowView(number=row.number, conditions=row.conditions, results=row.results, note=said(row.note))
            for row in one.rows
        ),
        text="",
    )
