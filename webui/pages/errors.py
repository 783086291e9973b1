"""What went wrong, as a page: with the frame of the reader where there is one, without it where even that fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

import structlog
from flask_babel import gettext
from markupsafe import escape

from engine.queries.frame import frame_of
from webui.auth import current_visitor
from webui.pages.framing import anonymous_frame, frame
from webui.pages.parts import Frame
from webui.pages.rendering import render
from webui.pages.views import ErrorPage
from webui.service import current_engine

logger = structlog.get_logger(__name__)

#: Codes whose own sentence says no more than the standing text of the page does.
_STANDING = {"not_found", "refused", "conflict", "internal_error", "error", "role_missing"}
_BARE = '<!doctype html><meta charset="utf-8"><title>{title}</title><h1>{title}</h1><p>{detail}</p>'


def error_page(problem: Mapping[str, object]) -> str:
    """The page for a problem of webui.problems."""
    message = "" if problem.get("code") in _STANDING else str(problem.get("detail", ""))
    try:
        return render(
            ErrorPage(
                frame=_frame(),
                status=_status(int(str(problem.get("status", 500)))),
                message=message,
                incident=str(problem.get("incident", "")),
            )
        )
    except Exception:
        # No database, no frame: the reader still gets to know what happened.
        logger.exception("error page failed", action="page.error")
        title, detail = str(problem.get("title", "")), message or str(gettext("请稍后再试。"))
        return _BARE.format(title=escape(title), detail=escape(detail))


def _frame() -> Frame:
    visitor = current_visitor()
    return frame(frame_of(current_engine(), visitor.person_id)) if visitor is not None else anonymous_frame()


def _status(status: int) -> Literal[403, 404, 409, 500]:
    """The nearest of the four that the page has words for."""
    known = {401: 403, 403: 403, 404: 404, 405: 404, 409: 409, 429: 403}
    return cast("Literal[403, 404, 409, 500]", known.get(status, 500 if status >= 500 else 409))
