"""What an address says about the list from which a reader comes: the same words in the inbox and on a task's page."""

from __future__ import annotations

from typing import get_args
from urllib.parse import urlencode

from flask import request

from engine.queries.inbox import Ask
from webui.pages.parts import View
from webui.pages.words import level_of_plate, plate_of_level

VIEWS: tuple[View, ...] = get_args(View)


def asked_list() -> Ask:
    """View and filters of the address; what it does not know is left out."""
    asked = request.args
    view = asked.get("view", "todo")
    return Ask(
        view=next((known for known in VIEWS if known == view), "todo"),
        mechanism=asked.get("mechanism", "")[:100],
        step=asked.get("step", "")[:100],
        level=level_of_plate(asked.get("level", "")),
        unit=asked.get("unit", "")[:40],
        q=asked.get("q", "").strip()[:100],
    )


def with_list(path: str, ask: Ask) -> str:
    """`path` with the list in its address, so that whoever follows it comes back to the same one; as it is for 待办."""
    said = {
        "view": ask.view if ask.view != "todo" else "",
        "mechanism": ask.mechanism,
        "step": ask.step,
        "level": plate_of_level(ask.level) or "" if ask.level is not None else "",
        "unit": ask.unit,
        "q": ask.q,
    }
    kept = {name: value for name, value in said.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path
