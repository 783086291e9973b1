"""公文: one paper as it reads, and the register of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.documents.paper import SIGNED_OFF, VOID, Paper
from webui.pages.card_views import CardFilterView
from webui.pages.case_parts import DocumentLineView, DocumentState
from webui.pages.paper_charts import ChartPicture
from webui.pages.parts import FormView, Frame
from webui.pages.print_views import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """Who signed the paper, and the hash of the file that he signed."""

    name: str
    on_behalf_of: str
    at: datetime
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPrintPage:
    """A paper on a sheet, with its signatures below."""

    frame: Frame
    sheet: Sheet
    paper: Paper
    charts: tuple[ChartPicture | None, ...]  #: for each block of the paper
    name: str  #: kind of paper, in the reader's language
    number: str
    state: DocumentState
    state_word: str
    sha256: str
    signatures: tuple[SignatureLine, ...]
    file_href: str
    signed_off: str = SIGNED_OFF
    void_stamp: str = VOID
    void_note: str = ""  #: by whom, when and why it was made void
    void_href: str = ""  #: where the reader may do that


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """发文登记: every number that was given, in the order of giving, void ones too."""

    frame: Frame
    filters: tuple[CardFilterView, ...]
    rows: tuple[DocumentLineView, ...]
    clear_href: str = ""
    next_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidPage:
    """作废: a reason, and what it means."""

    frame: Frame
    title: str
    number: str
    form: FormView | None  #: None: the reader may not, or it is void already
    back_href: str
