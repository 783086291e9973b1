"""A case bulletin (典型案例通报): what its signal carries to the units that study it, and who may send it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.errors import InputRejected
from engine.model.organization import COMMISSION, Organization
from engine.model.textguard import find

SIGNAL = "sig.case_bulletin"
_FIELDS = {"bulletin_no": ("文号", "number", 50), "bulletin_title": ("标题", "title", 200)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """One bulletin. It tells a case, never who: no name and no number of a person stands in it."""

    issuer_unit: str
    number: str
    title: str
    issued_on: date

    def variables(self) -> dict[str, object]:
        """The process variables that the signal hands over."""
        return {
            "bulletin_issuer": self.issuer_unit,
            "bulletin_no": self.number,
            "bulletin_title": self.title,
            "bulletin_on": self.issued_on.isoformat(),
        }


def read_bulletin(values: Mapping[str, object], *, issuer_unit: str, names: Iterable[str], today: date) -> Bulletin:
    """The bulletin that somebody of `issuer_unit` sends: bulletin_no, bulletin_title, bulletin_on (default: today).

    names: of the whole workforce; none of them may stand in the text. Raises InputRejected with the field.
    """
    unknown = sorted(set(values) - {*_FIELDS, "bulletin_on"})
    if unknown:
        raise InputRejected(
            f"案例通报不含“{unknown[0]}”，只有文号、标题和印发日期。",
            f"A bulletin has no {unknown[0]!r}: give bulletin_no, bulletin_title and bulletin_on only.",
            field=unknown[0],
        )
    known = tuple(name for name in names if len(name) > 1)
    texts = {field: _text(field, values.get(field), known) for field in _FIELDS}
    return Bulletin(
        issuer_unit=issuer_unit,
        number=texts["bulletin_no"],
        title=texts["bulletin_title"],
        issued_on=_day(values.get("bulletin_on"), today),
    )


def may_issue(organization: Organization, person: str, on: date) -> bool:
    """Leaders and inspectors of a political-legal committee issue bulletins."""
    unit = organization.home_unit(person)
    return unit.endswith(f"-{COMMISSION}") and any(
        person in organization.members(role, unit, on) for role in ("unit_leader", "inspector")
    )


def _text(field: str, value: object, names: tuple[str, ...]) -> str:
    zh, en, most = _FIELDS[field]
    text = value.strip() if isinstance(value, str) else ""
    if not 0 < len(text) <= most:
        raise InputRejected(
            f"请填写案例通报的{zh}，不超过{most}字。",
            f"Give the {en} of the bulletin, at most {most} characters.",
            field=field,
        )
    hits = [(hit.zh, hit.en) for hit in find(text)]
    hits += [
        ("通报不得出现人员姓名，请改用职务或“某某”。", "A bulletin names nobody: write a post, or “somebody”.")
        for name in names
        if name in text
    ]
    for found_zh, found_en in hits:
        raise InputRejected(found_zh, found_en, field=field)
    return text


def _day(value: object, today: date) -> date:
    if value is None:
        return today
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        day = date.max
    if day > today:
        raise InputRejected(
            f"印发日期“{value}”应为不晚于今天的日期（YYYY-MM-DD）。",
            f"The day of issue {value!r} must be a day (YYYY-MM-DD) not after today.",
            field="bulletin_on",
        )
    return day
