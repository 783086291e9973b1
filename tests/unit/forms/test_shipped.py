"""The forms that we ship: complete in both languages, and each with the rules of domain.md §3."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from forms import check_form, compile_form
from tests.form_samples import DEPARTMENT, DOCUMENT, PERSON, SHIPPED, UNIT, form_bytes, sample_values, shipped_form
from tests.unit.forms.given import FEEL, loaded, problems, rules_of

EXPECTED = [f"S1_T{n}" for n in (0, 1, 10, 2, 3, 4, 5, 6, 7, 8)]
EXPECTED += [f"P01_T{n}" for n in (1, 2, 4, "4U", 5, 6, 7)] + [f"P02_T{n}" for n in (0, 1, 2, 3, 4, 6, 7, 8)]
EXPECTED += [f"P03_T{n}" for n in (1, 3, 4, 5, 6, 7)] + [f"P06_T{n}" for n in (1, 2, 3, 4, 5, 6)] + ["P06B_T0"]
EXPECTED += [f"S2_T{n}" for n in (2, 3, 4, 5, 6)] + ["S4_T1", "S4_T2"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_all_of_them_are_there():
    assert set(EXPECTED) <= set(SHIPPED)


@pytest.mark.parametrize("key", SHIPPED)
def test_a_shipped_form_compiles_under_its_own_name(key):
    assert check_form(form_bytes(key), read=FEEL) == ()
    form = shipped_form(key)
    assert form.id == key
    assert form.guard == ("refuse" if key.startswith(("S1", "P05", "P08")) else "warn")
    assert {"opinion", "attachments"} <= set(form.data_keys)


@pytest.mark.parametrize("key", SHIPPED)
def test_a_shipped_form_is_complete_in_both_languages(key):
    form = shipped_form(key)
    fields = [*form.fields, *(column for field in form.fields for column in field.columns)]
    labels = [
        form.title,
        *(field.label for field in fields),
        *(option.label for field in fields for option in field.options),
    ]
    labels += [field.description for field in fields if field.description.zh]
    assert all(CHINESE.search(label.zh) for label in labels)
    assert all(label.en and not CHINESE.search(label.en) for label in labels)


def without_conditions(node):
    """What hides is written another way for the browser (test_browser.py)."""
    below = [without_conditions(one) for one in node.get("components", ())]
    return {name: value for name, value in node.items() if name != "conditional"} | {"components": below}


@pytest.mark.parametrize("key", SHIPPED)
def test_the_english_document_shows_no_chinese(key):
    def shown(node):
        for name, value in node.items():
            if name in {"label", "dateLabel", "timeLabel", "description", "text"} and isinstance(value, str):
                yield value
            if name in {"components", "values"}:
                for below in value:
                    yield from shown(below)

    english = shipped_form(key).document("en")
    assert not [text for text in shown(english) if CHINESE.search(text)]
    assert without_conditions(shipped_form(key).document("zh")) == without_conditions(json.loads(form_bytes(key)))
    compile_form(english, read=FEEL)


@pytest.mark.parametrize("key", SHIPPED)
def test_rows_of_the_layout_fill_sixteen_columns(key):
    def rows(components):
        found = {}
        for component in components:
            layout = component.get("layout")
            if layout:
                found[layout["row"]] = found.get(layout["row"], 0) + layout["columns"]
            found |= rows(component.get("components", []))
        return found

    assert set(rows(json.loads(form_bytes(key))["components"]).values()) <= {16}


@pytest.mark.parametrize("key", SHIPPED)
def test_the_sample_values_pass(key):
    form = shipped_form(key)
    clean = loaded(form, sample_values(key))
    assert set(form.process_values(clean)) <= set(form.process_keys)
    json.dumps(form.process_values(clean))


@pytest.mark.parametrize("key", SHIPPED)
def test_an_empty_form_asks_for_every_required_field(key):
    form = shipped_form(key)
    wanted = {field.key for field in form.fields if field.required and not field.hidden_if}
    assert wanted <= {problem.path for problem in problems(form, {})}


PROCESS_KEYS = {
    "P01_T1": ("rows",),
    "P01_T2": ("list_decision",),
    "P01_T4U": ("uploaded",),
    "P01_T5": ("counter",),
    "P01_T6": ("read_confirm",),
    "P02_T1": ("planned_date",),
    "P02_T2": ("people",),
    "P02_T3": ("problems",),
    "P02_T4": ("meeting_date",),
    "P02_T7": ("check_result",),
    "P05_T0": ("title", "kind", "window_from", "window_to"),
    "P05_T1": ("kind", "team_size", "topics", "window_from", "window_to"),
    "P05_T4": ("checkin_time", "staff_due", "staff_on_duty", "findings", "good_practice"),
    "P05_T5": ("replies",),
    "P05_T6": ("decisions",),
    "P05_T8": ("bulletin_title", "scope", "anonymise"),
    "P04_T3": ("check_decision",),
    "P04_T4": ("sign_decision",),
    "P04_T5": ("result", "good_practice", "untrue"),
    "P04_T6": ("talk_decision",),
    "P04B_T2": ("meeting_date", "attendees", "good", "fair", "ordinary", "poor"),
    "P04B_T5": ("talk_decision",),
    "S5_T0": ("title", "category", "discovered", "unit", "when_known"),
    "S5_T1": ("phone_at",),
    "S5_T2": ("urgent", "ongoing"),
    "S5_T3": ("sign_decision",),
    "S5_T4": ("forward", "clue"),
    "S5_T6": ("status",),
    "S1_T0": ("title", "unit", "dept", "source", "nature", "spread", "public_impact"),
    "S1_T1": ("severity", "plan_wd", "limit_wd", "stage_wd"),
    "S1_T2": ("severity", "plan_wd", "limit_wd", "stage_wd"),
    "S1_T3": ("owner_decision", "owner_dept", "owner", "owner_post"),
    "S1_T6": ("unit_decision",),
    "S1_T7": ("result",),
    "S1_T10": ("effect",),
    "S2_T4": ("decision", "new_date"),
    "S2_T5": ("decision",),
    "S2_T6": ("decision", "reason"),
    "S4_T1": ("decision",),
    "P03_T1": ("sessions",),
    "P03_T3": ("held_on",),
    "P03_T4": ("rows",),
    "P03_T5": ("make_up", "made_up_on", "exempt_reason"),
    "P03_T7": ("add_session", "added_title", "added_by"),
    "P06_T2": ("studied_on", "eligible", "present"),
    "P06_T3": ("lecturer", "lectured_on"),
    "P06_T4": ("absentees",),
    "P06_T5": ("bulletin_studied_on",),
    "P06_T6": ("verify_result",),
    "P06B_T0": ("branch", "entry_on", "tagged"),
    "S4_T2": ("decision",),
}


@pytest.mark.parametrize("key", SHIPPED)
def test_only_what_gateways_and_services_need_goes_into_the_process(key):
    assert shipped_form(key).process_keys == PROCESS_KEYS.get(key, ())


@pytest.mark.parametrize(
    ("key", "field", "code"),
    [
        ("S1_T3", "owner_decision", "申请退回"),
        ("S1_T6", "unit_decision", "退回"),
        ("S1_T7", "result", "退回"),
        ("S4_T1", "decision", "退回"),
        ("S4_T1", "decision", "不同意"),
        ("S4_T2", "decision", "不同意"),
    ],
)
def test_who_returns_or_refuses_gives_reasons(key, field, code):
    form = shipped_form(key)
    values = sample_values(form, **{field: code})
    assert rules_of(form, values) == [("opinion", "rule")]
    clean = loaded(form, values | {"opinion": "佐证材料不足，请补充。"})
    assert form.outcome(clean) == code
    assert rules_of(form, values | {"opinion": "长" * 501}) == [("opinion", "maxLength")]


def test_a_problem_is_registered_with_facts_of_thirty_to_two_thousand_characters():
    form = shipped_form("S1_T0")
    values = sample_values(form)
    assert rules_of(form, values | {"facts": "太短"}) == [("facts", "minLength")]
    assert rules_of(form, values | {"facts": "长" * 2001}) == [("facts", "maxLength")]
    assert form.process_values(loaded(form, values)) == {
        "title": values["title"],
        "unit": UNIT,
        "dept": DEPARTMENT,
        "source": "专题研究",
        "nature": "制度不落实",
        "spread": "部门",
        "public_impact": False,
    }
    assert rules_of(form, values | {"dept": "532503-FY-01"}) == [("dept", "reference")]


def test_an_override_keeps_plan_and_stages_within_the_limit():
    form = shipped_form("S1_T1")
    values = sample_values(form, plan_wd=16, stage_wd=20)
    found = problems(form, values)
    assert [problem.path for problem in found] == ["plan_wd", "stage_wd"]
    assert found[0].zh == "制定措施期限不得长于整改期限（15 个工作日）。"


def test_a_notice_goes_out_as_graded_or_with_an_override_and_its_reason():
    form = shipped_form("S1_T2")
    assert form.process_values(loaded(form, {"confirm": True})) == {}
    assert form.process_values(loaded(form, {"confirm": True, "severity": "A"})) == {}
    assert [path for path, _ in rules_of(form, {"confirm": True, "regrade": True})] == [
        "severity", "plan_wd", "limit_wd", "stage_wd", "grade_reason",
    ]  # fmt: skip
    override = {"severity": "C", "plan_wd": 2, "limit_wd": 30, "stage_wd": 10}
    clean = loaded(form, {"confirm": True, "regrade": True, "grade_reason": "影响面大"} | override)
    assert form.process_values(clean) == override


def test_an_owner_is_named_from_the_own_unit():
    form = shipped_form("S1_T3")
    assert rules_of(form, sample_values(form), unit="532503-FY") == [
        ("owner_dept", "reference"),
        ("owner", "reference"),
    ]


def test_a_unit_may_refuse_a_problem_once():
    form = shipped_form("S1_T3")
    values = {"owner_decision": "申请退回", "opinion": "不属本单位职责", "owner": "u101"}
    assert loaded(form, values) == {"owner_decision": "申请退回", "opinion": "不属本单位职责"}
    assert rules_of(form, values, case={"reject_count": 1}) == [("owner_decision", "rule")]


def test_measures_end_within_the_limit_and_not_in_the_past():
    form = shipped_form("S1_T4")
    row = {"what": "修订交接班登记表", "who": PERSON}
    rows = [row | {"by": "2026-03-23"}, row | {"by": "2026-03-24"}, row | {"by": "2026-03-04"}, {"by": "2026-03-06"}]
    found = problems(form, sample_values(form, measures=rows))
    assert [(problem.path, problem.zh) for problem in found] == [
        ("measures.3.what", "请填写“措施内容”。"),
        ("measures.3.who", "请选择“责任人”。"),
        ("measures.2.by", "“完成时限”不得早于 2026-03-05。"),
        ("measures.1.by", "“完成时限”不得晚于 2026-03-23。"),
    ]
    assert rules_of(form, sample_values(form, measures=[])) == [("measures", "minRows")]


def test_progress_lies_between_delivery_and_today():
    form = shipped_form("S1_T5")
    rows = [{"on": day, "what": "已修订"} for day in ("2026-03-01", "2026-03-02", "2026-03-05", "2026-03-06")]
    assert rules_of(form, sample_values(form, progress=rows)) == [("progress.0.on", "date"), ("progress.3.on", "date")]


def test_grave_problems_are_verified_on_site_by_two():
    form = shipped_form("S1_T7")
    grave = {"case": {"severity": "D"}}
    assert rules_of(form, sample_values(form), **grave) == [("verifiers", "rule")]
    assert rules_of(form, sample_values(form, on_site=True, verifiers=["u101"]), **grave) == [("verifiers", "rule")]
    assert rules_of(form, sample_values(form, verifiers=["u101", "u102"]), **grave) == [("verifiers", "rule")]
    assert loaded(form, sample_values(form, on_site=True, verifiers=["u101", "u102"]), **grave)
    assert loaded(form, sample_values(form), case={"severity": "C"})


def test_a_promised_date_does_not_lie_in_the_past():
    form = shipped_form("S2_T2")
    assert rules_of(form, sample_values(form, new_date="2026-03-04")) == [("new_date", "date")]
    assert loaded(form, sample_values(form, new_date="2026-03-05"))["new_date"] == date(2026, 3, 5)


def test_a_final_date_is_needed_for_that_decision_only_and_lies_ahead():
    form = shipped_form("S2_T4")
    assert rules_of(form, {"decision": "限期办结"}) == [("new_date", "required")]
    assert rules_of(form, {"decision": "限期办结", "new_date": "2026-03-05"}) == [("new_date", "rule")]
    assert rules_of(form, {"decision": "限期办结", "new_date": "2026-03-04"}) == [("new_date", "date")]
    assert loaded(form, {"decision": "约谈", "new_date": "2026-03-05"}) == {"decision": "约谈"}
    clean = loaded(form, {"decision": "限期办结", "new_date": "2026-03-06"})
    assert form.process_values(clean) == {"decision": "限期办结", "new_date": "2026-03-06"}


@pytest.mark.parametrize("key", ["S2_T5", "S2_T6"])
def test_decisions_on_proposals_and_objections_have_reasons(key):
    form = shipped_form(key)
    assert rules_of(form, sample_values(form, reason=" ")) == [("reason", "required")]


def meeting(**changes):
    votes = [{"member": person, "vote": "同意"} for person in ("u101", "u102", "u103")]
    return sample_values("S4_T2", votes=votes, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"recused": ["u102"]}, [("votes.1.member", "rule")]),
        ({"attended": 2}, [("attended", "min")]),
        ({"attended": 4}, [("votes", "rule")]),
        ({"due_attend": 7}, [("attended", "rule")]),
        ({"due_attend": 6}, []),
        ({"due_attend": 3, "attended": 4}, [("attended", "rule"), ("votes", "rule")]),
        ({"held_on": "2026-03-06"}, [("held_on", "date")]),
        ({"minutes": []}, [("minutes", "required")]),
    ],
)
def test_a_meeting_has_quorum_minutes_and_one_vote_for_each_member(changes, expected):
    assert rules_of(shipped_form("S4_T2"), meeting(**changes)) == expected


def test_nobody_votes_twice():
    votes = [{"member": person, "vote": "弃权"} for person in ("u101", "u102", "u101")]
    assert rules_of(shipped_form("S4_T2"), sample_values("S4_T2", votes=votes)) == [("votes.2.member", "unique")]


def test_what_the_guard_reads_and_which_documents_a_form_names():
    form = shipped_form("S4_T2")
    clean = loaded(form, meeting(opinion="按期办理", attachments=[DOCUMENT]))
    assert list(form.texts(clean)) == [("opinion", "按期办理")]
    assert form.file_values(clean) == (DOCUMENT,)
    plan = shipped_form("S1_T4")
    texts = dict(plan.texts(loaded(plan, sample_values(plan))))
    assert set(texts) == {"root_cause", "measures.0.what"}
    assert plan.outcome(loaded(plan, sample_values(plan))) == ""
