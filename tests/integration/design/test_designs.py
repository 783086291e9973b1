"""Two analysts on one text lose nothing: one writes at a time, and every save is a revision."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.core import Engine
from engine.store.transaction import Transaction
from tests.integration.api.conftest import Caller, file_part
from tests.integration.design.conftest import S1, begin, put, shipped, text

Begin = Callable[[str], Any]


def test_a_text_begins_byte_for_byte_as_the_version_in_force(analyst: Caller) -> None:
    made = begin(analyst)
    assert (made["key"], made["state"], made["rev"], made["based_on"]["version"]) == (S1, "editing", 1, 1)
    assert text(analyst, made["id"]) == shipped(f"{S1}.bpmn")
    assert analyst.call("GET", f"/designs/{made['id']}/xml").headers["ETag"] == '"1"'
    assert made["problems"] == {"errors": 0, "warnings": 0}


def test_there_is_one_open_text_for_each_process(analyst: Caller, colleague: Caller, blank: Begin) -> None:
    made = blank("ONLY_ONE")
    refused = colleague.post("/designs", {"key": "ONLY_ONE", "name": "又一个"}, status=409)
    assert (refused["code"], refused["facts"]["id"]) == ("design_exists", made["id"])
    analyst.call("DELETE", f"/designs/{made['id']}")
    assert analyst.get(f"/designs/{made['id']}")["state"] == "discarded"
    colleague.post("/designs", {"key": "ONLY_ONE", "name": "又一个"}, status=201)


@pytest.mark.parametrize("key", ["", "1A", "A-B", "A B", "甲", "A" * 65])
def test_a_key_is_a_plain_xml_name(analyst: Caller, key: str) -> None:
    assert analyst.post("/designs", {"key": key, "name": "试"}, status=422)["facts"]["field"] == "key"


def test_a_name_may_hold_anything_that_people_write(analyst: Caller, blank: Begin) -> None:
    name = "<script>alert(1)</script>\"'&"
    made = analyst.post("/designs", {"key": "HOSTILE", "name": name}, status=201)
    assert (made["name"], made["problems"]) == (name, {"errors": 1, "warnings": 0}), "nothing stands behind the start"


def test_a_file_of_ones_own_is_kept_byte_for_byte(analyst: Caller) -> None:
    data = shipped("S4_APPROVE.bpmn").replace(b"S4_APPROVE", b"MY_OWN") + b"<!-- mine -->\r\n"
    made = analyst.upload("/designs", {"file": file_part("我的图.bpmn", data)})
    assert (made["key"], made["based_on"]) == ("MY_OWN", None)
    assert text(analyst, made["id"]) == data


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.bpmn", b"not xml", "definition_rejected"),
        ("a.docx", b"<a/>", "input_rejected"),
        ("a.bpmn", b"<a/>", "input_rejected"),
    ],
)
def test_what_is_no_drawing_is_refused_with_the_reason(analyst: Caller, name: str, data: bytes, code: str) -> None:
    assert analyst.upload("/designs", {"file": file_part(name, data)}, status=422)["code"] == code


def test_every_save_is_a_revision_and_an_old_one_is_restored_by_saving_it(analyst: Caller, blank: Begin) -> None:
    made = blank("REVISED")
    first = text(analyst, made["id"])
    second = first.replace("试作流程".encode(), "改名".encode())
    assert put(analyst, made["id"], second, 1)["rev"] == 2
    assert put(analyst, made["id"], second, 2)["rev"] == 2, "the same text is no new revision"
    assert analyst.get(f"/designs/{made['id']}")["name"] == "改名"
    put(analyst, made["id"], text(analyst, made["id"], 1), 2)
    assert text(analyst, made["id"]) == first
    listed = analyst.get(f"/designs/{made['id']}/revisions")["items"]
    assert [(r["rev"], r["current"], r["size_bytes"]) for r in listed] == [
        (3, True, len(first)),
        (2, False, len(second)),
        (1, False, len(first)),
    ]


def test_a_text_with_mistakes_is_kept_and_what_is_no_xml_is_refused(analyst: Caller, blank: Begin) -> None:
    made = blank("MISTAKES")
    broken = text(analyst, made["id"]).replace(
        b"</bpmn:process>", b'<bpmn:userTask id="T" cx:assign="nobody" /></bpmn:process>'
    )
    put(analyst, made["id"], broken, 1)
    assert analyst.get(f"/designs/{made['id']}")["problems"]["errors"] > 0
    refused = put(analyst, made["id"], broken[:-20], 2, status=422)
    assert refused["problems"][0]["rule"] == "XML-01"
    assert text(analyst, made["id"]) == broken


def test_a_save_without_the_revision_it_is_based_on_is_refused(analyst: Caller, blank: Begin) -> None:
    made = blank("NO_MATCH")
    answer = analyst.call("PUT", f"/designs/{made['id']}/xml")
    assert (answer.status_code, answer.get_json()["facts"]["field"]) == (422, "If-Match")


def test_only_one_writes_and_the_other_is_told_who(
    analyst: Caller, colleague: Caller, blank: Begin, engine: Engine
) -> None:
    made = blank("LOCKED")
    path, base = f"/designs/{made['id']}", text(analyst, made["id"])
    assert analyst.post(f"{path}/lock", {})["mine"] is True
    refused = colleague.post(f"{path}/lock", {"take_over": True}, status=409)
    assert (refused["code"], refused["facts"]["person"]["id"]) == ("design_locked", "u901")
    shown = colleague.get(path)["lock"]
    assert (shown["person"]["id"], shown["mine"]) == ("u901", False)

    late = put(colleague, made["id"], base + b"<!-- hers -->", 1, status=409)
    assert (late["code"], late["facts"]["kept_as"]) == ("design_locked", 2)
    assert text(colleague, made["id"], 2) == base + b"<!-- hers -->"

    let_run_out(engine, made["id"])
    assert colleague.post(f"{path}/lock", {"take_over": True})["mine"] is True
    assert put(colleague, made["id"], base + b"<!-- hers -->", 1)["rev"] == 3
    lost = put(analyst, made["id"], base + b"<!-- mine -->", 1, status=409)
    assert (lost["code"], lost["facts"]["kept_as"]) == ("design_locked", 4)
    colleague.call("DELETE", f"{path}/lock")
    stale = put(analyst, made["id"], base + b"<!-- mine -->", 1, status=409)
    assert (stale["code"], stale["facts"]["rev"], stale["facts"]["by"]["id"]) == ("design_changed", 3, "u902")
    assert stale["facts"]["kept_as"] == 4, "the same text is kept once"
    beside = [(r["rev"], r["by"]["id"], r["beside"]) for r in analyst.get(f"{path}/revisions")["items"]]
    assert beside == [(4, "u901", 1), (3, "u902", None), (2, "u902", 1), (1, "u901", None)]


def test_a_text_that_came_too_late_is_kept_under_an_idempotency_key_as_well(
    analyst: Caller, colleague: Caller, blank: Begin
) -> None:
    made = blank("LATE_KEY")
    colleague.post(f"/designs/{made['id']}/lock", {})
    answer = analyst.client.put(
        f"/api/v1/designs/{made['id']}/xml",
        data=text(analyst, made["id"]) + b"<!-- late -->",
        headers={"Authorization": f"Bearer {analyst.token}", "If-Match": '"1"', "Idempotency-Key": "late-1"},
    )
    assert (answer.status_code, answer.get_json()["facts"]["kept_as"]) == (409, 2)


def test_of_two_who_save_at_the_same_moment_one_is_in_line_and_the_other_kept(
    analyst: Caller, colleague: Caller, blank: Begin
) -> None:
    made = blank("RACE")
    base = text(analyst, made["id"])

    def save(who: Caller) -> int:
        answer = who.client.application.test_client(use_cookies=False).put(
            f"/api/v1/designs/{made['id']}/xml",
            data=base + f"<!-- {who.token} -->".encode(),
            headers={"Authorization": f"Bearer {who.token}", "If-Match": '"1"'},
        )
        return answer.status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, (analyst, colleague))) == [200, 409]
    kept = {text(analyst, made["id"], r["rev"]) for r in analyst.get(f"/designs/{made['id']}/revisions")["items"]}
    assert kept == {base, *(base + f"<!-- {who.token} -->".encode() for who in (analyst, colleague))}


def test_an_officer_knows_nothing_of_designs(owner: Caller, analyst: Caller, blank: Begin) -> None:
    made = blank("SECRET")
    for path in ("/designs", f"/designs/{made['id']}", f"/designs/{made['id']}/xml"):
        owner.get(path, status=403)


def test_of_earlier_days_the_last_text_of_each_stays(analyst: Caller, blank: Begin, engine: Engine) -> None:
    made = blank("THIN")
    base = text(analyst, made["id"])
    for number in range(1, 7):
        put(analyst, made["id"], base + f"<!-- {number} -->".encode(), number)
    with engine.transaction("system") as tx:
        backdate(tx, made["id"], {1: 3, 2: 3, 3: 2, 4: 2, 5: 1})
    put(analyst, made["id"], base, 7)
    listed = [r["rev"] for r in analyst.get(f"/designs/{made['id']}/revisions")["items"]]
    assert listed == [8, 7, 6, 5, 4, 2, 1]


def let_run_out(engine: Engine, design_id: str) -> None:
    """As if the writer had not been heard of for two minutes."""
    with engine.transaction("system") as tx:
        tx.raw.execute("UPDATE design SET locked_until = now() - interval '1 second' WHERE id = %s", (design_id,))


def backdate(tx: Transaction, design_id: str, days: dict[int, int]) -> None:
    """Revisions are never changed; the owner of the tables writes them again as if they were older."""
    for rev, ago in days.items():
        tx.raw.execute(
            "INSERT INTO design_revision SELECT design_id, rev + 1000, beside, saved_by,"
            " saved_at - make_interval(days => %s), size_bytes, sha256, content FROM design_revision"
            " WHERE design_id = %s AND rev = %s",
            (ago, design_id, rev),
        )
        tx.raw.execute("DELETE FROM design_revision WHERE design_id = %s AND rev = %s", (design_id, rev))
        tx.raw.execute(
            "INSERT INTO design_revision SELECT design_id, %s, beside, saved_by, saved_at, size_bytes, sha256, content"
            " FROM design_revision WHERE design_id = %s AND rev = %s",
            (rev, design_id, rev + 1000),
        )
        tx.raw.execute("DELETE FROM design_revision WHERE design_id = %s AND rev = %s", (design_id, rev + 1000))


def test_a_page_that_is_left_lets_the_next_one_write(analyst: Caller, colleague: Caller, blank: Begin) -> None:
    made = blank("LEFT")
    analyst.post(f"/designs/{made['id']}/lock", {})
    assert colleague.call("POST", f"/designs/{made['id']}/unlock").status_code == 204
    assert colleague.get(f"/designs/{made['id']}")["lock"]["person"]["id"] == "u901", "nobody ends another's lease"
    assert analyst.call("POST", f"/designs/{made['id']}/unlock").status_code == 204
    assert colleague.post(f"/designs/{made['id']}/lock", {})["mine"] is True
