"""The hourly anchors of a rehearsed year: in order, cheap when nothing happens, and what they prove."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

from engine.commands.anchors import take, write_out
from engine.commands.case_step import SYSTEM
from engine.model.anchor import Anchor
from engine.model.clock import local_time
from engine.store.anchor_file import read_anchors
from engine.store.history import export_history
from engine.store.verify import verify_anchored
from tests.form_samples import sample_values
from tests.integration.scenarios.desk import Desk

PROBLEM = {**sample_values("S1_T0"), "unit": "532503-GA", "dept": "532503-GA-01"}


def anchors_of(path: Path) -> list[Anchor]:
    return list(read_anchors(path.read_bytes().splitlines()))


def exported(desk: Desk) -> list[bytes]:
    with desk.engine.reading(SYSTEM) as tx:
        out = io.BytesIO()
        export_history(tx.raw, out)
    return out.getvalue().splitlines()


def test_a_year_is_anchored_hour_by_hour_and_quiet_hours_cost_nothing(desk: Desk) -> None:
    path = desk.engine.settings.anchor_path
    desk.go_to("03-02", "15:20")
    desk.register(
        desk.inspector("532503-ZF"), **{**sample_values("S1_T0"), "unit": "532503-GA", "dept": "532503-GA-01"}
    )

    desk.go_to("12-31")

    kept = anchors_of(path)
    hours = [anchor.hour for anchor in kept]
    with desk.engine.reading(SYSTEM) as tx:
        assert tx.anchors_behind(0) == tuple(kept)
    assert len(kept) < 60  # of 8,664 hours: those in which a notice or a card went out
    assert hours == sorted(set(hours))
    assert "03-02 16:00" in [local_time(hour).strftime("%m-%d %H:%M") for hour in hours]
    whole = (kept[-1].hour - kept[0].hour) // timedelta(hours=1)
    assert whole == len(kept) - 1 + sum(anchor.quiet for anchor in kept[1:])
    found, unanchored = verify_anchored(exported(desk), path.read_bytes().splitlines())
    assert found.is_sound
    assert unanchored == ()


def test_a_cut_end_of_a_record_shows_against_the_anchors(desk: Desk) -> None:
    desk.go_to("03-02", "15:20")
    case = desk.register(
        desk.inspector("532503-ZF"), **{**sample_values("S1_T0"), "unit": "532503-GA", "dept": "532503-GA-01"}
    )
    desk.go_to("03-02", "16:00")
    rows = exported(desk)
    last = max(number for number, row in enumerate(rows) if str(case).encode() in row)

    found, unanchored = verify_anchored(
        rows[:last] + rows[last + 1 :], desk.engine.settings.anchor_path.read_bytes().splitlines()
    )

    assert found.is_sound  # the chain alone does not know how long it was
    assert len(unanchored) == 1


def test_the_file_is_written_up_after_a_crash_and_another_database_does_not_write_into_it(desk: Desk) -> None:
    path = desk.engine.settings.anchor_path
    desk.go_to("01-05")
    whole = path.read_bytes()
    assert take(desk.engine) is None  # once in an hour

    path.write_bytes(whole[:-20])
    assert write_out(desk.engine) == 1
    assert path.read_bytes() == whole
    assert write_out(desk.engine) == 0

    for foreign in (re.sub(rb'"root":"[0-9a-f]+"', b'"root":"00"', whole), b"not an anchor\n"):
        path.write_bytes(foreign)
        assert write_out(desk.engine) == 0
        assert path.read_bytes() == foreign
