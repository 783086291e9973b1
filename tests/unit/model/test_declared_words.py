"""Everything that the grammars of the drawing accept has words in both languages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.assign_grammar import POSITIONS, ROLES, parse_assign
from engine.model.declared_words import Words, assign_words, due_words, ladder_words, remind_words
from engine.model.due_grammar import parse_due
from engine.model.ladder import PROFILES, parse_ladder
from engine.model.params import Params
from engine.model.reminder import parse_remind

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,8}", fullmatch=True)
SCOPES = st.sampled_from(["self", "superior", "top", "children", "target", "superior-or-self"]) | st.builds(
    "{}({})".format, st.sampled_from(["dept", "var"]), NAMES
)
SELECTORS = (
    st.sampled_from([f"pos:{code}" for code in POSITIONS] + [f"role:{code}" for code in ROLES])
    | st.builds("user:var({})".format, NAMES)
    | st.builds("{}:{}".format, st.sampled_from(["user", "pool", "roster"]), NAMES)
)
EXCLUDES = st.just("-coi") | st.builds("-{}({})".format, st.sampled_from(["var", "unit", "prev"]), NAMES)
ASSIGNS = st.builds(
    lambda where, who, mode, out: ";".join([f"{where}:{who}", *([mode] if mode else []), *out]),
    SCOPES,
    SELECTORS,
    st.sampled_from(["", "claim", "fixed", "least_load", "draw"]),
    st.lists(EXCLUDES, max_size=3),
) | st.builds("var({})".format, NAMES)
PARAMS = st.sampled_from(sorted(param.key for param in Params.load())) | NAMES
BASES = (
    st.sampled_from(["created", "delivered", "period.start", "period.end", "fixed(03-31)", "lastwd(02)"])
    | st.sampled_from(["lastwd(half)", "lastwd(quarter)", "lastwd(month)"])
    | st.builds("var({})".format, NAMES)
    | st.builds("param({})".format, PARAMS)
)
AMOUNTS = st.integers(0, 1000).map(str) | st.builds("var({})".format, NAMES) | st.builds("param({})".format, PARAMS)
CLOCKS = st.sampled_from(["", "@17:00", "@00:00"])
TERMS = st.builds("{}{}".format, BASES, CLOCKS) | st.builds(
    lambda base, sign, amount, unit, clock: f"{base}{sign}{amount}{unit}{clock if unit != 'nh' else ''}",
    BASES,
    st.sampled_from("+-"),
    AMOUNTS,
    st.sampled_from(["wd", "cd", "nh", "mo"]),
    CLOCKS,
)
DUES = st.recursive(
    TERMS,
    lambda inner: st.builds(
        lambda choices, clock: f"min({','.join(choices)}){clock}", st.lists(inner, min_size=2, max_size=3), CLOCKS
    ),
    max_leaves=4,
)
OFFSETS = st.just("D") | st.builds("D-{}{}".format, st.integers(1, 60), st.sampled_from(["wd", "cd"]))


@given(ASSIGNS)
def test_every_assignment_has_words(text: str) -> None:
    said(assign_words(parse_assign(text)))


@given(DUES)
def test_every_limit_has_words(text: str) -> None:
    said(due_words(parse_due(text)))


@given(st.lists(OFFSETS, max_size=4).map(" ".join) | st.sampled_from(["R3", "PER", "none", ""]))
def test_every_list_of_reminders_has_words(text: str) -> None:
    said(remind_words(parse_remind(text)))


@pytest.mark.parametrize("profile", [*PROFILES, "none", ""])
def test_every_ladder_has_words(profile: str) -> None:
    said(ladder_words(parse_ladder(profile)))


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "self:pos:LEAD_DIRECT;fixed;-var(owner)",
            "本单位·直接责任领导，直接指派，排除整改责任人",
            "own unit: Directly responsible leader, assigned outright, not the person who rectifies",
        ),
        (
            "superior:role:inspector;-prev(S1_T7)",
            "上级单位·督查员，先领取者办理，排除“核验”的办理人",
            'superior unit: Inspector, first to claim, nobody who did "Verify"',
        ),
        ("self:user:owner", "整改责任人，直接指派", "person who rectifies, assigned outright"),
        (
            "dept(dept):pos:DEPT_RESP",
            "变量 dept 所指部门的单位·责任部门负责人，直接指派",
            "unit of the department in variable dept: Head of the responsible department, assigned outright",
        ),
    ],
)
def test_an_assignment_reads_like_a_sentence(text: str, zh: str, en: str) -> None:
    nodes = {"S1_T7": Words(zh="核验", en="Verify")}
    assert assign_words(parse_assign(text), nodes) == Words(zh=zh, en=en)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("delivered+15wd", "送达后 15 个工作日", "15 working days after delivery"),
        (
            "min(delivered+var(plan_wd)wd,var(limit))",
            "以较早者为准：送达后 N 个工作日（N 取自变量 plan_wd）；整改期限",
            "the earliest of: N working days (N: variable plan_wd) after delivery; the limit of the rectification",
        ),
        (
            "period.end-5wd@17:00",
            "期间末日前 5 个工作日，当日 17:00 前",
            "5 working days before the last day of the period, by 17:00",
        ),
        ("fixed(03-31)", "每年03-31", "03-31 of the year"),
        (
            "created+param(objection_decision_wd)wd",
            "任务生成后 2 个工作日（参数“牌卡异议审定时限”，待确认）",
            "2 working days (parameter objection_decision_wd, to be confirmed) after creation of the task",
        ),
    ],
)
def test_a_limit_reads_like_a_sentence(text: str, zh: str, en: str) -> None:
    assert due_words(parse_due(text)) == Words(zh=zh, en=en)


def test_a_parameter_that_the_client_has_confirmed_is_not_marked() -> None:
    confirmed = next(param for param in Params.load() if not param.is_pending and isinstance(param.value, int))
    assert "待确认" not in due_words(parse_due(f"created+param({confirmed.key})wd")).zh


def test_reminders_and_ladder_read_like_sentences() -> None:
    assert remind_words(parse_remind("R3")).zh == "到期前3个工作日、到期当日提醒"
    assert ladder_words(parse_ladder("STD")).zh.startswith("一般升级阶梯：逾期 1 个工作日催办，逾期 3 个工作日黄牌")
    assert ladder_words(parse_ladder("URG")).zh.startswith("紧急升级阶梯：到期当日 17:00 催办")
    assert (
        ladder_words(parse_ladder("HOUR")).zh
        == "按小时升级阶梯：到时即迟报，超时 1 小时通知主要责任领导，超时 2 小时通知上级的上级"
    )


def said(words: Words) -> None:
    assert words.zh
    assert words.en
    assert not CHINESE.search(words.en)
    assert "None" not in words.zh + words.en
