"""The hourly anchor: each stands for all before it, a quiet hour has none of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from engine.model.anchor import Anchor, chain_leaf, check_anchors, full_hour, seal
from engine.model.clock import SHANGHAI
from engine.model.history import GENESIS


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, 18, hour, minute, tzinfo=SHANGHAI)


def leaf(name: str) -> bytes:
    return chain_leaf(name, 1, bytes(32))


def three() -> list[Anchor]:
    first = seal(None, [leaf("a"), leaf("b")], newest=at(9), taken_at=at(10))
    second = seal(first, [leaf("c")], newest=at(15, 20), taken_at=at(16))
    return [first, second, seal(second, [leaf("d")], newest=at(16), taken_at=at(17))]


def test_an_anchor_ends_the_hour_of_what_it_covers_and_counts_the_quiet_ones_before_it() -> None:
    first, second, third = three()

    assert (first.no, first.hour, first.quiet, first.previous) == (1, at(10), 0, GENESIS)
    assert (second.no, second.hour, second.quiet, second.previous) == (2, at(16), 5, first.root)
    assert (third.hour, third.quiet) == (at(17), 0)


def test_an_anchor_that_was_taken_late_covers_the_hour_of_its_newest_event() -> None:
    first = three()[0]

    late = seal(first, [leaf("x")], newest=at(11, 5), taken_at=at(14, 30))
    missed = seal(first, [leaf("x")], newest=at(9, 59), taken_at=at(14, 30))

    assert (late.hour, late.taken_at) == (at(12), at(14, 30))
    assert missed.hour == at(14)  # of an hour that is anchored already: committed after it


def test_the_root_does_not_depend_on_the_order_in_which_chains_are_found() -> None:
    given = [leaf("a"), leaf("b"), leaf("c")]

    assert seal(None, given, newest=at(9), taken_at=at(10)) == seal(None, given[::-1], newest=at(9), taken_at=at(10))


def test_sound_anchors_have_no_findings() -> None:
    everything = {leaf(name) for name in "abcd"}

    assert list(check_anchors(three(), recorded=everything)) == []
    assert list(check_anchors(three())) == []


def test_whatever_is_changed_is_found_at_its_anchor() -> None:
    first, second, third = three()
    found = {
        "missing": check_anchors([first, third]),
        "leaf": check_anchors([first, replace(second, leaves=(leaf("z"),)), third]),
        "root": check_anchors([first, replace(second, root=bytes(32)), third]),
        "hour": check_anchors([first, replace(second, hour=first.hour), third]),
        "record": check_anchors([first, second, third], recorded={leaf("a"), leaf("b"), leaf("d")}),
    }

    assert {name: {finding.no for finding in problems} for name, problems in found.items()} == {
        "missing": {3},
        "leaf": {2},
        "root": {2, 3},
        "hour": {2},
        "record": {2},
    }


def test_a_full_hour_is_its_own() -> None:
    assert full_hour(at(16)) == at(16)
    assert full_hour(at(16, 59) + timedelta(seconds=59)) == at(16)
