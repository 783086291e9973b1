"""Idempotency-Key: the same request under one key is done once and answered alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.api.conftest import PROBLEM, Caller, Sign, file_part, register
from tests.integration.api.test_attachments import PDF
from tests.integration.api.test_lifecycle import ISSUE

START = "/process-definitions/S1_RECTIFY/instances"


@pytest.mark.parametrize("keys", [5, pytest.param(100, marks=pytest.mark.long)])
def test_eight_threads_that_repeat_each_request_have_each_effect_once(inspector: Caller, keys: int) -> None:
    def send(number: int) -> str:
        caller = Caller(inspector.client.application.test_client(use_cookies=False), inspector.token)
        body = {"variables": PROBLEM | {"title": f"重复提交{keys}之{number % keys}"}}
        return str(caller.post(START, body, status=201, Idempotency_Key=f"{keys}-{number % keys}")["id"])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8 * keys)))
    assert len(set(answers)) == keys
    assert len(inspector.get(f"/instances?q=重复提交{keys}之&limit=200")["items"]) == keys


def test_one_key_for_another_request_is_a_conflict_and_another_persons_key_is_his_own(
    inspector: Caller, sign_in: Sign
) -> None:
    body = {"variables": PROBLEM}
    first = inspector.post(START, body, status=201, Idempotency_Key="mine")
    changed = {"variables": PROBLEM | {"title": "另一项"}}
    assert inspector.post(START, changed, status=409, Idempotency_Key="mine")["code"] == "idempotency_mismatch"
    other = sign_in("u042")
    assert other.post(START, body, status=201, Idempotency_Key="mine")["id"] != first["id"]


def test_a_refused_request_keeps_nothing_under_its_key(inspector: Caller) -> None:
    inspector.post(START, {"variables": {}}, status=422, Idempotency_Key="second try")
    inspector.post(START, {"variables": PROBLEM}, status=201, Idempotency_Key="second try")


def test_a_completion_that_was_sent_twice_is_answered_twice_alike(inspector: Caller) -> None:
    case = register(inspector)["id"]
    task = inspector.inbox(instance_id=case)["S1_T2"]["id"]
    answers = [inspector.post(f"/tasks/{task}/complete", {"values": ISSUE}, Idempotency_Key="once") for _ in range(2)]
    assert answers[0] == answers[1]
    inspector.post(f"/tasks/{task}/complete", {"values": ISSUE}, status=409)


def test_an_upload_is_recognised_whatever_boundary_it_is_sent_with(owner: Caller) -> None:
    ids = {
        owner.upload("/attachments", {"file": file_part("a.pdf", PDF)}, Idempotency_Key="file")["id"] for _ in range(2)
    }
    assert len(ids) == 1
    owner.upload("/attachments", {"file": file_part("b.pdf", PDF)}, status=409, Idempotency_Key="file")


def test_a_key_that_is_too_long_is_refused(inspector: Caller) -> None:
    assert inspector.post(START, {}, status=422, Idempotency_Key="k" * 201)["facts"]["field"] == "Idempotency-Key"
