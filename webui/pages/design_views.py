"""What the pages of the desk of the analysts show: library, proposals, publishing, revisions, comparison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webui.findings import DesignFinding
from webui.import_words import ImportReport
from webui.pages.parts import FormView, Frame

Kind = Literal["bpmn", "dmn", "form"]
State = Literal["editing", "proposed", "published", "discarded", "current", "superseded", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignTab:
    """One of the lists of the desk."""

    key: Literal["library", "decisions", "forms", "proposals"]
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version of a process."""

    version: int
    state: State
    by: str
    at: datetime
    running: int
    view_href: str
    xml_href: str
    bundle_href: str
    compare_href: str = ""  #: with the version in force


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBrief:
    """The open text of a process. writer: who is writing now, "" for nobody."""

    id: str
    state: State
    by: str
    at: datetime
    writer: str
    mine: bool
    errors: int
    warnings: int
    refusal: str
    edit_href: str
    publish_href: str
    history_href: str
    proposal_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLine:
    """One process of the library. Names are terms; keys of other processes, forms and decisions as they are."""

    key: str
    name: str
    current: VersionLine | None
    draft: DraftBrief | None
    versions: tuple[VersionLine, ...]
    called_by: tuple[str, ...]
    forms: tuple[str, ...]
    decisions: tuple[str, ...]
    running: int
    begin_id: str = ""  #: version that a new draft is begun from; "": there is a draft, or nothing to begin from


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLine:
    """One version of a decision or form."""

    version: int
    state: State
    by: str
    at: datetime
    view_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingLine:
    """One decision or form of the library. used_by: keys of processes in force."""

    key: str
    name: str
    current: PublishedLine | None
    draft: DraftBrief | None
    versions: tuple[PublishedLine, ...]
    used_by: tuple[str, ...]
    begin_id: str = ""  #: version that a new draft is begun from; "": there is a draft, or nothing to begin from


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingsPage:
    """/design/decisions and /design/forms. form: one that does not exist yet; upload: a file of one's own."""

    frame: Frame
    tabs: tuple[DesignTab, ...]
    kind: Kind
    things: tuple[ThingLine, ...]
    form: FormView
    upload: FormView
    opened: Literal["", "new", "import"] = ""  #: which of the two forms came back with mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignsPage:
    """/design: the library. form: a process that does not exist yet; upload: a file of one's own."""

    frame: Frame
    tabs: tuple[DesignTab, ...]
    processes: tuple[ProcessLine, ...]
    form: FormView
    upload: FormView
    opened: Literal["", "new", "import"] = ""  #: which of the two forms came back with mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """A bundle that waits, or was decided about."""

    href: str
    what: str
    key: str
    version: int
    state: State
    by: str
    at: datetime
    own: bool
    view_href: str
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalsPage:
    """/design/proposals: what waits for the second analyst, and what was decided lately."""

    frame: Frame
    tabs: tuple[DesignTab, ...]
    waiting: tuple[ProposalLine, ...]
    decided: tuple[ProposalLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two texts that are compared."""

    label: str
    xml_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One element that is not as it was."""

    id: str
    name: str
    kind: str
    change: Literal["added", "removed", "changed", "moved"]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the newer text has and the older had not. old None: there is nothing to compare with."""

    old: Side | None
    new: Side
    summary: str
    changes: tuple[ChangeLine, ...]
    differences_url: str = ""
    href: str = ""  #: the page with both drawings


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """/design/proposal/<id>: everything that the second analyst has to know. form None: nothing to decide for him."""

    frame: Frame
    line: ProposalLine
    reason: str
    impact: tuple[str, ...]
    findings: tuple[DesignFinding, ...]
    imported: ImportReport
    comparison: Comparison | None
    confirm_href: str  #: "": it is his own, or was decided
    form: FormView | None  #: refusal
    back_href: str = "/design/proposals"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPage:
    """/design/publish/<id>: what publishing changes, and putting it forward. form None: something forbids it."""

    frame: Frame
    kind: Kind
    key: str
    name: str
    rev: int
    next_version: int
    impact: tuple[str, ...]
    findings: tuple[DesignFinding, ...]
    imported: ImportReport
    comparison: Comparison
    edit_href: str
    form: FormView | None
    back_href: str = "/design"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """One saved text. beside: it came after another had been saved on that revision."""

    rev: int
    by: str
    at: datetime
    size_bytes: int
    current: bool
    beside: int | None
    xml_href: str
    compare_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """/design/history/<id>: every saved text. restore: where `rev` is posted to; "": nobody may write on it now."""

    frame: Frame
    kind: Kind
    key: str
    name: str
    state: State
    lines: tuple[RevisionLine, ...]
    current: int
    restore: str
    edit_href: str
    compared: Comparison | None = None
    compared_rev: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """/design/compare: two texts, on the drawing and in words."""

    frame: Frame
    comparison: Comparison
