"""Official papers through REST: made by a step, numbered without a gap, frozen, signed, made void."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.commands import documents, incidents, instances
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import propose
from engine.commands.files import path_of
from engine.core import Engine
from engine.model.step import InstanceId, PersonId
from tests.integration.api.conftest import ISSUER, PASSWORD, UNIT, Caller, Sign, register
from tests.integration.api.test_lifecycle import ISSUE

HERE = Path(__file__).parent
OPERATOR = PersonId("u907")


def issued(inspector: Caller) -> str:
    """A problem whose notice has gone out."""
    case = str(register(inspector)["id"])
    inspector.do("S1_T2", ISSUE, instance_id=case)
    return case


def papers(caller: Caller, case: str) -> list[dict[str, Any]]:
    return list(caller.get(f"/documents?case_id={case}")["items"])


@pytest.fixture
def chief(sign_in: Sign, engine: Engine) -> Caller:
    """LEAD_MAIN of the unit that issues notices."""
    with engine.reading(SYSTEM) as tx:
        held = engine.reference(tx).organization.holders(ISSUER, "LEAD_MAIN", tx.now.date())
    return sign_in(held[0].person)


def test_issuing_a_problem_draws_up_its_notice_with_a_number_and_a_frozen_file(
    inspector: Caller, leader: Caller, outsider: Caller
) -> None:
    case = issued(inspector)

    (notice,) = papers(leader, case)
    content = leader.get(f"/documents/{notice['id']}/file")

    assert notice["template"] == "rectification_notice"
    assert notice["no"].startswith("蒙政法整〔2026〕")
    assert notice["sender_unit"] == ISSUER
    assert hashlib.sha256(content).hexdigest() == notice["sha256"]
    history = leader.get(f"/instances/{case}/history?all=true")["items"]
    assert [one["event"] for one in history].count("document_made") == 1
    assert papers(outsider, case) == []
    outsider.get(f"/documents/{notice['id']}", status=404)
    outsider.get(f"/documents/{notice['id']}/file", status=404)


def test_numbers_have_no_gap_though_eight_issue_at_once_and_one_is_rolled_back(
    inspector: Caller, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = max(
        (int(one["no"].split("〕")[1][:-1]) for one in inspector.get("/documents?kind=整")["items"]), default=0
    )
    cases = [str(register(inspector)["id"]) for _ in range(8)]
    tasks = [inspector.inbox(instance_id=case)["S1_T2"]["id"] for case in cases]
    failing, real, turn = set(cases[:1]), documents.write, threading.Lock()

    def write(paper: Any) -> bytes:
        with turn:
            if failing:
                failing.clear()
                raise OSError("no room left on the disk")
        return real(paper)

    monkeypatch.setattr(documents, "write", write)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda task: inspector.post(f"/tasks/{task}/complete", {"values": ISSUE}), tasks))

    made = [paper for case in cases for paper in papers(inspector, case)]
    assert len(made) == 7  # one has an incident in its place, and its case went on
    numbers = sorted(_sequence(one) for one in made)
    assert numbers == list(range(before + 1, before + 8))
    (lacking,) = [case for case in cases if not papers(inspector, case)]
    assert inspector.get(f"/instances/{lacking}")["case_state"] == "已下发"

    found = _incident_of(engine, lacking)
    assert (found.code, found.details["template"], found.details["cause"]) == (
        "document_failed",
        "rectification_notice",
        "OSError",
    )
    incidents.retry(engine, OPERATOR, found.id)
    (late,) = papers(inspector, lacking)
    assert _sequence(late) == before + 8


def test_a_void_paper_keeps_its_number_in_the_register_and_the_next_one_gets_another(
    inspector: Caller, leader: Caller, chief: Caller
) -> None:
    case = issued(inspector)
    (notice,) = papers(inspector, case)
    path = f"/documents/{notice['id']}/void"

    assert leader.post(path, {"reason": "事实有误"}, status=403)["code"] == "not_sender"
    assert chief.post(path, {"reason": " "}, status=422)["code"] == "input_rejected"
    gone = chief.post(path, {"reason": "事实有误，另行核实"})

    assert (gone["state"], gone["no"], gone["void_reason"]) == ("void", notice["no"], "事实有误，另行核实")
    assert chief.post(path, {"reason": "再次"}, status=409)["code"] == "document_void"
    assert [one["no"] for one in inspector.get("/documents?state=void&kind=整")["items"]] == [notice["no"]]
    (following,) = papers(inspector, issued(inspector))
    assert following["no"] != notice["no"]


def test_a_file_that_was_changed_is_seen_and_not_handed_out(inspector: Caller, engine: Engine) -> None:
    (notice,) = papers(inspector, issued(inspector))
    with _file(engine, notice["id"]) as path:
        path.write_bytes(path.read_bytes() + b"x")

        refused = inspector.get(f"/documents/{notice['id']}/file", status=409)

    assert refused["code"] == "document_changed"
    assert "文件" in refused["detail"]


def test_who_signs_the_form_signs_the_paper_about_him_and_nobody_signs_a_changed_one(
    leader: Caller, engine: Engine
) -> None:
    files = {name: (HERE / name).read_bytes() for name in ("PAPER_SIGN.bpmn", "PAPER_SIGN_FORM.json")}
    propose(engine, SYSTEM, files, auto_confirm=True)
    case = instances.start(
        engine, "PAPER_SIGN", PersonId("u101"), {"signer": "u097", "about": "u097", "period": "2026"}
    ).instance_id
    (letter,) = papers(leader, str(case))
    task = leader.inbox(instance_id=str(case))["SIGN"]["id"]
    sent = {"values": {"read_confirm": True, "sign": True}, "password": PASSWORD}

    with _file(engine, letter["id"]) as path:
        path.write_bytes(b"another letter")
        assert leader.post(f"/tasks/{task}/complete", sent, status=409)["code"] == "document_changed"
    leader.post(f"/tasks/{task}/complete", sent)

    shown = leader.get(f"/documents/{letter['id']}")
    assert (shown["subject"], shown["state"], shown["no"][:2]) == ("u097", "signed", "CN")
    assert shown["signed_by"] == ["用户097"]
    with engine.reading(SYSTEM) as tx:
        (signature,) = tx.signatures_of(InstanceId(case))
    assert signature.sha256.hex() == letter["sha256"]


def test_the_leader_above_countersigns_the_letter_of_the_main_leader(chief: Caller, engine: Engine) -> None:
    files = {name: (HERE / name).read_bytes() for name in ("PAPER_SIGN.bpmn", "PAPER_SIGN_FORM.json")}
    propose(engine, SYSTEM, files, auto_confirm=True)
    with engine.reading(SYSTEM) as tx:
        organization = engine.reference(tx).organization
        about, above = (organization.holders(unit, "LEAD_MAIN", tx.now.date())[0].person for unit in (UNIT, ISSUER))
    values = {"signer": above, "about": about, "period": "2026"}
    case = instances.start(engine, "PAPER_SIGN", PersonId("u101"), values).instance_id

    task = chief.inbox(instance_id=str(case))["SIGN"]["id"]
    chief.post(f"/tasks/{task}/complete", {"values": {"read_confirm": True, "sign": True}, "password": PASSWORD})

    (letter,) = papers(chief, str(case))
    assert (letter["subject"], letter["state"], len(letter["signed_by"])) == (about, "signed", 1)


def test_every_paper_that_is_read_is_in_the_access_log(inspector: Caller, engine: Engine) -> None:
    (notice,) = papers(inspector, issued(inspector))

    inspector.get(f"/documents/{notice['id']}/file")

    with engine.reading(SYSTEM) as tx:
        found = tx.raw.execute(
            "SELECT body FROM access_log JOIN access_log_body USING (shard, seq) WHERE event = 'document.take'"
        ).fetchall()
    assert any(json.loads(row[0])["document"] == notice["id"] for row in found)


def _sequence(paper: dict[str, Any]) -> int:
    """12 of 蒙政法整〔2026〕12号."""
    return int(paper["no"].split("〕")[1].removesuffix("号"))


def _incident_of(engine: Engine, case: str) -> Any:
    with engine.reading(SYSTEM) as tx:
        (found,) = tx.open_incidents(InstanceId(UUID(case)))
    return found


@contextmanager
def _file(engine: Engine, document_id: str) -> Iterator[Path]:
    """Where the file lies; as it was afterwards."""
    with engine.reading(SYSTEM) as tx:
        path = path_of(engine, tx.attachment(UUID(document_id)).storage_name)
    content = path.read_bytes()
    try:
        yield path
    finally:
        path.write_bytes(content)
