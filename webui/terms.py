"""Domain words that arrive as data (states, steps, roles), named here so that the catalogue holds their English."""

from __future__ import annotations

from webui.language import catalogue


def mark(term: str) -> str:
    """Note `term` for the catalogue (babel.cfg, keyword `mark`); returns it unchanged."""
    return term


def term(word: str) -> str:
    """`word` in the reader's language; as it is when the catalogue does not know it (an analyst's own drawing)."""
    return str(catalogue().ugettext(word)) if word else ""


#: domain.md §6.1 and §6.2
STATES = (
    mark("草稿"), mark("已登记"), mark("已下发"), mark("已交办"), mark("已签收"), mark("整改中"), mark("待单位审核"),
    mark("待核验"), mark("退回整改"), mark("已核验"), mark("已反馈"), mark("已销号"), mark("已归档"), mark("已延期"),
    mark("已中止"), mark("已并案"), mark("已撤销"), mark("已转查处"), mark("逾期"), mark("逾期办结"), mark("反弹"),
    mark("回头看中"),
    mark("待领取"), mark("待办"), mark("办理中"), mark("已暂停"), mark("已办结"), mark("已退回"), mark("已转办"),
    mark("运行中"), mark("已完成"), mark("已终止"), mark("异常"),
    mark("已送达"), mark("已答复"), mark("异议审定中"), mark("已撤回"), mark("已生效"), mark("待答复"),
    mark("已重新制发"),
)  # fmt: skip

#: States and marks of reports (P04, P04B, S5)
REPORTS = (
    mark("待初报"), mark("待签发"), mark("已报送"), mark("处置中"), mark("待终报"), mark("迟报"), mark("漏报"),
    mark("转报迟延"), mark("转报"), mark("不转报"), mark("处置完毕"), mark("汇总中"), mark("起草中"),
    mark("审核中"), mark("待接收"), mark("退回补正"), mark("补报"), mark("未报送"), mark("逾期报送"),
    mark("合格"), mark("启动约谈"), mark("不约谈"), mark("报告机制"), mark("签发"), mark("重大事项逐级报告"),
    mark("培训机制"), mark("教育机制"),
    mark("述职述廉"), mark("述职中"), mark("启动谈话"), mark("不谈话"),
)  # fmt: skip

#: Steps and short names of S1, S2 and S4 (domain.md §3), names of processes and mechanisms
STEPS = (
    mark("整改闭环"), mark("升级阶梯"), mark("审批"), mark("整改"), mark("领导"), mark("推进"), mark("培训"),
    mark("报告"), mark("监督"), mark("教育"), mark("查处通报"), mark("防治"), mark("考核"), mark("激励"), mark("督办"),
    mark("登记问题"), mark("登记"), mark("定级定限"), mark("定级"), mark("下发整改通知单"), mark("下发"),
    mark("指定整改责任人"), mark("指定"), mark("签收与制定措施"), mark("签收"), mark("实施整改"), mark("单位审核"),
    mark("审核"), mark("核验"), mark("反馈"), mark("销号"), mark("回头看"), mark("归档"), mark("等待60日"),
    mark("书面说明"), mark("跟踪督办"), mark("上级决定"), mark("启动审批"), mark("牌卡异议审定"), mark("会议记录"),
    mark("阶段报告"), mark("延期审批"), mark("问题整改"),
)  # fmt: skip

#: Roles and posts (domain.md §1.2, §1.3)
ROLES = (
    mark("经办人"), mark("单位负责人"), mark("督查员"), mark("审查员"), mark("受理员"), mark("分析员"), mark("管理员"),
    mark("审计员"), mark("运维员"), mark("主要责任领导"), mark("直接责任领导"), mark("分管领导"), mark("责任部门"),
    mark("责任人"), mark("引擎"), mark("发布人"),
)  # fmt: skip

#: Labels of key-value lists that queries fill in, and sources, natures and tags of problems
FACTS = (
    mark("问题"), mark("来源"), mark("类别"), mark("性质"), mark("范围"), mark("通知单"), mark("下发人"), mark("送达"),
    mark("收到"), mark("当前环节"), mark("责任单位"), mark("业务编号"), mark("整改期限"), mark("制定措施"),
    mark("期限"), mark("责任链"), mark("发起人"), mark("状态"), mark("本环节"), mark("提醒"), mark("可否延期"),
    mark("规则"), mark("个人"), mark("部门"),
    mark("起算"), mark("日历"), mark("到期"), mark("延期"), mark("中止"), mark("恢复"), mark("依据"),
    mark("专题研究"), mark("督查"), mark("举报核实"), mark("作风评议"), mark("苗头"), mark("回头看反弹"), mark("自查"),
    mark("涉嫌违纪违法"), mark("侵害群众利益"), mark("制度不落实"), mark("作风细节"), mark("立行立改"), mark("新到"),
    mark("下发单位"), mark("代理"), mark("所属事项"), mark("申请延期"), mark("延期申请"), mark("回避申请"),
    mark("到期日"), mark("理由"), mark("申请人"),
    mark("申请回避"), mark("回避情形"), mark("需重核"),
)  # fmt: skip

#: Words on the sequence flows of the built-in drawings that stand nowhere else
FLOWS = (
    mark("是"), mark("否"), mark("申请退回（限一次）"), mark("否：轻微问题未抽中"),
    mark("单人"), mark("会签"), mark("会议"),
    mark("一级"), mark("二级"), mark("三级"), mark("四级"), mark("五级"),
)  # fmt: skip

#: What the questions of supervisors tell apart: states of reports, letters, signatures, topics and kinds of inspections
QUESTIONS = (
    mark("未报"), mark("未到期"), mark("免除"), mark("对上级承诺书"), mark("内部承诺书"), mark("变动补签"),
    mark("岗位空缺"), mark("本人签字"), mark("上级签字"), mark("重大事件"), mark("专项工作"), mark("先进典型"),
    mark("在岗履职"), mark("值班备勤"), mark("窗口服务"), mark("执法司法作风"), mark("警容风纪"),
    mark("公务接待与经费"), mark("节假日纪律"), mark("上级部署专项落实"), mark("经常"), mark("重要节点"),
    mark("专项"), mark("媒体"), mark("社会监督"),
)  # fmt: skip

#: Why somebody is away
ABSENCES = (mark("请假"), mark("出差"))

#: Decisions that forms offer, as the history keeps them
DECISIONS = (
    mark("同意"), mark("修改后同意"), mark("退回"), mark("不同意"), mark("通过"), mark("指定"), mark("申请退回"),
    mark("限期办结"), mark("约谈"), mark("提请问责"), mark("启动问责"), mark("转查处"), mark("不采纳"), mark("撤回"),
    mark("维持"), mark("巩固"), mark("部分反弹"), mark("反弹"),
)  # fmt: skip

#: Where a published version of a process stands
VERSIONS = (mark("待复核"), mark("现行"), mark("已替代"), mark("未通过复核"))

#: Facts of an instance as an operator sees it
INSIDE = (
    mark("发起"), mark("最近变动"), mark("修订号"), mark("状态大小"), mark("暂停"), mark("结束"), mark("上级实例"),
)  # fmt: skip

#: Hit policies of decision tables, as DMN names them
HIT_POLICIES = {
    "UNIQUE": mark("唯一命中"), "FIRST": mark("首个命中"), "ANY": mark("任一命中"), "PRIORITY": mark("按优先级"),
    "RULE ORDER": mark("按行次列出"), "OUTPUT ORDER": mark("按优先级列出"), "COLLECT": mark("汇总"),
}  # fmt: skip
