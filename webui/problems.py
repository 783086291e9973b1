"""One place where an error becomes an answer: the families of engine.errors as application/problem+json.

Texts are made here, in the reader's language, from the error's stable code and its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
from flask import Flask, Response, g, json, request
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import HTTPException

from engine import errors
from webui.guard import MIB, BodyTooLarge
from webui.language import language

logger = structlog.get_logger(__name__)

_STATUS: tuple[tuple[type[errors.ChangxiaoError], int], ...] = (
    (errors.NotFound, 404),
    (errors.NotSignedIn, 401),
    (errors.TooMany, 429),
    (errors.Refused, 403),
    (errors.Conflict, 409),
    (errors.StepFailed, 409),
    (errors.Rejected, 422),
    (errors.Unavailable, 503),
)

#: code -> sentence with the error's facts as named places. A code without a sentence shows its family's.
_TEXTS = {
    "not_found": lazy_gettext("没有找到您要的内容，或者您无权查看。"),
    "refused": lazy_gettext("您没有办理此事项的权限。"),
    "not_signed_in": lazy_gettext("请先登录；如已登录，请重新登录。"),
    "too_many_attempts": lazy_gettext("尝试次数过多，请 %(retry_after)s 秒后再试。"),
    "conflict": lazy_gettext("内容已被他人更新，请刷新后再办理。"),
    "task_not_open": lazy_gettext("该任务已由%(by)s办结或撤销，无需再次办理。"),
    "already_claimed": lazy_gettext("该任务已由%(by)s领取。"),
    "draft_changed": lazy_gettext("你在另一个窗口为这件任务保存了不同的内容。"),
    "form_changed": lazy_gettext("这件任务的表单已更新，请对照新表单再提交。"),
    "idempotency_mismatch": lazy_gettext("同一幂等键已用于另一项请求，请换用新的键。"),
    "rejected": lazy_gettext("提交的内容有误，请按提示修改。"),
    "design_exists": lazy_gettext("“%(key)s”已有草稿，请打开该草稿继续编辑。"),
    "design_changed": lazy_gettext(
        "%(name)s已保存过新的修订，您的内容另存为修订 %(kept_as)s，可在修订记录中比较和恢复。"
    ),
    "design_locked": lazy_gettext("%(name)s正在编辑，请稍后再试。"),
    "design_closed": lazy_gettext("草稿已提交发布、已发布或已放弃，不能再修改。"),
    "already_decided": lazy_gettext("%(name)s已对这项发布申请作出决定，无需再次办理。"),
    "document_changed": lazy_gettext(
        "文书的文件已缺失或被改动，与生成时的哈希不一致，不能签署或下载。请告知运行维护人员。"
    ),
    "document_void": lazy_gettext("这件文书已经作废，无需再次办理。"),
    "not_sender": lazy_gettext("作废文书，应由发文单位的主要责任领导或直接责任领导决定。"),
    "own_proposal": lazy_gettext("本人提交的发布申请，须由另一名分析员确认。"),
    "map_rejected": lazy_gettext("环节对照表有误，请按试运行的提示修改。"),
    "own_migration": lazy_gettext("本人提交的迁移，须由另一名分析员或运行维护人员确认。"),
    "migration_decided": lazy_gettext("这次迁移已经确认或撤回，无需再次办理。"),
    "migration_under_way": lazy_gettext("该版本的事项已有迁移在等待确认或正在进行，请先处理完。"),
    "cannot_undo": lazy_gettext("这次迁移现在不能撤回，或已经撤回过。"),
    "moved_since": lazy_gettext("迁移后事项已继续办理，或已超过可撤回的期限，不能撤回。"),
    "definition_rejected": lazy_gettext("流程文件未通过校验，请按下列问题修改后重新提交。"),
    "input_rejected": lazy_gettext("提交的内容有误，请按提示修改。"),
    "form_rejected": lazy_gettext("表单有未通过校验的内容，请按提示修改。"),
    "step_failed": lazy_gettext("流程未能继续，已登记异常，填写的内容已存为草稿，运行维护人员处理后可再次提交。"),
    "step_failed_here": lazy_gettext(
        "流程在“%(node_id)s”处未能继续：%(reason)s。没有保存任何内容，请告知编制流程的人员修改后再试。"
    ),
    "unavailable": lazy_gettext("服务暂时不可用，请稍后再试。尚未确认保存的内容，请保留好再提交一次。"),
    "password_to_change": lazy_gettext("密码由管理员设置，请先在网页登录并修改密码。"),
    "error": lazy_gettext("操作未能完成。"),
}

_TITLES = {
    400: lazy_gettext("请求有误"),
    401: lazy_gettext("请先登录"),
    403: lazy_gettext("无权办理"),
    404: lazy_gettext("未找到"),
    405: lazy_gettext("不支持该操作"),
    409: lazy_gettext("内容已变化"),
    413: lazy_gettext("文件过大"),
    415: lazy_gettext("格式不支持"),
    422: lazy_gettext("内容未通过校验"),
    429: lazy_gettext("操作过于频繁"),
    500: lazy_gettext("系统出现异常"),
    503: lazy_gettext("服务暂不可用"),
}


#: What marshmallow says about a request, for people.
_FIELD_TEXTS = {
    "Missing data for required field.": lazy_gettext("此项必填。"),
    "Field may not be null.": lazy_gettext("此项不能为空。"),
    "Unknown field.": lazy_gettext("没有这个字段。"),
    "Not a valid string.": lazy_gettext("应为文本。"),
    "Not a valid integer.": lazy_gettext("应为整数。"),
    "Not a valid boolean.": lazy_gettext("应为是或否。"),
    "Not a valid UUID.": lazy_gettext("应为UUID标识。"),
    "Not a valid mapping type.": lazy_gettext("应为对象。"),
    "Not a valid list.": lazy_gettext("应为列表。"),
    "Nested too deeply.": lazy_gettext("嵌套层数过多。"),
    "Has characters that cannot be stored.": lazy_gettext("含有无法保存的字符。"),
    "Has a number that is too long.": lazy_gettext("含有过长的数字。"),
    "Invalid input type.": lazy_gettext("请求正文应为JSON对象。"),
}


class BodyRejected(errors.Rejected):
    """Fields of a request are missing or of the wrong type. `fields`: {path: [what marshmallow says]}."""

    code = "input_rejected"

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{path}: {', '.join(said)}" for path, said in fields.items()))
        self.fields = fields

    def told(self) -> dict[str, list[str]]:
        """The same in the reader's language; what has no translation stays as it is."""
        return {path: [str(_FIELD_TEXTS.get(text, text)) for text in said] for path, said in self.fields.items()}


def status_of(error: errors.ChangxiaoError) -> int:
    """HTTP status of an error family; an error outside the families is our own fault."""
    return next((status for family, status in _STATUS if isinstance(error, family)), 500)


def detail_of(error: errors.ChangxiaoError) -> str:
    """What happened and what to do, in one sentence in the reader's language."""
    own = getattr(error, "zh" if language() == "zh" else "en", "")  # some say themselves what rule stands against it
    if own:
        return str(own)
    if isinstance(error, errors.StepFailed) and "incident" not in error.facts:
        return _of_failure(error)
    for kind in type(error).__mro__:
        text = _TEXTS.get(getattr(kind, "code", ""))
        if text is None:
            continue
        try:
            return str(text) % {name: value if value is not None else "" for name, value in error.facts.items()}
        except (KeyError, ValueError):
            continue  # the error carries fewer facts than this sentence names: take its family's
    return str(gettext("操作未能完成。"))


def _of_failure(error: errors.StepFailed) -> str:
    """Of a step for which there is no incident: nobody else will see to it, so the place and the reason are told."""
    reason = error.facts.get("reason_zh" if language() == "zh" else "reason") or error.facts.get("reason")
    if not (error.node_id and reason):
        return str(_TEXTS["error"])
    return str(_TEXTS["step_failed_here"]) % {"node_id": error.node_id, "reason": str(reason).rstrip(".。")}


def problem(status: int, code: str, detail: str, **more: object) -> Response:
    """An application/problem+json answer (RFC 9457) with our `code`."""
    body: dict[str, object] = {
        "type": f"urn:changxiao:problem:{code}",
        "title": str(_TITLES.get(status, _TITLES[500])),
        "status": status,
        "code": code,
        "detail": detail,
        "instance": request.path,
    }
    body.update({name: value for name, value in more.items() if value not in (None, "", ())})
    response = Response(json.dumps(body), status=status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def of_error(error: errors.ChangxiaoError) -> Response:
    """The answer for an error raised by engine or forms."""
    more: dict[str, object] = {}
    if isinstance(error, errors.DefinitionRejected):
        more["problems"] = [
            found.as_dict() | {"message": found.zh if language() == "zh" else found.en} for found in error.problems
        ]
    elif isinstance(error, errors.FormRejected):
        more["fields"] = error.by_field(language())
    elif isinstance(error, BodyRejected):
        more["fields"] = error.told()
    elif error.facts:
        more["facts"] = {name: value for name, value in error.facts.items() if _is_plain(value)}
    code = str(error.facts.get("code") or error.code)
    response = problem(status_of(error), code, detail_of(error), **more)
    if isinstance(error, errors.TooMany | errors.Unavailable):
        response.headers["Retry-After"] = str(error.facts.get("retry_after", 60))
    return response


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | bool | list | tuple | dict)


def wants_json() -> bool:
    """The API always speaks JSON; elsewhere a browser gets a page."""
    return request.path.startswith("/api/")


def install(app: Flask, show: Callable[[Mapping[str, object]], str] | None) -> None:
    """Answer errors of every kind: as problem+json to programs, to people as the page that `show` makes of it.

    show: the members of the problem to HTML; None while there are no pages.
    """

    def answer(status: int, response: Response) -> Response | tuple[str, int]:
        if show is None or wants_json() or request.headers.get("HX-Request"):
            return response
        return show(json.loads(response.get_data())), status

    @app.errorhandler(errors.ChangxiaoError)
    def engine_error(error: errors.ChangxiaoError) -> Response | tuple[str, int]:
        status = status_of(error)
        if status >= 500:
            logger.exception("request failed", action=request.endpoint, request_id=g.get("request_id"))
        return answer(status, of_error(error))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | tuple[str, int]:
        status = error.code or 500
        messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
        detail = str(_TITLES.get(status, "")) or error.name
        if isinstance(error, BodyTooLarge):
            detail = gettext("发送的内容超过上限%(mib)s MB，请减小后再发送。", mib=error.limit_bytes // MIB)
        response = problem(status, error.name.lower().replace(" ", "_"), detail, fields=messages)
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
                response.headers[name] = value
        return answer(status, response)

    @app.errorhandler(Exception)
    def unknown_error(_error: Exception) -> Response | tuple[str, int]:
        # Logged once, here, without values: a traceback's locals may hold what people typed.
        logger.exception("request failed", action=request.endpoint, request_id=g.get("request_id"))
        return answer(
            500, problem(500, "internal_error", gettext("系统出现异常，请稍后重试；如仍不成功，请联系运行维护人员。"))
        )
