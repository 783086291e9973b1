"""Pages for paper: what a case looks like when it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webui.pages.drawing import Picture
from webui.pages.parts import Frame
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
