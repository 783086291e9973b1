"""Decisions through REST: published in bundles, measured by their cases, pinned by processes, checked and tried out."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.integration.api.conftest import Caller, Sign, file_part, register
from tests.integration.api.test_definitions import FORM, PLAIN, propose
from tests.unit.decisions.dmn.drawn import an_input, decision, definitions, literal, table
from tests.unit.lint.drawings import a_process, a_task

SHIPPED = "D1_SEVERITY"
RULE = '<businessRuleTask id="R1" name="判定" cx:decision="d_{}" {}/>'


@pytest.fixture
def analyst(sign_in: Sign) -> Caller:
    return sign_in("u901")


@pytest.fixture
def colleague(sign_in: Sign) -> Caller:
    return sign_in("u902")


def a_model(key: str, *rules: str, inputs: str = "x", type_: str = "number", **options: str) -> bytes:
    parts = (an_input(inputs, type_), decision(key, table(rules, **options), inputs=inputs))
    return definitions(*parts, namespace=f"urn:test:{key}")


def cases(key: str, *told: tuple[object, object]) -> bytes:
    found = [{"name": f"case {x}", "inputs": {"x": x}, "expect": expected} for x, expected in told]
    return json.dumps({"decision": f"d_{key}", "cases": found}).encode()


def asking(key: str, asked: str, more: str = "") -> dict[str, bytes]:
    """A process that asks a decision, then gives a person something to do."""
    return {f"{key}.bpmn": a_process(RULE.format(asked, more) + a_task(PLAIN), key=key), "F_DO.json": FORM}


def begin(caller: Caller, key: str, **variables: object) -> str:
    began = caller.post(f"/process-definitions/{key}/instances", {"variables": variables}, status=201)
    return str(began["id"])


def decided(caller: Caller, instance_id: str) -> dict[str, Any]:
    items = caller.get(f"/instances/{instance_id}/history?all=true")["items"]
    return dict(next(item["body"] for item in items if item["event"] == "decided"))


def test_a_case_keeps_the_version_of_its_process_while_a_new_one_is_published(analyst: Caller, sign_in: Sign) -> None:
    officer = sign_in("u101")
    files = {"KEEP.dmn": a_model("KEEP", "- => 1", outputs="level"), **asking("KEEPS", "KEEP")}
    propose(analyst, files, auto_confirm="true")
    propose(analyst, {"KEEP.dmn": a_model("KEEP", "- => 2", outputs="level")}, auto_confirm="true")

    kept = begin(officer, "KEEPS", x=1)
    assert decided(officer, kept)["version"] == 1
    assert officer.get(f"/instances/{kept}/variables")["variables"]["level"] == 1

    propose(analyst, asking("KEEPS", "KEEP"), auto_confirm="true")
    fresh = begin(officer, "KEEPS", x=1)
    assert (decided(officer, fresh)["version"], decided(officer, kept)["version"]) == (2, 1)
    shown = analyst.get("/decisions/d_KEEP")
    assert [(one["version"], one["state"]) for one in shown["versions"]] == [(2, "current"), (1, "superseded")]
    assert [(one["key"], one["version"], one["decision_version"]) for one in shown["used_by"]] == [("KEEPS", 2, 2)]


def test_in_whatever_order_things_are_published_every_case_gets_the_answers_of_its_process(
    analyst: Caller, sign_in: Sign
) -> None:
    """Decisions, processes, starts and second questions in random order."""
    seed = random.randrange(1_000_000)  # noqa: S311 - printed, so that it can be repeated
    print("SEED", seed)
    chance, officer = random.Random(seed), sign_in("u101")  # noqa: S311 - repeatable
    again = '<businessRuleTask id="R2" name="再判定" cx:decision="d_MIXED" cx:result="second"/>'
    drawing = a_process(RULE.format("MIXED", "") + a_task(PLAIN) + again + a_task(PLAIN).replace("T1", "T2"), key="MIX")
    level, pinned = 0, 0
    waiting: list[tuple[str, int]] = []
    for turn in range(16):
        action = "decision" if turn == 0 else "process" if turn == 1 else chance.choice(("decision", "process", *"sss"))
        if action == "decision":
            level += 1
            propose(analyst, {"MIXED.dmn": a_model("MIXED", f"- => {level}", outputs="level")}, auto_confirm="true")
        elif action == "process":
            propose(analyst, {"MIX.bpmn": drawing, "F_DO.json": FORM}, auto_confirm="true")
            pinned = level
        else:
            waiting.append((begin(officer, "MIX", x=1), pinned))
    assert waiting
    for case_id, expected in waiting:
        officer.do("T1", {}, instance_id=case_id)
        found = officer.get(f"/instances/{case_id}/variables")["variables"]
        assert (found["level"], found["second"]) == (expected, expected), seed


def test_a_decision_alone_waits_for_another_analyst(analyst: Caller, colleague: Caller) -> None:
    made = propose(analyst, {"ALONE.dmn": a_model("ALONE", "- => 1")})
    assert [(one["key"], one["version"], one["state"]) for one in made["decisions"]] == [("d_ALONE", 1, "proposed")]
    assert made["definitions"] == []
    assert "d_ALONE" not in {one["id"] for one in analyst.get("/designs/library")["decisions"]}
    refused = propose(analyst, asking("TOO_EARLY", "ALONE"), status=422)
    assert {problem["rule"] for problem in refused["problems"]} >= {"CX-16"}
    analyst.post(f"/deployments/{made['id']}/confirm", status=403)
    confirmed = colleague.post(f"/deployments/{made['id']}/confirm")
    assert [one["state"] for one in confirmed["decisions"]] == ["current"]
    assert "d_ALONE" in {one["key"] for one in analyst.get("/decisions")["items"]}


def test_a_failing_case_keeps_a_model_from_being_published_and_is_named(analyst: Caller) -> None:
    files = {"FAILS.dmn": a_model("FAILS", "< 10 => 1", ">= 10 => 2"), "FAILS.dmn.tests.json": cases("FAILS", (10, 1))}
    refused = propose(analyst, files, status=422)
    (problem,) = [problem for problem in refused["problems"] if problem["rule"] == "DMN-32"]
    assert (problem["file"], problem["element_id"]) == ("FAILS.dmn.tests.json", "d_FAILS")
    assert problem["zh"].startswith("用例“case 10”未通过：应为 1，得到 2")
    analyst.get("/decisions/d_FAILS", status=404)


def test_the_cases_of_the_last_version_measure_the_next_one(analyst: Caller) -> None:
    first = {"MORE.dmn": a_model("MORE", "< 10 => 1", ">= 10 => 2"), "MORE.dmn.tests.json": cases("MORE", (10, 2))}
    propose(analyst, first, auto_confirm="true")
    changed = a_model("MORE", "<= 10 => 1", "> 10 => 2")
    assert propose(analyst, {"MORE.dmn": changed}, status=422)["problems"][0]["rule"] == "DMN-32"
    made = propose(analyst, {"MORE.dmn": changed, "MORE.dmn.tests.json": cases("MORE", (10, 1))}, auto_confirm="true")
    (version,) = made["decisions"]
    assert analyst.get(f"/decisions/{version['id']}/tests")["cases"][0]["expect"] == 1
    assert version["version"] == 2


def test_a_model_is_published_with_the_one_in_force_that_it_imports(analyst: Caller, sign_in: Sign) -> None:
    base = definitions(an_input("x", "number"), decision("BASE", literal("x + 1"), inputs="x"), namespace="urn:t:base")
    propose(analyst, {"BASE.dmn": base}, auto_confirm="true")
    imported = '<import name="base" namespace="urn:t:base" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    use = definitions(
        imported, decision("USE", literal("base.BASE * 2"), decisions="urn:t:base#d_BASE"), namespace="urn:t:use"
    )
    made = propose(analyst, {"USE.dmn": use, **asking("USES", "USE")}, auto_confirm="true")
    assert analyst.get(f"/deployments/{made['id']}")["files"] == ["BASE.dmn", "F_DO.json", "USE.dmn", "USES.bpmn"]
    assert [one["key"] for one in made["decisions"]] == ["d_USE"]
    officer = sign_in("u101")
    assert decided(officer, begin(officer, "USES", x=2))["outputs"] == {"USE": 6}


@pytest.mark.parametrize(
    ("key", "shape", "rules", "policy", "expected"),
    [
        ("ENTRY", "", ["- => 1"], "UNIQUE", 1),
        ("RESULT", "singleResult", ["- => 1"], "UNIQUE", {"level": 1}),
        ("LIST", "resultList", ["- => 1", "- => 2"], "RULE ORDER", [{"level": 1}, {"level": 2}]),
    ],
)
def test_a_result_goes_into_the_variable_that_the_drawing_names(
    analyst: Caller, sign_in: Sign, key: str, shape: str, rules: list[str], policy: str, expected: object
) -> None:
    more = f'cx:result="answer" cx:result-shape="{shape}"' if shape else 'cx:result="answer"'
    model = a_model(key, *rules, policy=policy, outputs="level")
    propose(analyst, {f"{key}.dmn": model, **asking(f"P_{key}", key, more)}, auto_confirm="true")
    officer = sign_in("u101")
    assert officer.get(f"/instances/{begin(officer, f'P_{key}', x=1)}/variables")["variables"]["answer"] == expected


def test_what_was_asked_and_which_row_answered_is_kept_in_words_but_no_text_that_somebody_typed(
    analyst: Caller, sign_in: Sign
) -> None:
    model = definitions(
        an_input("x", "number"),
        an_input("note", "string"),
        decision("TOLD", table(["> 5 | - => 1"], inputs="x, note", outputs="level"), inputs="x, note"),
        namespace="urn:test:TOLD",
    )
    propose(analyst, {"TOLD.dmn": model, **asking("TELLS", "TOLD")}, auto_confirm="true")
    officer = sign_in("u101")
    body = decided(officer, begin(officer, "TELLS", x=7, note="逐字写下的内容"))
    assert body["inputs"] == {"x": 7, "note": {"characters": 7}}
    assert (body["matched"], body["outputs"]) == ([1], {"level": 1})
    assert body["zh"] == "TOLD 第1行：x > 5 → level 1。"


def test_a_wrong_input_is_told_to_whoever_starts_the_case(inspector: Caller) -> None:
    refused = inspector.post(
        "/process-definitions/S1_RECTIFY/instances",
        {"variables": {"title": "t", "unit": "532503-GA", "nature": "别的", "spread": "个人", "public_impact": False}},
        status=422,
    )
    assert refused["code"] in {"input_rejected", "form_rejected"}


def test_the_case_page_tells_the_row_in_words(inspector: Caller) -> None:
    body = decided(inspector, str(register(inspector)["id"]))
    assert (body["decision"], body["version"]) == (SHIPPED, 1)
    assert body["zh"].startswith("D1 第")
    assert body["inputs"]["nature"] == "制度不落实"


def test_the_model_comes_back_byte_for_byte(analyst: Caller, inspector: Caller) -> None:
    data = a_model("BYTES", "- => 1").replace(b"><", b">\r\n<") + b"<!-- end -->\r\n"
    (version,) = propose(analyst, {"BYTES.dmn": data}, auto_confirm="true")["decisions"]
    answer = inspector.call("GET", f"/decisions/{version['id']}/xml")
    assert (answer.data, answer.mimetype) == (data, "application/xml")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    inspector.get(f"/decisions/{version['id']}/tests", status=404)


def test_a_check_tells_problems_and_cases_and_publishes_nothing(analyst: Caller, inspector: Caller) -> None:
    text = a_model("LOOK", "< 10 => 1", "> 10 => 2").decode()
    body = {"xml": text, "tests": cases("LOOK", (3, 1), (11, 1)).decode(), "file": "LOOK.dmn"}
    found = analyst.post("/decisions/check", body)
    assert (found["publishable"], found["decisions"]) == (False, ["d_LOOK"])
    assert {problem["rule"] for problem in found["problems"]} == {"DMN-23", "DMN-32"}
    assert [(case["name"], case["passed"], case["got"], case["rules"]) for case in found["cases"]] == [
        ("case 3", True, 1, [1]),
        ("case 11", False, 2, [2]),
    ]
    assert all(problem["remedy"] for problem in found["problems"])
    inspector.post("/decisions/check", body, status=403)
    parts = {"files": [file_part("LOOK.dmn", text.encode())]}
    assert analyst.upload("/decisions/check", parts, status=200)["publishable"] is True
    analyst.get("/decisions/d_LOOK", status=404)


def test_a_dry_run_of_a_version_tells_rows_reasons_and_wrong_inputs(analyst: Caller, inspector: Caller) -> None:
    version = analyst.get(f"/decisions/{SHIPPED}")["versions"][0]
    inputs = {"nature": "作风细节", "spread": "个人", "repeats_12m": 0, "public_impact": False}
    found = analyst.post(f"/decisions/{version['id']}/evaluate", {"inputs": inputs})
    assert (found["outputs"]["severity"], found["matched"], found["rule_ids"]) == ("A", [5], ["D1_R5"])
    assert found["words"].startswith("D1 第5行：")
    assert (found["wrong_inputs"], found["reasons"]) == ([], [])
    wrong = analyst.post(f"/decisions/{version['id']}/evaluate", {"inputs": inputs | {"nature": "别的"}})
    assert [one["input"] for one in wrong["wrong_inputs"]] == ["nature"]
    assert (wrong["value"], len(wrong["reasons"])) == (None, 1)
    inspector.post(f"/decisions/{version['id']}/evaluate", {"inputs": inputs}, status=403)


def test_a_dry_run_of_an_unpublished_text(analyst: Caller) -> None:
    text = a_model("TRY", "< 10 => 1", ">= 10 => 2").decode()
    found = analyst.post("/decisions/evaluate", {"xml": text, "inputs": {"x": 12}})
    assert (found["value"], found["matched"]) == (2, [2])
    assert analyst.post("/decisions/evaluate", {"xml": text, "decision": "nothing"}, status=404)["code"]
    broken = analyst.post("/decisions/evaluate", {"xml": text.replace("&lt; 10", "&lt;")}, status=422)
    assert broken["problems"][0]["rule"] == "DMN-10"


def test_what_a_decision_reads_is_shown_with_its_types_and_allowed_values(inspector: Caller) -> None:
    shown = inspector.get(f"/decisions/{SHIPPED}")
    assert [one["name"] for one in shown["inputs"]] == ["nature", "spread", "repeats_12m", "public_impact"]
    assert shown["inputs"][1]["allowed"] == ['"个人", "部门", "单位"']
    assert "S1_RECTIFY" in {one["key"] for one in shown["used_by"]}
    inspector.get("/decisions/nothing", status=404)
