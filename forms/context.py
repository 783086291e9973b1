"""FormContext: what the rules of a form may read besides its own values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContext:
    """Case, unit, period and day for the rules, and the questions that only the organisation can answer."""

    today: date  #: day of the business clock in Asia/Shanghai
    case: Mapping[str, object] = field(default_factory=dict)  #: process data; dates as ISO texts
    unit: str = ""  #: code of the unit that must act, "532503-GA"
    period: str = ""  #: that the case is about, else the current half: "2026H1"
    is_person: Callable[[str, str], bool]  #: (account, unit code or "" for any): active and of that unit?
    is_department: Callable[[str], bool]  #: (code)
    is_unit: Callable[[str], bool]  #: (code)
    is_attachment: Callable[[str], bool]  #: (id): uploaded, and the person may use it
    functions: Mapping[str, object] = field(default_factory=dict)  #: beside those of FEEL, by name

    def facts(self) -> dict[str, object]:
        """The names under which expressions see it."""
        facts = {"case": self.case, "unit": self.unit, "period": self.period, "today": self.today}
        return {**self.functions, **facts}
