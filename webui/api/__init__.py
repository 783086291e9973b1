"""The REST interface under /api/v1, one module per noun, with its OpenAPI description."""

from __future__ import annotations

from flask import Flask

from webui.api import (
    absences,
    attachments,
    batches,
    calendar,
    cards,
    clock,
    comparisons,
    data_stores,
    decision_checks,
    decisions,
    definitions,
    design_choices,
    design_library,
    design_texts,
    designs,
    differences,
    incidents,
    instances,
    internals,
    load,
    me,
    messages,
    migrations,
    moves,
    operations,
    proposals,
    recusals,
    returns,
    rosters,
    saved_views,
    search,
    sessions,
    steering,
    tasks,
    trials,
    withdrawals,
)
from webui.api.description import describe

_MODULES = (
    sessions,
    me,
    absences,
    rosters,
    definitions,
    decisions,
    decision_checks,
    designs,
    design_choices,
    design_library,
    design_texts,
    differences,
    proposals,
    trials,
    instances,
    tasks,
    batches,
    returns,
    withdrawals,
    recusals,
    comparisons,
    saved_views,
    search,
    steering,
    attachments,
    messages,
    moves,
    cards,
    incidents,
    migrations,
    operations,
    internals,
    data_stores,
    load,
    calendar,
    clock,
)


def install(app: Flask) -> None:
    """Register every noun and the description of the whole."""
    describe(app, list(dict.fromkeys(module.nouns for module in _MODULES)))  # several modules share those of tasks
