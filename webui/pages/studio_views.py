"""What the editors show: a draft that is written, and a published version to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from webui.findings import DesignFinding
from webui.pages.design_views import State
from webui.pages.parts import FormView, Frame


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorPage:
    """`/design/dmn/<id>` and `/design/form/<id>`: the editor of a decision or form. Its text comes over REST."""

    frame: Frame
    kind: Literal["dmn", "form"]
    design_id: UUID
    key: str
    name: str
    state: str  #: editing, proposed, published, discarded: only the first can be changed
    based_on_version: int = 0  #: 0: begun blank or from a file
    refused: str = ""  #: why the second analyst refused it last


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPreviewPage:
    """`/design/form/<id>/preview`: a draft as officers would see it. form None: `findings` forbid it."""

    frame: Frame
    title: str
    rev: int
    findings: tuple[DesignFinding, ...]
    form: FormView | None
    back_href: str = ""
    task_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersionPage:
    """`/design/form/version/<id>`: the fields of a published form."""

    frame: Frame
    key: str
    name: str
    version: int
    state: State
    form: FormView


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """A condition or result of a table. name: by which expressions know it, "" where that is the label."""

    label: str
    name: str
    type: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One rule; an empty condition accepts everything."""

    number: int
    conditions: tuple[str, ...]
    results: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """One decision: a table, or one expression."""

    id: str
    name: str
    question: str
    description: str
    policy: str
    conditions: tuple[ColumnView, ...]
    results: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """A decision as plain tables. version None: a draft. decisions (): the text cannot be read."""

    frame: Frame
    key: str
    name: str
    version: int | None
    state: State
    decisions: tuple[DecisionView, ...]
    back_href: str
    used_by: tuple[str, ...] = ()
    xml_href: str = ""
