"""Scenes of 在办实例: versions in use, and one on its drawing with its cases."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.sample_parts import Parts
from webui.pages import running_views as rv
from webui.pages.monitor_views import Choice
from webui.pages.operations_views import DeskTab
from webui.pages.parts import Frame, Option

INSTANCE = "0193f7a2-4c11-7d55-8a1e-0b7c2f6d9e31"


def listing(parts: Parts, frame: Frame, tabs: tuple[DeskTab, ...]) -> rv.RunningListPage:
    """Two versions of one process."""
    line = rv.RunningLine(
        href="/running",
        name=parts.say("整改闭环", "Rectification"),
        key="S1_RECTIFY",
        version=4,
        is_current=True,
        running=128,
        suspended=3,
        failed=2,
        failed_href="/running",
    )
    old = replace(line, version=3, is_current=False, running=17, suspended=0, failed=0)
    return rv.RunningListPage(frame=frame, tabs=tabs, lines=(line, old))


def version(parts: Parts, frame: Frame) -> rv.RunningPage:
    """The older one, with a step chosen."""
    say = parts.say
    work, check = say("实施整改", "Carry out the measures"), say("单位审核", "Check by the unit")
    element = rv.ElementLine(
        id="S1_T5",
        name=work,
        href="/running#cases",
        open=58,
        late=13,
        label=say("实施整改：58 件 · 逾期 13", "Carry out the measures: 58 instances · 13 late"),
        late_words=say("逾期 13", "13 late"),
        is_chosen=True,
    )
    other = replace(element, id="S1_T6", name=check, open=4, late=0, label=check, late_words="", is_chosen=False)
    late = rv.StandingLine(
        id=INSTANCE,
        instance_href="/instance",
        moves_href="/moves",
        element=work,
        mark="red",
        state=say("逾期", "Late"),
        since=parts.at("11-20 09:12"),
        due_at=parts.at("11-30 23:59"),
        tokens=2,
        failed=True,
    )
    held = replace(late, mark="grey", state=say("已暂停", "Suspended"), due_at=None, tokens=1, failed=False)
    options = (Option(value="S1_T5", label=work, selected=True), Option(value="S1_T6", label=check))
    states = (Option(value="late", label=say("逾期", "Late")),)
    return rv.RunningPage(
        frame=frame,
        name=say("整改闭环", "Rectification"),
        key="S1_RECTIFY",
        version=3,
        is_current=False,
        running=62,
        suspended=1,
        failed=1,
        suspended_href="/running",
        failed_href="/running",
        xml_url="/api/v1/process-definitions/S1/xml",
        elements=(element, other),
        text=(element.label,),
        choices=(
            Choice(name="node", label=say("环节", "Step"), options=options),
            Choice(name="which", label=say("状态", "State"), options=states),
        ),
        path="/running",
        clear_href="/running",
        lines=(late, held),
        at=work,
        from_id="a",
        to_id="b",
        to_version=4,
        all_href="/migration-map",
        next_href="/running?after=x",
        first_href="/running",
    )
