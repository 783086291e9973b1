"""What the page of 导入 shows: the way in, and before anything is imported what a workbook would change."""

from __future__ import annotations

from dataclasses import dataclass

from webui.pages.parts import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One sheet: how many rows, and how many of them cannot be taken."""

    name: str
    rows: int
    faulty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """Where a row is wrong, what is wrong, and what to do."""

    sheet: str
    row: int
    column: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What a workbook would change."""

    name: str  #: of the file
    sha256: str
    sheets: tuple[SheetLine, ...]
    changes: tuple[str, ...]  #: sentences
    problems: tuple[ProblemLine, ...]
    problem_count: int
    may_confirm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsPage:
    """导入: template, present state, upload, preview."""

    frame: Frame
    error: str = ""  #: about the file as a whole
    preview: ImportPreview | None = None
