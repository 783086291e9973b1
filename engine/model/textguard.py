"""Finds ID-card and phone numbers in text: the system holds no record about citizens (domain.md §6.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

HitKind = Literal["id_number", "phone"]
Verdict = Literal["refuse", "warn"]

#: Mechanisms in which such a text is refused; elsewhere it is a warning.
REFUSING = frozenset({"S1", "P05", "P08"})
_LABELS: dict[HitKind, tuple[str, str]] = {
    "id_number": ("身份证号", "an ID-card number"),
    "phone": ("电话号码", "a phone number"),
}

# Full-width digits, letters and signs become plain ones of the same length, so positions stay true.
_PLAIN = str.maketrans("０１２３４５６７８９Ｘｘ－　＋（）—–", "0123456789Xx- +()--")
_GAP = r"[ \-]?"
_ID_18 = rf"[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){_GAP}\d{{3}}[\dXx]"
_ID_15 = r"[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
_MOBILE = rf"(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
_LANDLINE = r"\(?0\d{2,3}\)?[ \-]?[2-9]\d{6,7}"
_PATTERNS: tuple[tuple[HitKind, re.Pattern[str]], ...] = (
    ("id_number", re.compile(rf"(?<!\d)(?:{_ID_18}|{_ID_15})(?!\d)")),
    ("phone", re.compile(rf"(?<!\d)(?:{_MOBILE}|{_LANDLINE})(?!\d)")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One pattern found. The text itself is not kept, or the report would repeat what it forbids."""

    kind: HitKind
    start: int
    end: int
    path: str = ""  #: field of the form, "measures.0.what"

    @property
    def zh(self) -> str:
        return f"第{self.start + 1}至{self.end}个字符疑似{_LABELS[self.kind][0]}，请删除或改写。"

    @property
    def en(self) -> str:
        return f"Characters {self.start + 1} to {self.end} look like {_LABELS[self.kind][1]}: remove or rephrase."


def find(text: str) -> tuple[Hit, ...]:
    """Every ID-card or phone number in `text`, in order; a stretch is reported once."""
    plain = text.translate(_PLAIN)
    hits: list[Hit] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            if not any(h.start < match.end() and match.start() < h.end for h in hits):
                hits.append(Hit(kind=kind, start=match.start(), end=match.end()))
    return tuple(sorted(hits, key=lambda h: h.start))


def find_in_values(values: Mapping[str, object]) -> tuple[Hit, ...]:
    """Every hit in the texts of form values, lists and tables included; each names its field."""
    return tuple(
        Hit(kind=hit.kind, start=hit.start, end=hit.end, path=path)
        for path, text in _texts(values.items())
        for hit in find(text)
    )


def verdict(process_key: str) -> Verdict:
    """What a hit means in this process: "S1_RECTIFY", "P05_SUPERVISE", "P08_PREVENT" refuse, others warn."""
    return "refuse" if process_key.split("_", 1)[0] in REFUSING else "warn"


def _texts(items: Iterable[tuple[object, object]], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in items:
        path = f"{prefix}{key}"
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, Mapping):
            yield from _texts(value.items(), f"{path}.")
        elif isinstance(value, list | tuple):
            yield from _texts(enumerate(value), f"{path}.")
