"""Pages for paper: what a case and its notice of rectification look like when they are printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from webui.pages.drawing import Picture
from webui.pages.parts import Fact, Frame
from webui.pages.views import CasePage


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on every sheet: who printed it, and when. It is also the watermark."""

    by: str  #: name and account, "用户101 u101"
    at: datetime  #: business clock
    back_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePrintPage:
    """A whole case on paper."""

    frame: Frame
    sheet: Sheet
    case: CasePage
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePrintPage:
    """整改通知单: the notice by which a problem was issued to the unit that puts it right."""

    frame: Frame
    sheet: Sheet
    number: str  #: "ZG-532503ZF-2026-0007"
    problem_no: str  #: "WT-532503GA-2026-0006"
    title: str  #: of the problem
    to_unit: str
    issuer: str  #: unit
    signed_by: str  #: who issued it
    sent_on: date
    delivered_at: datetime | None
    problem: tuple[Fact, ...]  #: what was found
    facts_text: str  #: the facts as registered, or what the issuer wrote for the notice
    limits: tuple[Fact, ...]  #: what has to be done by when
    received_by: str = ""  #: who named the person responsible, or the latter
