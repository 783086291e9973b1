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


def ask_recheck(data: Data, /) -> Data:
    return {"rechecked": data["severity"] in {"C", "D"}}


def close_problem(_data: Data, /) -> Data:
    return {"closed_on": "2026-04-09", "recheck_on": "2026-06-08T09:00:00+08:00"}


def next_threshold(data: Data, /) -> Data:
    """The next rung, ten days after the last: the real dates come from the calendar."""
    base = int(str(data["level"])) + 1
    first = datetime.fromisoformat("2026-03-03T09:00:00+08:00")
    return {"base": base, "next_level_at": (first + timedelta(days=10 * base)).isoformat()}


def tell_level(data: Data, /) -> Data:
    return {"level": data["base"]}


def open_duty_reports(_data: Data, /) -> Data:
    return {"leaders": [{"person": "u096"}, {"person": "u097"}], "talk_proposed": False}


def open_report(_data: Data, /) -> Data:
    return {
        "due_on": "2026-01-20",
        "report_due": "2026-01-20",
        "draft_wd": 2,
        "waits_until": "2026-01-15T09:00:00+08:00",
        "children": [],
        "returns": 0,
        "ever_signed": False,
        "is_late": False,
        "obligation": "O10",
    }


def issue_report(_data: Data, /) -> Data:
    return {"signed": True, "ever_signed": True, "signed_on": "2026-01-19", "is_late": False}


def return_report(data: Data, /) -> Data:
    return {"returns": int(str(data["returns"])) + 1, "due_on": "2026-01-26", "draft_wd": 0}


def register_major(_data: Data, /) -> Data:
    """A county unit: two levels above it, limits of an event."""
    return {
        "reporter": "u101",
        "signers": ["u096"],
        "second": True,
        "ongoing": False,
        "urgent": False,
        "late": False,
        "written_nh": 2,
        "written_wd": 20,
        "forward_nh": 2,
        "forward_wd": 20,
    }


def file_major_report(_data: Data, /) -> Data:
    return {"last_report": "2026-03-02T09:00:00+08:00", "reported_on": "2026-03-02", "late": False, "minutes_late": 0}


def record_followup(_data: Data, /) -> Data:
    return {"last_report": "2026-03-03T09:00:00+08:00"}


def draw_round(data: Data, /) -> Data:
    units = data.get("units", ["532501-ZF", "532525-ZF"])
    return {
        "visits": [{"target": unit, "team": ["u1", "u2"], "team_lead": "u1"} for unit in units],  # type: ignore[attr-defined]
        "visit_results": [],
        "visits_open": len(units),  # type: ignore[arg-type]
    }


def gather_visit(data: Data, /) -> Data:
    results = [*data["visit_results"], data["visit_result"]]  # type: ignore[misc]
    return {"visit_results": results, "visits_open": int(str(data["visits_open"])) - 1}


def sum_up_round(data: Data, /) -> Data:
    accepted = sum(result["accepted"] for result in data["visit_results"])  # type: ignore[attr-defined]
    return {"accepted_total": accepted, "last_visit_on": "2026-03-06"}


def check_in(data: Data, /) -> Data:
    open_findings = [one for one in data.get("findings", []) if not one.get("suspected")]  # type: ignore[attr-defined]
    return {"findings": open_findings, "findings_open": len(open_findings)}


def settle_findings(data: Data, /) -> Data:
    accepted = [one for one in data["decisions"] if one["decision"] != "不予认定"]  # type: ignore[attr-defined]
    return {"accepted": accepted, "accepted_count": len(accepted)}


def schedule_sessions(data: Data, /) -> Data:
    sessions = [{**row, "label": row["title"], "due": "2026-09-30"} for row in data["sessions"]]  # type: ignore[attr-defined]
    return {"sessions": sessions}


def consider_bulletin(data: Data, /) -> Data:
    return {"to_consider": data["bulletin_issuer"] != data["unit"]}


def add_session(data: Data, /) -> Data:
    return {"session": {"label": data["added_title"], "form": "警示教育", "due": data["added_by"], "added": True}}


def count_attendance(data: Data, /) -> Data:
    """Listed as absent is absent; whoever must attend stands in the list."""
    rows: list[Mapping[str, object]] = data["rows"]  # type: ignore[assignment]
    absent = [{"person": row["person"], "label": row["person"]} for row in rows if not row["present"]]
    name = "pending_added" if data["session"].get("added") else "pending"  # type: ignore[attr-defined]
    return {name: absent, "attended": [row["person"] for row in rows if row["present"]], "done": 1, "of": 2}


def record_make_up(data: Data, /) -> Data:
    return {"settled": data["make_up"] != "未补训", "trained": [], "covered_on": "2026-09-29", "done": 2, "of": 2}


def check_coverage(data: Data, /) -> Data:
    return {"covered_in_time": bool(data.get("covered", True)), "year_over": True}


def list_branches(_data: Data, /) -> Data:
    branches = [{"dept": code, "label": code, "staff": 10} for code in ("532503-GA-91", "532503-GA-92")]
    leaders = [{"leader": person} for person in ("u096", "u097")]
    return {"branches": branches, "leaders": leaders, "half_over": False, "lectures_move": False}


def count_study(data: Data, /) -> Data:
    studied = int(str(data["present"])) + len(data.get("absentees", []))  # type: ignore[arg-type]
    return {"studied": studied, "enough": studied >= 9}


def draw_study(data: Data, /) -> Data:
    return {"sampled": data["branch"]["dept"] == "532503-GA-91"}  # type: ignore[index]


def check_lecture(data: Data, /) -> Data:
    return {"own_lecture": data["lecturer"] == "本人主讲"}


def close_half(data: Data, /) -> Data:
    return {"closed_in_time": False, "half_over": True, "lectures_move": str(data["period"]).endswith("H1")}


def open_bulletin_study(data: Data, /) -> Data:
    own = data["bulletin_issuer"] == data["unit"] or data["half_over"]
    return {"studies": [] if own else list(data["branches"])}  # type: ignore[call-overload]


def name_approvers(_data: Data, /) -> Data:
    return {"mode": "单人", "approvers": ["u097"], "quorum": 0}


def nothing(_data: Data, /) -> Data:
    return {}


def open_study(_data: Data, /) -> Data:
    return {"problems": [], "closes_at": "2026-07-28T09:00:00+08:00", "half_end": "2026-06-30"}


def list_hearers(_data: Data, /) -> Data:
    return {"hearers": [{"hearer": "u097"}, {"hearer": "u099"}]}


def sort_problems(data: Data, /) -> Data:
    rows = list(data["problems"])  # type: ignore[call-overload]
    early = [row for row in rows if row["category"] == "违纪违法苗头"]
    listed = [row for row in rows if row not in early]
    return {"problem_count": len(rows), "problems": listed, "handed": listed, "early_signs": early}


def open_responsibility(data: Data, /) -> Data:
    unsigned = {"counter": "", "uploaded": False, "signatures": [], "letters": [], "inner_letters": []}
    return {"closes_at": "2026-12-31T18:00:00+08:00", "has_superior": data["unit"] != "532500-ZF", **unsigned}


def prepare_letters(data: Data, /) -> Data:
    letters = [{"person": row["user"], "position": row["position"]} for row in data["rows"]]  # type: ignore[attr-defined]
    return {"letters": letters, "inner_letters": [row for row in letters if row["position"] != "LEAD_MAIN"]}


def open_change(data: Data, /) -> Data:
    up = {"532500-ZF": ""}.get(str(data["unit"]), "532500-ZF")
    return {
        "holder": data["person"],
        "changed_on": data["valid_from"],
        "countersign_unit": up if data["position"] == "LEAD_MAIN" else data["unit"],
        "letters": [{"person": data["person"]}],
        "counter": "",
    }


SERVICES: Mapping[str, Mapping[str, Service]] = {
    "S1_RECTIFY": {
        "register_problem": register_problem,
        "deliver_notice": nothing,
        "reject_to_issuer": reject_to_issuer,
        "start_limit": start_limit,
        "draw_sample": draw_sample,
        "renew_limit": renew_limit,
        "close_problem": close_problem,
        "ask_recheck": ask_recheck,
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
    "P01_LEAD": {
        "open_responsibility": open_responsibility,
        "prepare_letters": prepare_letters,
        "open_change": open_change,
        "open_obligation": nothing,
        "warn_of_vacancy": nothing,
        "record_evidence": nothing,
        "make_document": nothing,
    },
    "P02_PUSH": {
        "open_study": open_study,
        "list_hearers": list_hearers,
        "sort_problems": sort_problems,
        "send_early_signs": nothing,
        "note_zero_problems": nothing,
        "record_evidence": nothing,
        "make_document": nothing,
    },
    "P04B_DUTY": {
        "open_duty_reports": open_duty_reports,
        "tally_ballots": nothing,
        "make_document": nothing,
        "record_evidence": nothing,
    },
    "P04_REPORT": {
        "open_report": open_report,
        "pull_figures": nothing,
        "compare_report": nothing,
        "make_document": nothing,
        "issue_report": issue_report,
        "record_evidence": nothing,
        "record_reception": nothing,
        "return_report": return_report,
        "link_addendum": nothing,
        "mark_unsent": nothing,
    },
    "S5_MAJOR": {
        "register_major": register_major,
        "open_obligation": nothing,
        "record_phone": nothing,
        "file_major_report": file_major_report,
        "record_evidence": nothing,
        "record_followup": record_followup,
        "record_receipt": nothing,
        "archive_major": nothing,
    },
    "S4_APPROVE": {},
    "P05_SUPERVISE": {
        "open_round": nothing,
        "name_approvers": lambda _data: {"approvers": ["u2"], "mode": "单人", "quorum": 0},
        "make_document": nothing,
        "weigh_units": lambda _data: {"pool_size": 17, "node_window": _data.get("kind") == "节点"},
        "commit_draw": lambda _data: {"draw_id": "d1", "draw_at": "2026-03-02T16:00:00+08:00"},
        "cancel_draw": nothing,
        "draw_round": draw_round,
        "dispatch_visit": nothing,
        "gather_visit": gather_visit,
        "sum_up_round": sum_up_round,
        "record_evidence": nothing,
    },
    "P05B_VISIT": {
        "open_visit": nothing,
        "check_in": check_in,
        "make_document": nothing,
        "ask_reply": lambda _data: {"visit": "v1"},
        "settle_findings": settle_findings,
        "report_visit": nothing,
    },
    "P05C_REPLY": {
        "open_reply": lambda _data: {"reply_until": "2026-03-05T23:59:59+08:00"},
        "return_reply": nothing,
    },
    "S1B_SAMPLE": {
        "promise_recheck": lambda _data: {"pool_size": 3, "draw_id": "d1", "draw_at": "2026-03-02T10:00:00+08:00"},
        "draw_recheck": nothing,
        "record_evidence": nothing,
    },
    "P03_TRAIN": {
        "name_approvers": name_approvers,
        "schedule_sessions": schedule_sessions,
        "consider_bulletin": consider_bulletin,
        "add_session": add_session,
        "count_attendance": count_attendance,
        "record_make_up": record_make_up,
        "check_coverage": check_coverage,
        "make_document": nothing,
        "record_evidence": nothing,
    },
    "P06_EDUCATE": {
        "list_branches": list_branches,
        "count_study": count_study,
        "draw_study": draw_study,
        "check_lecture": check_lecture,
        "close_half": close_half,
        "open_bulletin_study": open_bulletin_study,
        "open_obligation": nothing,
        "record_evidence": nothing,
    },
    "P06B_ENTRY": {"check_branch": nothing, "record_evidence": nothing},
}
