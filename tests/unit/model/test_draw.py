"""Draws: anybody who is told seed, pool and root draws the same; weights count; nothing can be changed afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from engine.errors import InputRejected
from engine.model.draw import Lot, chance_of, commitment, draw, draw_team, lots_of, pool_of, share
from engine.model.draw_check import check_draws, read_draws

SEED, ROOT = bytes(range(32)), sha256(b"an anchor").digest()
UNITS = tuple(f"5325{n:02d}-ZF" for n in range(1, 18))


def equal(codes: tuple[str, ...] = UNITS) -> list[Lot]:
    return [Lot(code=code) for code in codes]


def seeds(count: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest() for number in range(count)]


def test_the_same_seed_and_anchor_give_the_same_list_in_whatever_order_the_pool_is_given() -> None:
    drawn = draw(equal(), 5, seed=SEED, root=ROOT)

    assert drawn == draw(equal()[::-1], 5, seed=SEED, root=ROOT)
    assert len(set(drawn)) == 5
    assert drawn != draw(equal(), 5, seed=SEED, root=sha256(b"another").digest())
    assert drawn == draw(lots_of(pool_of(equal())), 5, seed=SEED, root=ROOT)


def test_the_numbers_of_a_draw_never_change() -> None:
    """A list that was drawn years ago must still come out: this is the method, written down."""
    assert draw(equal(("a", "b", "c", "d")), 3, seed=bytes(32), root=bytes(32)) == ("d", "b", "a")
    assert (
        commitment(bytes(32), [Lot(code="b", weight=Decimal("1.50")), Lot(code="a", is_first=True)])
        == sha256(bytes(32) + b"a\x1fb\x1e1!\x1f1.5").digest()
    )


def test_chance_is_seed_xor_root() -> None:
    assert chance_of(b"\x0f" * 32, b"\xff" * 32) == b"\xf0" * 32
    with pytest.raises(ValueError, match="32 bytes"):
        chance_of(b"short", ROOT)


def test_a_heavier_unit_comes_out_more_often() -> None:
    lots = [Lot(code="light"), Lot(code="heavy", weight=Decimal(3))]

    count = Counter(draw(lots, 1, seed=seed, root=ROOT)[0] for seed in seeds(2_000))

    assert 1_400 < count["heavy"] < 1_600


def test_who_goes_first_is_drawn_before_the_others() -> None:
    lots = [*equal(), Lot(code="new-1", is_first=True), Lot(code="new-2", is_first=True, weight=Decimal("0.001"))]

    for seed in seeds(20):
        drawn = draw(lots, 3, seed=seed, root=ROOT)
        assert set(drawn[:2]) == {"new-1", "new-2"}
        assert drawn[2] in UNITS


def test_more_than_there_are_gives_all() -> None:
    assert set(draw(equal(), 99, seed=SEED, root=ROOT)) == set(UNITS)
    assert draw([], 1, seed=SEED, root=ROOT) == ()


@pytest.mark.parametrize("bad", [{"weight": Decimal(0)}, {"weight": Decimal("1e-9")}, {"code": ""}, {"code": "a\x1fb"}])
def test_what_cannot_be_drawn_is_refused(bad: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        Lot(**{"code": "a", **bad})


def test_a_team_has_somebody_from_another_unit() -> None:
    people = {"u1": "A", "u2": "A", "u3": "A", "u4": "B"}

    teams = [draw_team(people, 2, seed=seed, root=ROOT, label="532501-ZF") for seed in seeds(40)]

    assert all(len({people[person] for person in team}) == 2 for team in teams)
    assert draw_team({"u1": "A", "u2": "A"}, 2, seed=SEED, root=ROOT, label="x") in {("u1", "u2"), ("u2", "u1")}


@pytest.mark.parametrize(("total", "percent", "size"), [(17, 25, 5), (4, 15, 1), (1, 20, 1), (0, 20, 0), (20, 20, 4)])
def test_a_share_is_rounded_up(total: int, percent: int, size: int) -> None:
    assert share(total, percent) == size


def a_row(**changes: Any) -> dict[str, Any]:
    people = {"u1": "A", "u2": "A", "u3": "B"}
    lots = equal()
    return {
        "id": "d1",
        "state": "drawn",
        "commitment": commitment(SEED, lots).hex(),
        "seed": SEED.hex(),
        "root": ROOT.hex(),
        "anchor_no": 7,
        "pool": pool_of(lots),
        "size": 5,
        "drawn": list(draw(lots, 5, seed=SEED, root=ROOT)),
        "teams": {
            "532501-ZF": {
                "pool": people,
                "size": 2,
                "team": list(draw_team(people, 2, seed=SEED, root=ROOT, label="532501-ZF")),
            }
        },
    } | changes


def test_a_sound_log_has_no_findings_and_what_is_still_secret_is_left_out() -> None:
    assert list(check_draws([a_row(), {"id": "d2", "state": "committed"}, {"id": "d3", "state": "cancelled"}])) == []
    assert list(check_draws([a_row()], roots={7: ROOT.hex()})) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pool": pool_of(equal(UNITS[:-1]))}, "commitment"),
        ({"drawn": list(UNITS[:5])}, "another list"),
        ({"seed": "00"}, "cannot be read"),
        ({"pool": [{"code": "a"}]}, "cannot be read"),
        ({"teams": {"x": {"pool": {"u1": "A", "u2": "B"}, "size": 1, "team": []}}}, "another team"),
    ],
)
def test_whatever_is_changed_in_a_log_is_found(changes: Mapping[str, Any], said: str) -> None:
    assert any(said in finding.en for finding in list(check_draws([a_row(**changes)])))


def test_a_root_that_is_not_in_the_file_of_anchors_is_found() -> None:
    assert [f.draw for f in check_draws([a_row()], roots={7: "00"})] == ["d1"]


def test_the_answer_of_the_log_and_a_plain_list_are_read_and_nothing_else() -> None:
    assert read_draws(b'{"items": [{"id": "d1"}], "next_cursor": ""}') == [{"id": "d1"}]
    assert read_draws(b'[{"id": "d1"}]') == [{"id": "d1"}]
    for text in (b"no json", b'{"items": 1}', b"[1]", b"{}"):
        with pytest.raises(InputRejected, match="GET /api/v1/draws"):
            read_draws(text)
