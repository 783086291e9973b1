"""流程设计: the drawing board of a draft, and a published version to read. Everything on it works over REST."""

from __future__ import annotations

from uuid import UUID

from engine.model.step import DefinitionId
from engine.queries.definitions import definition, definitions
from engine.queries.designs import design
from engine.queries.frame import frame_of
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.rendering import render
from webui.pages.studio_views import DefinitionPage, StudioPage, VersionLink
from webui.pages.words import say
from webui.service import current_engine

#: Terms for the states of a published version.
STATES = {"proposed": "待复核", "current": "现行", "superseded": "已替代", "refused": "未通过复核"}


@blueprint.get("/design/bpmn/<uuid:design_id>")
@rule("role:analyst")
def show_studio(design_id: UUID) -> str:
    engine, person = current_engine(), current_person()
    found = design(engine, person, design_id)
    return render(
        StudioPage(
            frame=frame(frame_of(engine, person), "design"),
            design_id=found.id,
            key=found.key,
            name=say(found.name, found.name_en),
            state=found.state,
            based_on=found.based_on.id if found.based_on is not None else None,
            based_on_version=found.based_on.version if found.based_on is not None else 0,
            refused=found.refusal.reason if found.refusal is not None else "",
        )
    )


@blueprint.get("/design/view/<uuid:definition_id>")
@rule("role:analyst")
def show_version(definition_id: UUID) -> str:
    engine, person = current_engine(), current_person()
    found = definition(engine, person, DefinitionId(definition_id))
    others = [row for row in definitions(engine, person, key=found.key) if row.id != found.id]
    return render(
        DefinitionPage(
            frame=frame(frame_of(engine, person), "design"),
            definition_id=found.id,
            key=found.key,
            version=found.version,
            name=say(found.name, found.name_en),
            state=STATES[found.state],
            in_force=found.state == "current",
            versions=tuple(VersionLink(id=row.id, version=row.version, state=STATES[row.state]) for row in others),
        )
    )
