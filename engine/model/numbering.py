"""Numbers on papers: business numbers, clue numbers, keys of periodic cases and document numbers (发文字号)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from engine.errors import ChangxiaoError, InputRejected
from engine.model.period import Period

#: domain.md §6.3. XS has no sequence, see clue_no.
KINDS = {
    "WT": ("问题", "Problem"),
    "ZG": ("整改通知", "Rectification notice"),
    "DC": ("督查", "Inspection"),
    "WZ": ("问责", "Accountability"),
    "TH": ("谈话", "Talk"),
    "BG": ("报告", "Report"),
    "CN": ("承诺书", "Commitment letter"),
    "ZD": ("重大事项", "Major matter"),
    "BZ": ("表彰", "Commendation"),
    "PK": ("牌卡", "Card"),
    "XS": ("线索", "Clue"),
}
#: Kinds of document numbers; cards of the engine have none.
DOCUMENT_KINDS = {
    "整": "Rectification",
    "督": "Supervision",
    "问": "Accountability",
    "通": "Bulletin",
    "表": "Commendation",
    "报": "Report",
}
CLUE_TAILS = 1_000_000
_BUSINESS_NO = re.compile(r"([A-Z]{2})-(\d{6})([A-Z]{2})-(\d{4})-(\d{4}|\d{6})")
_MECHANISM = re.compile(r"([PS]\d+[A-Z]?)_")
_INSTANCE_KEY = re.compile(r"([A-Z]\d{1,2}[A-Z]?):(\d{6}-[A-Z]{2}):(\d{4}(?:[HQM]\d{1,2})?)")


class NumbersExhausted(ChangxiaoError):
    """A number range is used up. Facts: kind, unit, year."""

    code = "numbers_exhausted"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessNo:
    """{kind}-{unit}-{year}-{seq}: WT-532503GA-2026-0007. The unit stands without its dash."""

    kind: str
    unit: str  #: "532503-GA"
    year: int
    tail: str  #: four digits in sequence, or six random ones of a clue

    def __str__(self) -> str:
        return f"{self.kind}-{self.unit.replace('-', '')}-{self.year}-{self.tail}"

    @classmethod
    def parse(cls, text: str) -> BusinessNo:
        """Raises InputRejected when `text` is no business number."""
        match = _BUSINESS_NO.fullmatch(text)
        if match is None or match[1] not in KINDS or (match[1] == "XS") != (len(match[5]) == 6):
            raise InputRejected(f"“{text}”不是有效的业务编号。", f"{text!r} is not a business number.", value=text)
        return cls(kind=match[1], unit=f"{match[2]}-{match[3]}", year=int(match[4]), tail=match[5])


def business_no(kind: str, unit: str, year: int, sequence: int) -> str:
    """The business number of the `sequence`-th paper (from 1) of `kind` for `unit` in `year`."""
    if kind not in KINDS or kind == "XS":
        raise InputRejected(f"没有“{kind}”类编号。", f"There is no number kind {kind!r}.", value=kind)
    if not 1 <= sequence <= 9999:
        raise NumbersExhausted(f"{kind} {unit} {year} has no number {sequence}.", kind=kind, unit=unit, year=year)
    return str(BusinessNo(kind=kind, unit=unit, year=year, tail=f"{sequence:04d}"))


def clue_no(unit: str, year: int, random: Random, is_taken: Callable[[str], bool]) -> str:
    """A clue number with a random six-digit tail, so that nobody can infer how many clues there are.

    is_taken: asks whether a number was given before. Raises NumbersExhausted after 100 taken ones in a row.
    """
    for _ in range(100):
        number = str(BusinessNo(kind="XS", unit=unit, year=year, tail=f"{random.randrange(CLUE_TAILS):06d}"))
        if not is_taken(number):
            return number
    raise NumbersExhausted(f"No free clue number for {unit} {year}.", kind="XS", unit=unit, year=year)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceKey:
    """Key of a periodic case: P02:532503-GA:2026H2. At most one instance has it."""

    process: str  #: the mechanism, "P02", not the whole process key
    unit: str
    period: Period

    def __str__(self) -> str:
        return f"{self.process}:{self.unit}:{self.period.code}"

    @classmethod
    def parse(cls, text: str) -> InstanceKey:
        """Raises InputRejected when `text` is no instance key."""
        match = _INSTANCE_KEY.fullmatch(text)
        if match is None:
            raise InputRejected(f"“{text}”不是有效的事项键。", f"{text!r} is not an instance key.", value=text)
        return cls(process=match[1], unit=match[2], period=Period.parse(match[3]))


def case_key(process: str, unit: str, period: str) -> str:
    """Business key of the case that `process` begins for a unit and a period: "P02:532503-GA:2026H2".

    process: its whole key, "P02_PUSH"; one without the number of a mechanism stands for itself.
    """
    number = _MECHANISM.match(process)
    return f"{number[1] if number else process}:{unit}:{period}"


def document_no(issuer: str, kind: str, year: int, sequence: int) -> str:
    """发文字号: 机关代字, kind, 〔year〕, number without leading zero: 红政法督〔2026〕12号.

    issuer: the 机关代字 of the issuing unit, "红政法". The number is gapless per issuer, kind and year; a void one
    stays in the register as 作废.
    """
    if kind not in DOCUMENT_KINDS:
        raise InputRejected(f"没有“{kind}”字发文。", f"There is no document kind {kind!r}.", value=kind)
    if not issuer or sequence < 1:
        raise InputRejected(
            "发文字号缺少机关代字或顺序号。", "A document number needs an issuer and a number from 1.", value=sequence
        )
    return f"{issuer}{kind}〔{year}〕{sequence}号"
