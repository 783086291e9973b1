"""Why a case cannot go to another version, and what is wrong with a node map, in sentences: for pages and for REST."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from engine.model.migration import MapProblem, Obstacle
from engine.model.process import FlowNode
from webui.pages.words import say

Nodes = Mapping[str, FlowNode]


def node_name(nodes: Nodes, node_id: str) -> str:
    """The name on the drawing, else the id."""
    node = nodes.get(node_id)
    return (say(node.name, node.name_en) if node is not None else "") or node_id


def obstacle_words(why: Obstacle, old: Nodes, new: Nodes) -> str:
    """The reason with the place and what can be done about it."""
    place, other = node_name(old, why.node_id), node_name(new, why.other)
    words = {
        "node_gone": gettext(
            "“%(place)s”在新版本中没有对应环节。请在对照表中指定，或等事项离开该环节后再迁移。", place=place
        ),
        "kind_changed": gettext("“%(place)s”在新版本中换成了另一类元素，正在办理的工作不能转过去。", place=place),
        "nesting_changed": gettext("“%(place)s”移入或移出了子流程或多实例，请等事项离开该环节后再迁移。", place=place),
        "trigger_changed": gettext("“%(place)s”等待的事件类型变了，请等事件发生后再迁移。", place=place),
        "join_changed": gettext("事项在汇合点“%(place)s”等待，新版本汇入的分支不同，请等汇合后再迁移。", place=place),
        "place_unreachable": gettext(
            "按新版本办理时，不会只停在“%(place)s”及当前各并行环节，迁移后会漏办或重办。请等并行部分办完后再迁移。",
            place=place,
        ),
        "too_many_places": gettext("新版本并行分支过多，无法逐一核对“%(place)s”能否衔接。", place=place),
        "protected_passed": gettext(
            "新版本在“%(place)s”之前有受保护环节“%(other)s”，本事项没有经过，不得跳过。", place=place, other=other
        ),
        "cannot_arm": gettext("新版本中“%(place)s”的时间或条件不能计算，请分析员修改后再迁移。", place=other or place),
        "undoing": gettext("事项正在撤销已办结的工作（补偿），请等撤销完成后再迁移。"),
        "state_unreadable": gettext("事项的运行数据无法读取，请先处理异常。"),
        "new_timer_while_suspended": gettext(
            "事项已暂停，新版本要开始“%(other)s”的计时。请恢复后再迁移。", other=other
        ),
        "not_on_version": gettext("事项已办结，或已不在原版本上。"),
        "moved_since": gettext("迁移后事项已继续办理，或已超过可撤回的期限，不能撤回。"),
        "unexpected": gettext("系统出现异常，已记录，请查看运行日志。"),
    }
    return str(words[why.code])


def problem_words(found: MapProblem, old: Nodes, new: Nodes) -> str:
    """What is wrong with the map as a whole."""
    place, other = node_name(old, found.node_id), node_name(new, found.other)
    words = {
        "protected_unmapped": gettext("受保护环节“%(place)s”必须对应新版本中的一个受保护环节。", place=place),
        "unknown_node": gettext("“%(place)s”和“%(other)s”中有一个不在图上。", place=place, other=other),
        "mapped_twice": gettext("有两个环节都对应到“%(other)s”，请只保留一个。", other=other),
        "kind_changed": gettext("“%(place)s”和“%(other)s”不是同一类元素，不能对应。", place=place, other=other),
    }
    return str(words[found.code])
