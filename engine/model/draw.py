"""Drawing by lot so that anybody can draw again: what is committed to, how chance is made, who comes out.

A draw is committed to before its chance exists: `commitment` is published, seed and pool stay secret. Its chance is the
secret seed XOR the root of the next hourly anchor, which nobody can choose. Afterwards seed, pool and root are told,
and the same numbers give the same list. Source: domain.md §2 P05 T3 and §5 D6.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate, count

SEED_BYTES = 32
_PLACES = Decimal("0.000001")  #: weights count in millionths: whole numbers, the same on every machine
_LIST, _PART = "\x1f", "\x1e"  # cannot stand in a code


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One entry of a pool."""

    code: str  #: a unit, a case number, a person
    weight: Decimal = Decimal(1)  #: > 0, in millionths
    is_first: bool = False  #: drawn before all that are not (units not yet visited, in the fourth quarter)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", self.weight.quantize(_PLACES).normalize())
        if self.weight <= 0 or not self.code or {_LIST, _PART} & set(self.code):
            raise ValueError(f"{self!r} cannot be drawn.")

    @property
    def text(self) -> str:
        """Its weight as it is committed to: "1.5", with a "!" where it is drawn first."""
        return f"{self.weight:f}{'!' if self.is_first else ''}"


def lots_of(pool: Iterable[Mapping[str, object]]) -> tuple[Lot, ...]:
    """A pool as it is kept and exported: {"code", "weight": text, "first": bool}."""
    return tuple(
        Lot(code=str(one["code"]), weight=Decimal(str(one["weight"])), is_first=bool(one.get("first"))) for one in pool
    )


def pool_of(lots: Iterable[Lot]) -> list[dict[str, object]]:
    """The same the other way round, sorted by code."""
    return [
        {"code": lot.code, "weight": f"{lot.weight:f}", "first": lot.is_first}
        for lot in sorted(lots, key=lambda lot: lot.code)
    ]


def commitment(seed: bytes, lots: Iterable[Lot]) -> bytes:
    """sha256(seed ‖ sorted codes ‖ weights in the same order), published before the draw."""
    ordered = sorted(lots, key=lambda lot: lot.code)
    codes = _LIST.join(lot.code for lot in ordered)
    weights = _LIST.join(lot.text for lot in ordered)
    return sha256(seed + codes.encode() + _PART.encode() + weights.encode()).digest()


def chance_of(seed: bytes, root: bytes) -> bytes:
    """seed XOR root: neither whoever chose the seed nor whoever made the anchor can choose it alone."""
    if len(seed) != SEED_BYTES or len(root) != SEED_BYTES:
        raise ValueError("Seed and root are 32 bytes each.")
    return bytes(one ^ other for one, other in zip(seed, root, strict=True))


def draw(lots: Iterable[Lot], size: int, *, seed: bytes, root: bytes) -> tuple[str, ...]:
    """`size` codes in the order in which they come out, by weight and without replacement; all where there are fewer.

    Those that go first are drawn among themselves until none is left.
    """
    ordered = sorted(lots, key=lambda lot: lot.code)
    chance = _Chance(chance_of(seed, root))
    drawn: list[str] = []
    for tier in (True, False):
        waiting = [lot for lot in ordered if lot.is_first is tier]
        while waiting and len(drawn) < size:
            drawn.append(waiting.pop(_pick(waiting, chance)).code)
    return tuple(drawn)


def draw_team(people: Mapping[str, str], size: int, *, seed: bytes, root: bytes, label: str) -> tuple[str, ...]:
    """`size` people, each as likely as the other; at least one from another unit than the rest, where there is one.

    people: {person: home unit}. label: what the team is for, so that each team of a round has a chance of its own.
    """
    own_chance = sha256(chance_of(seed, root) + label.encode()).digest()
    order = draw([Lot(code=person) for person in people], len(people), seed=own_chance, root=bytes(SEED_BYTES))
    team = list(order[:size])
    if len({people[person] for person in team}) == 1 and len(team) > 1:
        other = next((person for person in order[size:] if people[person] != people[team[0]]), None)
        team[-1:] = [other] if other is not None else team[-1:]
    return tuple(team)


def share(total: int, percent: int) -> int:
    """So many of `total` are `percent` of them, rounded up; one at least, none of none."""
    return max(1, -(-total * percent // 100)) if total else 0


class _Chance:
    """Whole numbers from one chance: sha256(chance ‖ 0), sha256(chance ‖ 1), …"""

    def __init__(self, chance: bytes) -> None:
        self._numbers = self._stream(chance)

    def below(self, limit: int) -> int:
        """0 … limit - 1, all alike: what would favour the small numbers is thrown away."""
        fair = (1 << 256) - (1 << 256) % limit
        return next(number for number in self._numbers if number < fair) % limit

    @staticmethod
    def _stream(chance: bytes) -> Iterator[int]:
        return (int.from_bytes(sha256(chance + n.to_bytes(8, "big")).digest(), "big") for n in count())


def _pick(waiting: list[Lot], chance: _Chance) -> int:
    ends = list(accumulate(int(lot.weight / _PLACES) for lot in waiting))
    return bisect_right(ends, chance.below(ends[-1]))
