"""Channels: how a notice leaves the building, when it may, and in how few words.

An outgoing message says what kind of notice it is, the number of its case and the day it is due, never a title or
anything that somebody typed: mail and group chats are read by others. Of a sealed case it says that there is something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, get_args
from urllib.parse import urlsplit

from engine.errors import InputRejected
from engine.model.calendar import WorkCalendar
from engine.model.clock import instant, local_day, local_time

ChannelKind = Literal["email", "webhook", "wecom", "dingtalk"]
Rhythm = Literal["at_once", "daily"]
KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
RHYTHMS: tuple[Rhythm, ...] = get_args(Rhythm)

#: What people choose among: group -> kinds of notices. "tasks" is what 待办 shows anyway.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "tasks": ("assigned", "offered"),
    "reminders": ("reminder", "stage", "lecture_not_counted"),
    "cards": ("urge", "urged", "yellow", "red", "report", "propose", "vacancy"),
    "hands": ("handover", "reassigned", "taken_over", "suspended", "resumed", "moved_away", "called_off"),
    "decided": ("extension_decided", "recusal_decided", "design_proposed", "design_confirmed", "design_refused"),
    "copy": ("copy", "mentioned"),
    "calendar": ("redated", "calendar_changed"),
}
GROUP_WORDS: Mapping[str, tuple[str, str]] = {
    "tasks": ("新任务", "New tasks"),
    "reminders": ("到期提醒", "Reminders before the due day"),
    "cards": ("催办与牌卡", "Urging and cards"),
    "hands": ("转办、改派与暂停", "Hand-overs, reassignments and standstills"),
    "decided": ("申请与审批结果", "Decisions on requests"),
    "copy": ("抄送", "Copies"),
    "calendar": ("日历变更", "Changes of the calendar"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "assigned": ("新任务", "New task"),
    "offered": ("新任务待领取", "New task to claim"),
    "reminder": ("到期提醒", "Reminder"),
    "stage": ("请提交阶段报告", "Stage report due"),
    "lecture_not_counted": (
        "代讲不计入完成，请本人主讲",
        "A lecture by somebody else does not count",
    ),
    "urge": ("催办", "Urging"),
    "urged": ("上级催办", "Urged by the superior"),
    "yellow": ("黄牌", "Yellow card"),
    "red": ("红牌", "Red card"),
    "report": ("上报上级", "Reported to the superior"),
    "propose": ("问责启动建议", "Proposal of an accountability review"),
    "handover": ("任务转办给你", "A task was handed to you"),
    "reassigned": ("任务改派给你", "A task was reassigned to you"),
    "taken_over": ("任务已改派他人", "A task was reassigned to somebody else"),
    "suspended": ("事项已暂停", "A case stands still"),
    "resumed": ("事项已恢复", "A case goes on"),
    "moved_away": ("任务已撤销", "A task was withdrawn"),
    "called_off": ("审批任务已撤销", "A task of approval was withdrawn"),
    "extension_decided": ("延期审批结果", "Decision on an extension"),
    "recusal_decided": ("回避申请审批结果", "Decision on a recusal"),
    "design_proposed": ("流程待确认发布", "A process waits for confirmation"),
    "design_confirmed": ("流程已发布", "A process was published"),
    "design_refused": ("流程发布被退回", "A publication was refused"),
    "vacancy": ("岗位长期空缺", "A post has been vacant for long"),
    "copy": ("抄送", "Copy"),
    "mentioned": ("有留言提到你", "A comment mentions you"),
    "redated": ("期限随日历变更", "A due day has moved with the calendar"),
    "calendar_changed": ("工作日历变更", "The calendar has changed"),
}
_OTHER = ("通知", "Notice")
_SEALED = ("有一条涉密事项的通知，请登录查看", "A notice in a sealed case: sign in to read it")

#: Where the robots of these makers live.
MAKERS: Mapping[str, str] = {"wecom": "https://qyapi.weixin.qq.com", "dingtalk": "https://oapi.dingtalk.com"}

DAY_BEGINS, DAY_ENDS = time(8), time(18)  #: outside it a channel that rests says nothing
DIGEST_AT = time(8, 30)
MOST_LINES = 50  #: in one message; the rest is a number
#: Deliberately narrow: one mailbox, no display name, no quoting, no comment.
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_MAX_ADDRESS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What somebody wants to hear by a channel, and when."""

    groups: frozenset[str] = frozenset(GROUPS)
    rhythm: Rhythm = "at_once"
    rests: bool = True  #: nothing on days off and outside office hours; what cannot wait comes all the same
    language: Literal["zh", "en"] = "zh"

    def __post_init__(self) -> None:
        unknown = self.groups - GROUPS.keys()
        if unknown:
            raise InputRejected(
                f"没有“{min(unknown)}”这类消息。",
                f"There is no kind of notices {min(unknown)!r}.",
                field="groups",
                value=min(unknown),
            )
        if self.rhythm not in RHYTHMS:
            raise InputRejected(
                "发送方式只能是“即时”或“每日汇总”。",
                "The rhythm is at_once or daily.",
                field="rhythm",
                value=self.rhythm,
            )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of notices in the chosen groups."""
        return tuple(kind for group in sorted(self.groups) for kind in GROUPS[group])


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What may be told of one notice outside."""

    kind: str
    at: datetime
    number: str = ""  #: business number of its case, or of the paper
    due_on: date | None = None
    sealed: bool = False


def may_go_at(at: datetime, habits: Habits, calendar: WorkCalendar, *, urgent: bool = False) -> datetime:
    """From which business time a notice of `at` may be sent.

    urgent: counted in natural hours (S5): neither night nor holiday nor digest holds it back.
    """
    if urgent:
        return at
    if habits.rhythm == "daily":
        return _next_morning(at, calendar) if habits.rests else _next_digest(at)
    if not habits.rests:
        return at
    local = local_time(at)
    if calendar.is_working_day(local.date()):
        if local.time() < DAY_BEGINS:
            return instant(local.date(), DAY_BEGINS)
        if local.time() < DAY_ENDS:
            return at
    return instant(calendar.next_working_day(local.date()), DAY_BEGINS)


def _next_digest(at: datetime) -> datetime:
    """The first half past eight after `at`."""
    local = local_time(at)
    if local.time() < DIGEST_AT:
        return instant(local.date(), DIGEST_AT)
    return instant(date.fromordinal(local.date().toordinal() + 1), DIGEST_AT)


def _next_morning(at: datetime, calendar: WorkCalendar) -> datetime:
    """The same, on a working day."""
    on = local_day(_next_digest(at))
    return instant(calendar.on_or_after(on), DIGEST_AT)


def words(kind: str) -> tuple[str, str]:
    """What a kind of notice is called, in Chinese and in English."""
    return _WORDS.get(kind, _OTHER)


def line(facts: NoticeFacts, language: str) -> str:
    """One notice in a line: "黄牌 PK-532503GA-2026-0007，到期 2026-12-04"."""
    which = 1 if language == "en" else 0
    if facts.sealed:
        return _SEALED[which]
    parts = [words(facts.kind)[which]]
    if facts.number:
        parts.append(facts.number)
    text = " ".join(parts)
    if facts.due_on is not None:
        text += f", due {facts.due_on}" if which else f"，到期 {facts.due_on}"
    return text


def subject(notices: Sequence[NoticeFacts], language: str) -> str:
    """The subject of a message about these notices (at least one)."""
    if len(notices) == 1:
        text = line(notices[0], language)
        return f"[changxiao] {text}" if language == "en" else f"【长效】{text}"
    count = len(notices)
    return f"[changxiao] {count} notices" if language == "en" else f"【长效】{count}条通知"


def body(notices: Sequence[NoticeFacts], language: str, link: str) -> str:
    """The text of a message: a line for each notice, the oldest first, and where to read on."""
    shown = [line(facts, language) for facts in notices[:MOST_LINES]]
    left = len(notices) - len(shown)
    english = language == "en"
    if left > 0:
        shown.append(f"and {left} more" if english else f"另有{left}条")
    if link:
        shown += ["", f"Sign in to read on: {link}" if english else f"请登录查看：{link}"]
    return "\n".join(shown)


def check_mailbox(address: str) -> str:
    """The address of one mailbox, as it stands. Raises InputRejected."""
    text = address.strip()
    if len(text) > 254 or ".." in text or _MAILBOX.fullmatch(text) is None:
        raise InputRejected(
            f"“{text[:80]}”不是有效的邮箱地址，请填写类似 zhang@example.gov.cn 的地址。",
            f"{text[:80]!r} is no e-mail address; write it like zhang@example.gov.cn.",
            field="address",
        )
    return text


def origin_of(address: str) -> str:
    """ "https://host" or "http://host:port" of an address to post to. Raises InputRejected.

    No user name, no fragment, no other scheme: nothing that a reader could take for another host.
    """
    text = address.strip()
    refused = InputRejected(
        "地址无效：请填写以 https:// 开头的完整地址，不含用户名和空格。",
        "Not an address to post to: write it in full, beginning with https://, without user name or spaces.",
        field="address",
    )
    if len(text) > _MAX_ADDRESS or not text.isascii() or any(sign.isspace() or sign == "\\" for sign in text):
        raise refused
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise refused from None
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or not host or parts.username is not None or parts.fragment:
        raise refused
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port is not None else "")


def may_post_to(address: str, kind: str, origins: str) -> bool:
    """Is this an address of the maker of a robot, or of an origin of the list "https://host:port,…"?

    Raises InputRejected where it is no address at all.
    """
    named = {origin.strip().rstrip("/") for origin in origins.split(",")} - {""}
    origin = origin_of(address)
    return origin in named or origin == MAKERS.get(kind)
