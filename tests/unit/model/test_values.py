"""The values between the seams: frozen, comparable, plain by default."""

from dataclasses import FrozenInstanceError

import pytest

from engine.model.process import FlowNode, ProcessInfo
from engine.model.step import Advance, NodeEvent, Token


def test_a_flow_node_declares_nothing_by_default():
    node = FlowNode(id="S1_T5", name="实施整改", type="userTask")
    assert (node.due, node.assign, node.protected) == ("", "", False)
    with pytest.raises(FrozenInstanceError):
        node.name = "x"


def test_a_process_knows_its_nodes():
    node = FlowNode(id="S1_T5", name="实施整改", type="userTask")
    info = ProcessInfo(key="S1_RECTIFY", name="整改闭环", nodes={node.id: node})
    assert info.nodes["S1_T5"] == node
    assert info.called == ()


def test_an_advance_that_changed_nothing_is_empty_and_hides_what_scripts_printed():
    quiet = Advance(state=b"", variables={}, printed="用户101")
    assert (quiet.events, quiet.opened, quiet.ended) == ((), (), False)
    assert "用户101" not in repr(quiet)
    event = NodeEvent(node_id="S1_T5", node_type="userTask", token=Token(1), event="entered")
    assert event == NodeEvent(node_id="S1_T5", node_type="userTask", token=Token(1), event="entered")
