"""HTML pages. The face for webui.app: `install`, `blueprint`, `error_page`."""

from webui.pages import (
    absences,
    actions,
    batches,
    case,
    clock,
    closed,
    inbox,
    incidents,
    live,
    login,
    me,
    objection,
    operations,
    printing,
    process,
    saved_views,
    start,
    status,
    studio,
    task,
)
from webui.pages.blueprint import blueprint
from webui.pages.errors import error_page
from webui.pages.rendering import install

__all__ = [
    "absences",
    "actions",
    "batches",
    "blueprint",
    "case",
    "clock",
    "closed",
    "error_page",
    "inbox",
    "incidents",
    "install",
    "live",
    "login",
    "me",
    "objection",
    "operations",
    "printing",
    "process",
    "saved_views",
    "start",
    "status",
    "studio",
    "task",
]
