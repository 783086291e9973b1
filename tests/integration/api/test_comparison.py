"""Two windows, two people, a new version of a form: nothing is written over unseen, and both texts can be compared."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.api.conftest import Caller, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED, PLAN

MINE = {"root_cause": "本窗口所写", "measures": [{"what": "补录", "who": "u101", "by": "2026-03-06"}]}
OTHER = {"root_cause": "另一窗口所写", "measures": [{"what": "补录", "who": "u102", "by": "2026-03-06"}]}


@pytest.fixture
def plan(inspector: Caller, leader: Caller, owner: Caller) -> dict[str, Any]:
    known = register(inspector, title="两个窗口的问题")["id"]
    inspector.do("S1_T2", ISSUE, instance_id=known)
    leader.do("S1_T3", NAMED, instance_id=known)
    return owner.inbox(instance_id=known)["S1_T4"]


def save(owner: Caller, plan: dict[str, Any], values: object, based_on: str, status: int = 200) -> Any:
    return owner.put(f"/tasks/{plan['id']}/draft", {"values": values, "based_on": based_on}, status=status)


def test_a_draft_of_another_window_is_not_written_over_unseen(owner: Caller, plan: dict[str, Any]) -> None:
    first = save(owner, plan, OTHER, "")
    refused = save(owner, plan, MINE, "", status=409)

    assert refused["code"] == "draft_changed"
    assert save(owner, plan, MINE, refused["facts"]["revision"])["revision"] != first["revision"]
    assert save(owner, plan, MINE, "stale")["revision"]  # the same text again is no conflict
    assert owner.get(f"/tasks/{plan['id']}")["draft"]["values"]["root_cause"] == "本窗口所写"


def test_nor_is_it_lost_by_a_submission_that_did_not_know_it(owner: Caller, plan: dict[str, Any]) -> None:
    kept = save(owner, plan, OTHER, "")["revision"]
    path = f"/tasks/{plan['id']}/complete"

    assert owner.post(path, {"values": PLAN, "based_on": ""}, status=409)["code"] == "draft_changed"
    owner.post(path, {"values": PLAN, "based_on": kept})


def test_a_form_that_has_another_version_by_now_is_told(owner: Caller, plan: dict[str, Any]) -> None:
    path, body = f"/tasks/{plan['id']}", {"values": PLAN, "form_version": str(uuid4())}

    assert owner.post(f"{path}/complete", body, status=409)["code"] == "form_changed"
    assert owner.put(f"{path}/draft", body, status=409)["code"] == "form_changed"
    version = owner.post(f"{path}/comparison", {"values": PLAN})["form_version"]
    owner.post(f"{path}/complete", body | {"form_version": version})


def test_both_drafts_stand_beside_each_other_by_label_and_name(owner: Caller, plan: dict[str, Any]) -> None:
    save(owner, plan, OTHER, "")

    found = owner.post(f"/tasks/{plan['id']}/comparison", {"values": MINE})

    assert (found["kind"], found["choosable"], found["by"]) == ("draft", True, "")
    fields = {field.pop("key"): field for field in found["fields"]}
    assert fields["root_cause"] == {
        "label": "根本原因",
        "mine": "本窗口所写",
        "theirs": "另一窗口所写",
        "differs": True,
    }
    assert fields["measures"]["mine"] == "1. 补录 · 用户101 · 2026-03-06"
    assert fields["measures"]["theirs"] == "1. 补录 · 用户102 · 2026-03-06"
    assert found["theirs"]["root_cause"] == "另一窗口所写"


def test_what_somebody_else_has_sent_is_shown_and_cannot_be_chosen_any_more(
    owner: Caller, plan: dict[str, Any], sign_in: Any
) -> None:
    owner.post(f"/tasks/{plan['id']}/transfer", {"to": "u102", "reason": "出差"})
    colleague = sign_in("u102")
    hidden = owner.post(f"/tasks/{plan['id']}/comparison", {"values": MINE})
    colleague.put(f"/tasks/{plan['id']}/draft", {"values": {"root_cause": "他人的草稿"}})
    colleague.post(f"/tasks/{plan['id']}/complete", {"values": PLAN})

    found = owner.post(f"/tasks/{plan['id']}/comparison", {"values": MINE})

    assert (hidden["kind"], hidden["choosable"]) == ("none", False)
    assert (found["kind"], found["choosable"], found["by"], found["theirs"]) == ("sent", False, "用户102", {})
    assert "他人的草稿" not in str(found)
    assert {field["key"]: field["theirs"] for field in found["fields"]}["root_cause"] == PLAN["root_cause"]


def test_whatever_was_typed_is_shown_as_it_is(owner: Caller, plan: dict[str, Any]) -> None:
    odd = {"root_cause": 7, "measures": [["no", "row"]], "attachments": "files::1"}

    found = owner.post(f"/tasks/{plan['id']}/comparison", {"values": odd})

    assert {field["key"] for field in found["fields"]} >= {"root_cause", "measures"}
