"""What publishing changes for running cases, in sentences: for the dialog and for REST."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from engine.queries.proposals import Impact
from webui.language import language


def impact_words(impact: Impact) -> tuple[str, ...]:
    """One sentence each, the most important first."""
    return tuple(_sentences(impact) if impact.design.kind == "bpmn" else _part_sentences(impact))


def _sentences(impact: Impact) -> Iterator[str]:
    version = impact.next_version
    for found in impact.running:
        yield gettext("%(count)s 件在办留在 v%(version)s 上办结，不受影响。", count=found.count, version=found.version)
    if not impact.running:
        yield gettext("没有在办事项。")
    if impact.current is None:
        yield gettext("这是该流程的第一个版本；经确认后，新登记的事项按 v%(version)s 办理。", version=version)
    else:
        yield gettext("经另一名分析员确认后，新登记的事项按 v%(version)s 办理。", version=version)
    if impact.is_behind and impact.current is not None:
        yield gettext(
            "现行版本是 v%(current)s，草稿不是在它的基础上编辑的：请先比较，以免丢掉其中的修改。",
            current=impact.current.version,
        )
    kept = [f"{form.key} v{form.version}" for form in impact.forms if form.version is not None]
    if kept:
        yield gettext("表单沿用现行版本：%(forms)s。", forms="，".join(kept))
    if impact.called_by:
        yield gettext("%(keys)s 会调用或发起本流程。", keys="，".join(impact.called_by))


def _part_sentences(impact: Impact) -> Iterator[str]:
    """Of a form or decision: what uses it, and what becomes of cases that run."""
    form, version = impact.design.kind == "form", impact.next_version
    for used in impact.used_by:
        name = used.name if language() == "zh" else used.name_en or used.name
        if form:
            yield gettext(
                "使用本表单的流程“%(name)s”一并发布为 v%(next)s；%(count)s 件在办沿用原流程和原表单，不受影响。",
                name=name,
                next=used.next_version,
                count=used.running,
            )
        else:
            yield gettext(
                "使用本决策的流程“%(name)s”一并发布为 v%(next)s；%(count)s 件在办沿用原流程和原决策，不受影响。",
                name=name,
                next=used.next_version,
                count=used.running,
            )
    if not impact.used_by:
        yield gettext("没有现行流程使用本表单。") if form else gettext("没有现行流程使用本决策。")
    if form:
        yield gettext("经另一名分析员确认后，新登记的事项使用表单 v%(version)s。", version=version)
    else:
        yield gettext("经另一名分析员确认后，新登记的事项使用决策 v%(version)s。", version=version)
    if impact.is_behind and impact.current is not None:
        yield gettext(
            "现行版本是 v%(current)s，草稿不是在它的基础上编辑的：请先比较，以免丢掉其中的修改。",
            current=impact.current.version,
        )
