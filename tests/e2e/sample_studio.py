"""Sample pages with a drawing board: a draft being drawn, and a published version to read."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flask import Flask, Response, request

from tests.e2e.sample_parts import Parts
from webui.pages import studio_views as v

DRAFT, VERSION, OLDER = (UUID(int=number) for number in (1, 2, 3))

SCENES = ("studio", "version")
FINDING = {
    "element_id": "S1_T5",
    "element_name": "实施整改",
    "rule": "CX-07",
    "kind": "people",
    "kind_name": "办理人、表单与期限",
    "severity": "warning",
    "message": "没有期限。",
    "remedy": "请填写 due。",
    "file": "S1_RECTIFY.bpmn",
    "path": [],
}


def install(app: Flask) -> None:
    """What the drawing board asks over REST, answered without an engine."""
    drawing = (Path(__file__).parents[2] / "processes" / "S1_RECTIFY.bpmn").read_bytes()

    @app.get("/api/v1/designs/<design>/xml")
    def text_of_draft(design: str) -> Response:
        return Response(drawing, mimetype="application/xml", headers={"ETag": '"1"'})

    @app.post("/api/v1/designs/<design>/lock")
    def lock(design: str) -> dict[str, object]:
        return {"person": {"id": "u901", "name": "用户901"}, "until": "2026-12-01T01:02:00Z", "mine": True}

    @app.post("/api/v1/designs/<design>/unlock")
    def unlock(design: str) -> tuple[str, int]:
        return "", 204

    @app.post("/api/v1/designs/<design>/lint")
    def lint(design: str) -> dict[str, object]:
        english = "lang=en" in request.headers.get("Referer", "")
        found = (
            {
                **FINDING,
                "element_name": "Carry out",
                "kind_name": "People, forms and limits",
                "message": "No limit.",
                "remedy": "Set due.",
            }
            if english
            else FINDING
        )
        return {"problems": [found]}

    @app.get("/api/v1/designs/<design>/differences")
    def differences(design: str) -> dict[str, object]:
        return {"elements": [], "summary": []}

    @app.get("/api/v1/designs/choices")
    def choices() -> dict[str, object]:
        return {}

    @app.post("/api/v1/designs/explain")
    def explain() -> dict[str, object]:
        return {"ok": True, "words": "", "problem": None, "example": None}


def scenes(parts: Parts) -> dict[str, object]:
    """The pages by the name of their scene."""
    name = parts.say("整改闭环", "Rectification loop")
    return {
        "studio": v.StudioPage(
            frame=parts.frame("design"),
            design_id=DRAFT,
            key="S1_RECTIFY",
            name=name,
            state="editing",
            based_on=VERSION,
            based_on_version=7,
            refused=parts.say("时限改动没有说明依据。", "The change of the limit gives no reason."),
        ),
        "version": v.DefinitionPage(
            frame=parts.frame("design"),
            definition_id=VERSION,
            key="S1_RECTIFY",
            version=7,
            name=name,
            state="现行",
            in_force=True,
            versions=(v.VersionLink(id=OLDER, version=6, state="已替代"),),
        ),
    }
