"""What the pages of migrations share: who sees them, and what nodes and runs are called."""

from __future__ import annotations

from flask_babel import gettext

from engine.queries.frame import frame_of
from engine.queries.migrations import Run
from webui.auth import current_person
from webui.pages.framing import frame
from webui.pages.parts import Banner, Frame
from webui.service import current_engine

PLANNERS = "role:analyst|operator"


def planners_frame(*banners: Banner) -> Frame:
    facts = frame_of(current_engine(), current_person())
    place = "operations" if any(role.code == "operator" for role in facts.roles) else "design"
    return frame(facts, place, banners=banners)


def node_label(name: str, node_id: str) -> str:
    return name if name == node_id else f"{name} · {node_id}"


def run_state(run: Run) -> str:
    row = run.row
    if row.undone_at is not None:
        return str(gettext("正在撤回") if row.undo_ended_at is None else gettext("已撤回"))
    words = {
        "proposed": gettext("待确认"),
        "running": gettext("正在迁移"),
        "ended": gettext("已停止") if row.stopped_at is not None else gettext("已完成"),
        "withdrawn": gettext("未采用"),
    }
    return str(words[row.state])
