"""The adapters against real servers on this machine: what leaves, what a failure means, whom nobody follows."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.config import Settings, SettingsError
from engine.outgoing import ChannelFailed, Message, Target, send
from tests.integration.notices.receivers import HookServer, MailServer, hook_server, mail_server, text_of

SENT_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MESSAGE = Message(
    id="0c0ffee0-0000-5000-8000-000000000001",
    subject="【长效】黄牌 PK-532503GA-2026-0001",
    text="黄牌 PK-532503GA-2026-0001\n\n请登录查看：https://cx.example.gov.cn/messages",
    sent_at=SENT_AT,
    notices=({"kind": "yellow", "number": "PK-532503GA-2026-0001"},),
)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[HookServer]:
    with hook_server() as server:
        yield server


def settings(mail: MailServer | None = None, hook: HookServer | None = None) -> Settings:
    return Settings(
        data_dir=Path("/nonexistent"),
        smtp_url=mail.url if mail else "",
        mail_from="changxiao@example.gov.cn",
        outgoing_origins=hook.origin if hook else "",
    )


def failure(given: Settings, target: Target) -> ChannelFailed:
    with pytest.raises(ChannelFailed) as caught:
        send(given, target, MESSAGE)
    return caught.value


def test_mail_is_plain_text_in_utf8_to_one_receiver_and_marked_as_made_by_a_machine(mail: MailServer) -> None:
    send(settings(mail), Target(kind="email", address="zhang@example.gov.cn"), MESSAGE)

    (arrived,) = mail.mails
    assert arrived["To"] == "zhang@example.gov.cn"
    assert arrived["Subject"] == MESSAGE.subject
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Message-ID"] == f"<{MESSAGE.id}@example.gov.cn>"
    assert arrived["Date"] == "Mon, 02 Mar 2026 01:00:00 +0000"
    assert text_of(arrived) == MESSAGE.text


def test_a_mailbox_that_does_not_exist_is_not_tried_again_but_an_absent_server_is(mail: MailServer) -> None:
    unknown = failure(settings(mail), Target(kind="email", address="nobody@example.gov.cn"))
    assert (unknown.cause, unknown.permanent) == ("mailbox_550", True)

    away = replace(settings(mail), smtp_url="smtp://127.0.0.1:1")
    absent = failure(away, Target(kind="email", address="zhang@example.gov.cn"))
    assert (absent.cause, absent.permanent) == ("unreachable", False)
    assert failure(settings(), Target(kind="email", address="zhang@example.gov.cn")).cause == "no_mail_server"


def test_a_web_hook_is_signed_over_id_time_and_body(hook: HookServer) -> None:
    send(settings(hook=hook), Target(kind="webhook", address=f"{hook.origin}/in?unit=1", secret=SECRET), MESSAGE)

    (posted,) = hook.posted
    seconds = str(int(SENT_AT.timestamp()))
    signed = f"{MESSAGE.id}.{seconds}.".encode() + posted.body
    expected = base64.b64encode(hmac.digest(b"0123456789abcdef0123456789abcdef", signed, "sha256")).decode()
    assert posted.path == "/in?unit=1"
    assert posted.headers["webhook-id"] == MESSAGE.id
    assert posted.headers["webhook-timestamp"] == seconds
    assert posted.headers["webhook-signature"] == f"v1,{expected}"
    assert posted.json["data"]["notices"] == [{"kind": "yellow", "number": "PK-532503GA-2026-0001"}]


def test_nobody_is_followed_elsewhere_and_no_other_origin_is_asked(hook: HookServer) -> None:
    hook.answers = [(302, b"")]
    target = Target(kind="webhook", address=f"{hook.origin}/in", secret=SECRET)

    assert failure(settings(hook=hook), target).cause == "status_302"
    assert [posted.path for posted in hook.posted] == ["/in"]
    refused = failure(settings(), target)
    assert (refused.cause, refused.permanent) == ("origin_not_allowed", True)
    assert len(hook.posted) == 1


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (429, False), (410, True)])
def test_a_receiver_that_is_gone_is_given_up_one_that_stumbles_is_not(
    hook: HookServer, status: int, permanent: bool
) -> None:
    hook.answers = [(status, b"")]
    told = failure(settings(hook=hook), Target(kind="webhook", address=f"{hook.origin}/in", secret=SECRET))
    assert (told.cause, told.permanent) == (f"status_{status}", permanent)


def test_a_wecom_robot_gets_text_that_fits_its_limit(hook: HookServer) -> None:
    """Payload and limit as the maker publishes them: developer.work.weixin.qq.com/document/path/91770."""
    long = replace(MESSAGE, text="责" * 2000)
    target = Target(kind="wecom", address=f"{hook.origin}/cgi-bin/webhook/send?key=k")

    send(settings(hook=hook), target, MESSAGE)
    send(settings(hook=hook), target, long)

    first, second = hook.posted
    assert first.path == "/cgi-bin/webhook/send?key=k"
    assert first.json == {"msgtype": "text", "text": {"content": f"{MESSAGE.subject}\n{MESSAGE.text}"}}
    content = second.json["text"]["content"]
    assert content.endswith("…")
    assert 2048 - 3 <= len(content.encode()) <= 2048


def test_a_dingtalk_robot_is_signed_with_time_and_key(hook: HookServer) -> None:
    """Payload and signature as the maker publishes them: open.dingtalk.com/document/robots/custom-robot-access."""
    target = Target(kind="dingtalk", address=f"{hook.origin}/robot/send?access_token=t", secret="SECkey")

    send(settings(hook=hook), target, MESSAGE)

    (posted,) = hook.posted
    asked = parse_qs(urlsplit(posted.path).query)
    milliseconds = str(int(SENT_AT.timestamp() * 1000))
    digest = hmac.new(b"SECkey", f"{milliseconds}\nSECkey".encode(), hashlib.sha256).digest()
    assert asked == {"access_token": ["t"], "timestamp": [milliseconds], "sign": [base64.b64encode(digest).decode()]}
    assert posted.json == {"msgtype": "text", "text": {"content": f"{MESSAGE.subject}\n{MESSAGE.text}"}}


@pytest.mark.parametrize(
    ("kind", "answer", "reason", "permanent"),
    [
        ("wecom", b'{"errcode":93000,"errmsg":"invalid webhook url"}', "errcode_93000", True),
        ("wecom", b'{"errcode":45009,"errmsg":"api freq out of limit"}', "too_many", False),
        ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', "errcode_310000", True),
        ("dingtalk", b'{"errcode":130101,"errmsg":"send too fast"}', "too_many", False),
        ("dingtalk", b"<html>", "answer_unreadable", False),
    ],
)
def test_what_a_robot_answers_decides_whether_it_is_tried_again(
    hook: HookServer, kind: str, answer: bytes, reason: str, permanent: bool
) -> None:
    hook.answers = [(200, answer)]
    told = failure(settings(hook=hook), Target(kind=kind, address=f"{hook.origin}/send?k=1"))  # type: ignore[arg-type]
    assert (told.cause, told.permanent) == (reason, permanent)


def test_a_mail_server_is_named_by_a_scheme_that_says_how_it_is_reached() -> None:
    with pytest.raises(SettingsError, match="CHANGXIAO_SMTP_URL"):
        Settings.from_env({"CHANGXIAO_SMTP_URL": "mail.example.gov.cn:25"})
