"""Scripted answers of the services, by process: what the command layer would do, without database and calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.processes.case import Service

Data = Mapping[str, object]


def register_problem(_data: Data, /) -> Data:
    return {"issuer_unit": "532503-ZF", "returns": 0, "reject_count": 0}


def start_limit(_data: Data, /) -> Data:
    return {"delivered": "2026-03-02", "limit": "2026-03-23"}


def renew_limit(data: Data, /) -> Data:
    return {"returns": int(str(data["returns"])) + 1, "limit": "2026-04-03"}


def reject_to_issuer(data: Data, /) -> Data:
    return {"reject_count": int(str(data["reject_count"])) + 1}


def draw_sample(_data: Data, /) -> Data:
    return {"sampled": False}


def close_problem(_data: Data, /) -> Data:
    return {"closed_on": "2026-04-09", "recheck_on": "2026-06-08T09:00:00+08:00"}


def next_threshold(data: Data, /) -> Data:
    """The next rung, ten days after the last: the real dates come from the calendar."""
    base = int(str(data["level"])) + 1
    first = datetime.fromisoformat("2026-03-03T09:00:00+08:00")
    return {"base": base, "next_level_at": (first + timedelta(days=10 * base)).isoformat()}


def tell_level(data: Data, /) -> Data:
    return {"level": data["base"]}


def nothing(_data: Data, /) -> Data:
    return {}


SERVICES: Mapping[str, Mapping[str, Service]] = {
    "S1_RECTIFY": {
        "register_problem": register_problem,
        "deliver_notice": nothing,
        "reject_to_issuer": reject_to_issuer,
        "start_limit": start_limit,
        "draw_sample": draw_sample,
        "renew_limit": renew_limit,
        "close_problem": close_problem,
        "record_recheck": nothing,
        "send_clue": nothing,
    },
    "S2_LADDER": {
        "tell_level": tell_level,
        "issue_level": nothing,
        "next_threshold": next_threshold,
        "record_answer": nothing,
        "apply_decision": nothing,
        "start_accountability": nothing,
        "close_ladder": nothing,
        "decide_objection": nothing,
    },
    "S4_APPROVE": {},
}
