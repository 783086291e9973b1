"""What the pages with a drawing board show: a draft that is drawn, and a published version."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from webui.pages.parts import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioPage:
    """`/design/bpmn/<id>`: the drawing board. The drawing itself comes over REST."""

    frame: Frame
    design_id: UUID
    key: str
    name: str
    state: str  #: editing, proposed, published, discarded: only the first can be changed
    based_on: UUID | None = None  #: the published version that it was begun from
    based_on_version: int = 0  #: 0: begun blank or from a file
    refused: str = ""  #: why the second analyst refused it last


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionPage:
    """`/design/view/<id>`: a published version with everything that it declares, to read."""

    frame: Frame
    definition_id: UUID
    key: str
    version: int
    name: str
    state: str  #: term: "现行", "待复核", …
    in_force: bool  #: new cases begin with this version
    versions: tuple[VersionLink, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLink:
    """Another version of the same process, to compare with."""

    id: UUID
    version: int
    state: str  #: term
