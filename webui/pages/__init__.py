"""HTML pages. The face for webui.app: `install`, `blueprint`, `error_page`."""

from webui.pages import actions, case, clock, inbox, login, me, objection, printing, start, task
from webui.pages.blueprint import blueprint
from webui.pages.errors import error_page
from webui.pages.rendering import install

__all__ = [
    "actions",
    "blueprint",
    "case",
    "clock",
    "error_page",
    "inbox",
    "install",
    "login",
    "me",
    "objection",
    "printing",
    "start",
    "task",
]
