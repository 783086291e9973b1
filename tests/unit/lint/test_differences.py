"""Two drawings compared in words, on the shipped diagrams with edits."""

from __future__ import annotations

import re

import pytest

from engine.commands.builtin import builtin_files
from engine.lint.differences import Difference, differences

S1 = builtin_files()["S1_RECTIFY.bpmn"]


def found(new: bytes, old: bytes = S1) -> dict[str, Difference]:
    return {difference.id: difference for difference in differences(old, new).elements}


@pytest.mark.parametrize("name", ["S1_RECTIFY.bpmn", "S2_LADDER.bpmn", "S4_APPROVE.bpmn"])
def test_a_drawing_is_no_different_from_itself_however_it_is_written(name: str) -> None:
    text = builtin_files()[name]
    again = (
        re.sub(rb">\s+<", b"><", text)
        .replace(b"<bpmn:", b"<b:")
        .replace(b"</bpmn:", b"</b:")
        .replace(b"xmlns:bpmn=", b"xmlns:b=")
    )
    compared = differences(text, again)
    assert compared.elements == ()
    assert compared.summary[0].zh == "内容一致，没有差异。"


def test_a_changed_limit_is_told_with_both_limits() -> None:
    compared = differences(
        S1, S1.replace(b'cx:form="S1_T7" cx:due="created+5wd"', b'cx:form="S1_T7" cx:due="created+7wd"')
    )
    (one,) = compared.elements
    assert (one.id, one.change) == ("S1_T7", "changed")
    assert one.words[0].zh == "时限由“任务生成后 5 个工作日”改为“任务生成后 7 个工作日”"
    assert compared.summary[1].zh == "“核验”时限由“任务生成后 5 个工作日”改为“任务生成后 7 个工作日”。"
    assert compared.summary[1].en == (
        '"Verify": limit changed from "5 working days after creation of the task"'
        ' to "7 working days after creation of the task".'
    )


@pytest.mark.parametrize(
    ("old", "new", "id_", "zh"),
    [
        (
            'cx:assign="self:user:owner;fixed"',
            'cx:assign="self:pos:PERSON_RESP"',
            "LANE_OWNER",
            "办理人由“整改责任人，直接指派”改为“本单位·具体责任人，直接指派”",
        ),
        ('cx:form="S1_T4" ', "", "S1_T4", "取消表单（原为 S1_T4）"),
        ('id="S1_T4" ', 'id="S1_T4" cx:protected="true" ', "S1_T4", "设定保护环节：是"),
        ('name="核验" cx:name-en', 'name="现场核验" cx:name-en', "S1_T7", "名称由“核验”改为“现场核验”"),
        ("service:close_problem", "service:draw_sample", "CLOSE", "服务由“销号”改为“核验抽查”"),
        (
            'default="F_GW_UNIT_DRAW"',
            'default="F_GW_UNIT_EV_REWORK"',
            "GW_UNIT",
            "默认流向由“同意”改为“退回”",
        ),
    ],
)
def test_what_changed_is_said(old: str, new: str, id_: str, zh: str) -> None:
    edited = S1.replace(old.encode(), new.encode(), 1)
    assert [words.zh for words in found(edited)[id_].words] == [zh]


def test_long_texts_are_not_quoted() -> None:
    edited = S1.replace(b"Progress log;", b"Progress diary;", 1)
    assert [words.zh for words in found(edited)["S1_T5"].words] == ["说明有修改"]


def test_new_and_removed_elements_are_named_with_what_stands_on_them() -> None:
    edited = S1.replace(
        b"</bpmn:process>",
        '<bpmn:userTask id="NEW" name="复核" cx:form="S1_T6" cx:due="created+2wd" /></bpmn:process>'.encode(),
    )
    (one,) = found(edited).values()
    assert (one.change, [words.zh for words in one.words]) == (
        "added",
        ["新增用户任务", "表单：S1_T6", "时限：任务生成后 2 个工作日"],
    )
    (gone,) = found(S1, edited).values()
    assert (gone.change, gone.words[0].zh, gone.name.zh) == ("removed", "删除用户任务", "复核")


def test_a_flow_without_a_name_is_called_by_its_ends() -> None:
    edited = S1.replace(b'id="F_S1_T5_S1_T6" ', b'id="F_S1_T5_S1_T6" cx:state="x" ')
    (flow,) = found(edited).values()
    assert flow.name.zh == "实施整改 → 单位审核"


def test_what_only_stands_elsewhere_is_moved() -> None:
    edited = re.sub(rb'(bpmnElement="S1_T7"[^>]*>\s*<dc:Bounds x=")(\d+)', rb"\g<1>1\2", S1, count=1)
    compared = differences(S1, edited)
    assert [(one.id, one.change) for one in compared.elements] == [("S1_T7", "moved")]
    assert len(compared.summary) == 1


def test_a_changed_lane_condition_script_and_foreign_content_are_noticed() -> None:
    edited = re.sub(rb"(<bpmn:conditionExpression[^>]*>)[^<]*", rb"\g<1>1 == 2", S1, count=1)
    (flow,) = found(edited).values()
    assert flow.words[0].zh.startswith("条件由“")
    moved = S1.replace(b"<bpmn:flowNodeRef>S1_T4</bpmn:flowNodeRef>", b"", 1)
    assert [words.zh for words in found(moved)["S1_T4"].words] == ["取消泳道（原为 整改责任人）"]
    foreign = S1.replace(b'<bpmn:userTask id="S1_T4"', b'<bpmn:userTask xmlns:o="urn:o" o:x="1" id="S1_T4"')
    assert [words.zh for words in found(foreign)["S1_T4"].words] == ["其他内容有修改"]


def test_what_no_grammar_reads_stays_as_it_is_written() -> None:
    edited = S1.replace(b'cx:due="created+1wd"', b'cx:due="soon"', 1)
    (one,) = found(edited).values()
    assert "改为“soon”" in one.words[0].zh
