"""The real templates, styles and scripts over sample pages, with no engine behind: to look at and to test in a browser.

.venv/bin/flask --app tests.e2e.fixture_app run --port 8123     then open /case?lang=en&theme=dark
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from flask import Flask, Response, request

from tests.e2e import sample_editors, sample_studio
from tests.e2e.samples import Samples
from webui import language
from webui.guard import DESIGN_CSP
from webui.pages import rendering, views

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ROOT = Path(__file__).parents[2]


def chosen_language() -> views.Language:
    return "en" if request.args.get("lang") == "en" else "zh"


@cache
def scenes(spoken: views.Language, theme: views.Theme) -> Mapping[str, object]:
    """All samples as one sees them with these settings: making them takes longer than showing one."""
    return Samples(spoken, theme).all()


def create_app() -> Flask:
    app = Flask("webui", root_path=str(ROOT / "webui"))
    app.config["PROPAGATE_EXCEPTIONS"] = True
    language.install(app, chosen_language)
    rendering.install(app)
    answers: list[dict[str, object]] = []  # what the browser sent, for tests to look at
    app.config["ANSWERS"] = answers

    @app.get("/favicon.ico")
    def no_icon() -> tuple[str, int]:
        return "", 204

    @app.get("/<scene>")
    def show(scene: str) -> str:
        theme = cast("views.Theme", request.args.get("theme", "system"))
        page = scenes(chosen_language(), theme)[scene]
        return rendering.render(cast("rendering.Page", page))

    @app.get("/api/v1/process-definitions/<key>/xml")
    def drawing(key: str) -> Response:
        return Response((ROOT / "processes" / "S1_RECTIFY.bpmn").read_bytes(), mimetype="application/xml")

    @app.get("/inbox/stream")
    def no_stream() -> tuple[str, int]:
        return "", 204

    @app.get("/api/v1/tasks/news")
    def no_news() -> dict[str, object]:
        return {"new": 0, "mark": "m"}

    sample_studio.install(app)
    sample_editors.install(app)

    @app.put("/api/v1/tasks/<task>/draft")
    def draft(task: str) -> dict[str, str]:
        answers.append({"draft": request.get_json()})
        return {"saved_at": "2026-12-01T01:02:00Z"}

    @app.post("/api/v1/attachments")
    def attach() -> dict[str, str]:
        return {"id": "f0000000-0000-4000-8000-000000000001", "name": request.files["file"].filename or ""}

    @app.post("/api/v1/tasks/<task>/complete")
    def complete(task: str) -> tuple[dict[str, object], int]:
        answers.append(
            {
                "complete": request.get_json(),
                "key": request.headers.get("Idempotency-Key"),
                "csrf": request.headers.get("X-CSRF-Token"),
            }
        )
        return app.config.get("COMPLETE_ANSWER", ({}, 200))

    @app.after_request
    def secure(response: Response) -> Response:
        drawn = request.path.lstrip("/") in {*sample_studio.SCENES, *sample_editors.SCENES, "design-compare"}
        response.headers["Content-Security-Policy"] = DESIGN_CSP if drawn else CSP
        return response

    return app
