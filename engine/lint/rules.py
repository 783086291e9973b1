"""Every rule of the checks before publishing: how severe it is and what it asks for, in one line each.

Ids are never used again. Where a rule speaks with two severities, the sterner one stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold."""

    severity: Severity
    zh: str
    en: str


RULES: Mapping[str, Rule] = {
    "XML-01": Rule("error", "文件是格式正确的 XML", "The file is well-formed XML"),
    "XML-02": Rule("error", "文件不超过 5 MB", "The file has at most 5 MB"),
    "XML-03": Rule("error", "文件没有 DOCTYPE 声明", "The file has no DOCTYPE"),
    "XML-04": Rule("error", "文件的编码受支持", "The encoding of the file is supported"),
    "XML-05": Rule("error", "文件的字节符合所声明的编码", "The bytes of the file fit its encoding"),
    "XML-06": Rule("error", "嵌套不过深，内容不膨胀", "Nothing is nested too deep or grows without end"),
    "XML-07": Rule("error", "元素不超过 20,000 个", "The file has at most 20,000 elements"),
    "XML-08": Rule("error", "每个元素的属性不超过 64 个", "No element has more than 64 attributes"),
    "XML-09": Rule("error", "编号在文件中唯一", "Ids are unique in the file"),
    "XML-10": Rule("error", "名称和文字中没有看不见的控制字符", "Names and texts hold no unseen control characters"),
    "XSD-01": Rule("error", "元素按标准的次序和位置书写", "Elements stand where the standard has them"),
    "XSD-02": Rule("error", "必需的子元素齐全", "Required child elements are there"),
    "XSD-03": Rule("error", "属性是标准所允许的", "Attributes are those of the standard"),
    "XSD-04": Rule("error", "必需的属性齐全", "Required attributes are there"),
    "XSD-05": Rule("error", "属性值符合标准的取值", "Values of attributes are those of the standard"),
    "XSD-06": Rule("error", "引用指向存在的编号", "References lead to ids that exist"),
    "XSD-09": Rule("error", "符合 BPMN 2.0 标准的其余规定", "The rest of the BPMN 2.0 standard is kept"),
    "PARSE-01": Rule("error", "流程图能在时限内读完", "The drawing can be read in time"),
    "PARSE-02": Rule("error", "流程的步骤不过多", "The process has not too many steps in a row"),
    "PARSE-03": Rule("error", "流程图能够编译", "The drawing can be compiled"),
    "PARSE-04": Rule("error", "读取流程图时不出错", "Reading the drawing does not fail"),
    "DES-01": Rule("error", "草稿中仍有它所属的流程", "A draft still holds its process"),
    "ELEM-01": Rule("error", "所要发布的流程在文件中并可执行", "The process is in the file and executable"),
    "ELEM-02": Rule("error", "只用能运行的元素", "Only elements that are run are drawn"),
    "ELEM-03": Rule("error", "复杂网关能按图运行", "A complex gateway is run as drawn"),
    "ELEM-04": Rule("error", "补偿能按图运行", "Compensation is run as drawn"),
    "ELEM-05": Rule("error", "自由子流程能按图运行", "An ad-hoc sub-process is run as drawn"),
    "ELEM-06": Rule("error", "链接事件成对并能按图运行", "Link events are paired and run as drawn"),
    "ELEM-07": Rule("error", "事件子流程能按图运行", "An event sub-process is run as drawn"),
    "ELEM-09": Rule("error", "每个元素有可用的编号", "Each element has an id that can be used"),
    "ELEM-10": Rule(
        "error", "条件写在会被判断的连线上，且不缺", "Conditions stand where they are asked, and none is missing"
    ),
    "ELEM-11": Rule("error", "消息、信号、错误、升级的引用存在", "Messages, signals, errors and escalations exist"),
    "ELEM-12": Rule("error", "开始和结束画得明确", "Starts and ends are drawn so that they can be run"),
    "ELEM-13": Rule("error", "事件用在能运行的位置", "Events stand where they can be run"),
    "ELEM-14": Rule("error", "服务任务、决策任务写明做什么", "Service and decision tasks say what to do"),
    "ELEM-15": Rule("error", "被调用的流程在一起发布的文件中", "Called processes are in the same files"),
    "ELEM-16": Rule("error", "cx:start 只写在能启动流程的任务上", "cx:start stands on tasks that can start a process"),
    "ELEM-17": Rule("error", "多实例和循环写得完整", "Multi-instance and loops are complete"),
    "ELEM-18": Rule("error", "连线、默认流、边界事件连在对的地方", "Flows and boundary events are attached rightly"),
    "ELEM-19": Rule("error", "事件的多个定义能按图运行", "Several definitions of one event are run as drawn"),
    "ELEM-20": Rule("error", "编号在流程和它所调用的流程之间不重复", "Ids differ between a process and those it calls"),
    "FLOW-01": Rule("error", "每个环节都有连线从开始事件通到", "Flows lead to every element from a start event"),
    "FLOW-02": Rule("warning", "每个判断都有默认流", "Every decision has a default flow"),
    "FLOW-03": Rule("warning", "边界事件之后有去处", "A boundary event leads somewhere"),
    "FLOW-04": Rule("warning", "同一处的事件各等各的", "Events in one place wait for different things"),
    "FLOW-05": Rule("error", "错误和取消边界事件是中断的", "Error and cancel boundary events interrupt"),
    "FLOW-06": Rule("warning", "抛出的错误和升级有人接收", "Thrown errors and escalations are caught"),
    "FLOW-07": Rule("warning", "循环中有等待", "Something waits in every round"),
    "ATTR-01": Rule("warning", "写上的内容都起作用", "What is written down has an effect"),
    "ATTR-02": Rule("warning", "网关的方向与连线一致", "The direction of a gateway fits its flows"),
    "SOUND-01": Rule("error", "不会卡死", "No deadlock"),
    "SOUND-02": Rule("error", "没有走不出的循环", "No round without a way out"),
    "SOUND-03": Rule("warning", "每个环节都有走法经过", "Some way passes every element"),
    "SOUND-04": Rule("error", "结束时不遗留分支", "No branch is left behind at the end"),
    "SOUND-05": Rule("warning", "同时进行的分支先合并再继续", "Parallel branches are joined before they go on"),
    "SOUND-06": Rule("warning", "终止时没有未完的工作", "Nothing is under way when a terminating end comes"),
    "SOUND-07": Rule("info", "走法没有多到检查不完", "There are not more ways than can be checked"),
    "LOOP-01": Rule("error", "机制的每个任务有办理人和期限，或写明理由", "Tasks of a mechanism have owner and limit"),
    "LOOP-02": Rule("error", "机制中登记的问题都有着落", "Every registered problem is closed or decided by a person"),
    "FAIR-01": Rule("error", "受保护的环节绕不过去", "Protected steps cannot be avoided"),
    "FAIR-02": Rule("error", "涉及人的决定之前有受保护的环节", "A decision about people has protected steps before it"),
    "CX-01": Rule("warning", "用户任务有指派规则", "A user task has an assignment"),
    "CX-02": Rule("error", "指派规则合乎语法，职务和角色存在", "The assignment can be read; positions and roles exist"),
    "CX-03": Rule("error", "回避所指的环节在图中", "A step that is excluded is in the drawing"),
    "CX-04": Rule("warning", "用户任务有表单", "A user task has a form"),
    "CX-05": Rule("error", "表单存在", "The form exists"),
    "CX-06": Rule("error", "期限合乎语法", "The limit can be read"),
    "CX-07": Rule("warning", "用户任务有期限", "A user task has a limit"),
    "CX-08": Rule("error", "提醒合乎语法", "The reminder can be read"),
    "CX-09": Rule("error", "升级阶梯存在", "The ladder exists"),
    "CX-10": Rule("error", "不套用阶梯的写明理由", "No ladder only with a reason"),
    "CX-11": Rule("error", "cx: 属性是已知的", "cx: attributes are known ones"),
    "CX-12": Rule("error", "cx: 属性写在起作用的地方", "cx: attributes stand where they have an effect"),
    "CX-13": Rule("error", "protected 为 true 或 false", "protected is true or false"),
    "CX-14": Rule("error", "params 写成“名称=值”", "params are written name=value"),
    "CX-15": Rule("error", "服务存在", "The service exists"),
    "CX-16": Rule("error", "决策存在", "The decision exists"),
    "CX-17": Rule("info", "要启动的流程已部署", "A started process is deployed"),
    "CX-18": Rule("error", "被调用的流程存在", "A called process exists"),
    "CX-19": Rule("error", "所用的参数存在", "Parameters that are named exist"),
    "SCRIPT-01": Rule("error", "脚本和表达式能读懂", "Scripts and expressions can be read"),
    "SCRIPT-02": Rule("error", "脚本和表达式用本系统的语言", "Scripts and expressions are in the language that runs"),
    "SCRIPT-03": Rule("error", "脚本和时间不空缺", "Scripts and times are not missing"),
    "TIME-01": Rule("error", "时刻能识别", "A moment can be read"),
    "TIME-02": Rule("error", "时长能识别", "A duration can be read"),
    "TIME-03": Rule("error", "循环能识别并会触发", "A repetition can be read and fires"),
}
