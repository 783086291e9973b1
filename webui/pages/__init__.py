"""HTML pages. The face for webui.app: `install`, `blueprint`, `error_page`."""

from webui.pages import (
    actions,
    batches,
    case,
    clock,
    inbox,
    live,
    login,
    me,
    objection,
    printing,
    saved_views,
    start,
    task,
)
from webui.pages.blueprint import blueprint
from webui.pages.errors import error_page
from webui.pages.rendering import install

__all__ = [
    "actions",
    "batches",
    "blueprint",
    "case",
    "clock",
    "error_page",
    "inbox",
    "install",
    "live",
    "login",
    "me",
    "objection",
    "printing",
    "saved_views",
    "start",
    "task",
]
