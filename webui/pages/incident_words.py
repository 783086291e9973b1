"""What an incident is called: kind, reason, remedy and outcome in the reader's language, made from codes alone."""

from __future__ import annotations

from flask_babel import gettext

from engine.store.incidents import IncidentRow


def kind_word(kind: str) -> str:
    """ "到点触发": what gave up."""
    words = {
        "step": gettext("办理步骤"),
        "timer": gettext("到点触发"),
        "job": gettext("后台作业"),
        "calendar": gettext("日历变更"),
        "message": gettext("消息投递"),
        "start": gettext("按期启动"),
        "document": gettext("生成文书"),
    }
    return str(words.get(kind, kind))


def state_word(row: IncidentRow) -> str:
    """新, 已知, 已解决: a noted incident is still open."""
    if row.state == "resolved":
        return str(gettext("已解决"))
    return str(gettext("已知") if row.noted_at else gettext("新"))


def job_word(name: str) -> str:
    """What a job does."""
    words = {
        "deliver_buffered": gettext("投递暂存的消息"),
        "settle_calendar": gettext("按新日历重新计期"),
        "retry_incidents": gettext("批量重试异常"),
        "migrate_cases": gettext("迁移在办事项"),
        "undo_migration": gettext("撤回迁移"),
        "recover_stalled_jobs": gettext("收回中断的作业"),
    }
    return str(words.get(name, name))


def timer_word(kind: str) -> str:
    """What a timer is for."""
    words = {
        "bpmn": gettext("图中定时"),
        "reminder": gettext("到期提醒"),
        "ladder": gettext("督办升级"),
        "delivery": gettext("视为送达"),
        "stage": gettext("阶段报告"),
        "handover": gettext("到岗交接"),
    }
    return str(words.get(kind, kind))


def reason_words(row: IncidentRow) -> str:
    """Why it gave up, in a sentence. Never a value: what is not known by its code is told by its code."""
    cause = str(row.details.get("cause") or "")
    if cause == "script":
        return _script_words(row)
    words = {
        "no_way_out": gettext("流出的条件都不成立，也没有默认流向。"),
        "loop": gettext("自动环节循环不止，已中止。"),
        "stuck": gettext("流程停在汇合处，等不到其余分支。"),
        "no_form": gettext("环节所用的表单没有随这一版本发布。"),
        "too_deep": gettext("子流程嵌套过深。"),
        "uncaught_error": gettext("服务报出的错误没有边界事件接收。"),
        "no_list": gettext("多实例环节的对象不是列表。"),
        "no_number": gettext("多实例环节的次数不是整数。"),
        "missing_input": gettext("环节必需的输入没有值：%(names)s。", names=_names(row)),
        "no_key": gettext("数据存储的键算不出来。"),
        "sealed_store": gettext("已封存事项的数据不能写入数据存储。"),
        "no_store": gettext("此处没有流程所用的数据存储。"),
        "no_time": gettext("定时表达式算不出时间。"),
        "no_answer": gettext("决策没有得出结果，原因见决策表。"),
        "decision_result": gettext("决策的结果不止一项，放不进图中指定的变量。"),
        "no_service": gettext("流程调用了系统没有的服务。"),
        "not_delivered": gettext("整改通知单尚未送达，不能起算。"),
        "circle": gettext("事项之间的消息往返循环，已中止。"),
        "state_unreadable": gettext("事项的运行状态无法读取。"),
        "worker_lost": gettext("后台进程在办理途中退出。"),
        "nobody_assignable": gettext("按办理人规则找不到可以办理的人。"),
        "outside_calendar": gettext("日期超出工作日历的范围。"),
        "due_unresolved": gettext("时限规则缺少起算日期，算不出到期日。"),
        "numbers_exhausted": gettext("本年度业务编号已用完。"),
        "conflict": gettext("事项已暂停或已变化，未能继续。"),
        "document_failed": gettext("文书未能生成，事项已继续办理，可重试补生成。"),
        "task_suspended": gettext("任务已暂停，未能继续。"),
        "unexpected": gettext("程序出现未预料的错误（%(name)s）。", name=row.message),
    }
    known = words.get(cause) or words.get(row.code)
    return str(known or gettext("未能继续（代码 %(code)s）。", code=cause or row.code))


def _names(row: IncidentRow) -> str:
    """Names of the inputs that are lacking: the drawing's words, no values."""
    found = row.details.get("inputs")
    return ", ".join(map(str, found)) if isinstance(found, list) else ""


def _script_words(row: IncidentRow) -> str:
    errors = {
        "ZeroDivisionError": gettext("除数为零"),
        "IndexError": gettext("序号超出列表范围"),
        "KeyError": gettext("映射中没有所取的键"),
        "NameError": gettext("变量没有值"),
        "TypeError": gettext("类型不符，也许某个变量没有值"),
        "ValueError": gettext("值不合要求，无法转换"),
        "AttributeError": gettext("没有这个属性"),
        "SyntaxError": gettext("语法错误"),
        "TimeoutError": gettext("运行超时，已中止"),
        "MemoryError": gettext("占用内存过多，已中止"),
        "RecursionError": gettext("调用层数过多"),
    }
    kind = str(row.details.get("error") or "")
    said = errors.get(kind) or kind or gettext("未能运行")
    line = row.details.get("line")
    if line:
        return str(gettext("脚本或条件第 %(line)s 行出错：%(error)s。", line=line, error=said))
    return str(gettext("脚本或条件出错：%(error)s。", error=said))


def remedy_words(row: IncidentRow) -> str:
    """What to do about it."""
    cause = str(row.details.get("cause") or "")
    if row.code == "state_unreadable":
        return str(gettext("请勿反复重试，先与备份核对该事项，再联系技术支持。"))
    if row.code == "unexpected":
        return str(gettext("查看服务日志中同一时间的记录，排除原因后重试。"))
    if row.code == "worker_lost":
        return str(gettext("检查后台进程和内存，恢复后重试。"))
    if row.code == "nobody_assignable":
        return str(gettext("请管理员补齐任职或代理人，再重试。"))
    if cause in _OF_THE_DRAWING:
        return str(gettext("请流程分析员检查该环节；数据补正或新版发布后重试。"))
    if row.kind == "step":
        return str(gettext("重试会通知办理人重新提交，系统不代替本人提交。"))
    return str(gettext("排除原因后重试。"))


_OF_THE_DRAWING = frozenset(
    {
        "script",
        "no_way_out",
        "loop",
        "stuck",
        "no_form",
        "too_deep",
        "uncaught_error",
        "no_list",
        "no_number",
        "no_time",
        "missing_input",
        "no_key",
        "sealed_store",
    }
    | {"no_service", "circle"}
)


def resolution_words(resolution: str) -> str:
    """How it was resolved."""
    words = {
        "fired": gettext("已触发"),
        "queued": gettext("已放回队列"),
        "gone": gettext("原任务已不存在，无需再办"),
        "redated": gettext("已重新计期"),
        "handed back": gettext("已通知办理人重新提交"),
        "closed": gettext("已关闭"),
    }
    return str(words.get(resolution, resolution))


def outcome_words(outcome: str, code: str) -> str:
    """What came of an incident in a run."""
    if outcome == "refused":
        refusals = {
            "incident_resolved": gettext("已由他人解决"),
            "case_suspended": gettext("事项已暂停，恢复后再试"),
            "not_found": gettext("已不可见"),
        }
        return str(refusals.get(code) or gettext("未能重试（代码 %(code)s）", code=code))
    return str({"resolved": gettext("已解决"), "failed": gettext("仍未成功")}.get(outcome, gettext("等待")))
