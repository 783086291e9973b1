"""When a notice may leave, and in how few words."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.errors import InputRejected
from engine.model.calendar import WorkCalendar
from engine.model.channel import (
    GROUPS,
    MOST_LINES,
    Habits,
    NoticeFacts,
    body,
    check_mailbox,
    line,
    may_go_at,
    may_post_to,
    origin_of,
    subject,
)
from engine.model.clock import SHANGHAI

NATIONAL = WorkCalendar.national()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("told", "goes"),
    [
        ("03-02T09:00", "03-02T09:00"),  # in office hours at once
        ("03-02T07:59", "03-02T08:00"),
        ("03-02T18:00", "03-03T08:00"),
        ("02-14T17:00", "02-14T17:00"),  # a Saturday on which people work
        ("02-14T19:00", "02-24T08:00"),  # then the Spring Festival
        ("10-03T22:40", "10-08T08:00"),
    ],
)
def test_a_channel_that_rests_says_nothing_on_days_off_and_outside_office_hours(told: str, goes: str) -> None:
    assert may_go_at(at(told), Habits(), NATIONAL) == at(goes)


@pytest.mark.parametrize(
    ("told", "rests", "goes"),
    [
        ("03-02T08:29", True, "03-02T08:30"),
        ("03-02T09:00", True, "03-03T08:30"),
        ("02-14T09:00", True, "02-24T08:30"),
        ("02-14T09:00", False, "02-15T08:30"),
    ],
)
def test_a_digest_goes_at_half_past_eight(told: str, rests: bool, goes: str) -> None:
    assert may_go_at(at(told), Habits(rhythm="daily", rests=rests), NATIONAL) == at(goes)


@pytest.mark.parametrize("habits", [Habits(), Habits(rhythm="daily"), Habits(rests=False)])
def test_what_is_counted_in_natural_hours_waits_for_nothing(habits: Habits) -> None:
    assert may_go_at(at("10-03T22:40"), habits, NATIONAL, urgent=True) == at("10-03T22:40")


def test_without_rest_a_notice_goes_at_once() -> None:
    assert may_go_at(at("10-03T22:40"), Habits(rests=False), NATIONAL) == at("10-03T22:40")


def test_a_line_names_kind_number_and_due_day_and_of_a_sealed_case_nothing() -> None:
    card = NoticeFacts(kind="yellow", at=at("02-24T09:00"), number="PK-532503GA-2026-0001", due_on=date(2026, 2, 26))

    assert line(card, "zh") == "黄牌 PK-532503GA-2026-0001，到期 2026-02-26"
    assert line(card, "en") == "Yellow card PK-532503GA-2026-0001, due 2026-02-26"
    sealed = NoticeFacts(kind="assigned", at=card.at, number="XS-532503ZF-2026-123456", sealed=True)
    assert "XS" not in line(sealed, "zh") + line(sealed, "en")
    assert line(NoticeFacts(kind="of_tomorrow", at=card.at), "zh") == "通知"


def test_a_digest_counts_what_it_has_no_room_for() -> None:
    many = [NoticeFacts(kind="reminder", at=at("03-02T09:00"), number=f"WT-{n}") for n in range(MOST_LINES + 2)]

    assert subject(many, "zh") == "【长效】52条通知"
    assert subject(many[:1], "en") == "[changxiao] Reminder WT-0"
    text = body(many, "zh", "https://cx.example.gov.cn/messages")
    assert text.count("到期提醒") == MOST_LINES
    assert text.endswith("另有2条\n\n请登录查看：https://cx.example.gov.cn/messages")
    assert "and 2 more" in body(many, "en", "")


@pytest.mark.parametrize(
    "text",
    ["", "zhang", "zhang@", "a@b", "张@example.gov.cn", "a@x.cn\r\nBcc: b@y.cn", "a b@x.cn", "<a@x.cn>", "a@x..cn"],
)
def test_what_is_no_mailbox_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(InputRejected) as caught:
        check_mailbox(text)
    assert "邮箱" in caught.value.zh
    assert "e-mail" in caught.value.en


def test_a_mailbox_is_taken_without_the_spaces_around_it() -> None:
    assert check_mailbox(" zhang.san@mail.example.gov.cn ") == "zhang.san@mail.example.gov.cn"


@pytest.mark.parametrize(
    "text",
    [
        *("ftp://x.cn", "https://", "x.cn/hook", "https://u:p@x.cn/", "https://x.cn/#a", "https://x.cn /a"),
        *("https://x.cn\\@y.cn/", "https://x.cn:99999/", "https://例.cn/"),
    ],
)
def test_an_address_that_could_be_taken_for_another_is_refused(text: str) -> None:
    with pytest.raises(InputRejected):
        origin_of(text)


def test_nothing_is_posted_but_to_listed_origins_and_the_maker_of_a_robot() -> None:
    listed = "https://todo.example.gov.cn, http://10.1.2.3:8080/"

    assert may_post_to("https://todo.example.gov.cn/in?x=1", "webhook", listed)
    assert may_post_to("http://10.1.2.3:8080/in", "webhook", listed)
    assert not may_post_to("http://todo.example.gov.cn/in", "webhook", listed)
    assert not may_post_to("https://todo.example.gov.cn.evil.cn/", "webhook", listed)
    assert not may_post_to("http://169.254.169.254/", "webhook", "")
    assert may_post_to("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "wecom", "")
    assert not may_post_to("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "dingtalk", "")
    assert may_post_to("https://[::1]:8443/x", "webhook", "https://[::1]:8443")


def test_habits_know_their_groups_and_rhythms() -> None:
    assert Habits(groups=frozenset({"cards"})).kinds == GROUPS["cards"]
    with pytest.raises(InputRejected):
        Habits(groups=frozenset({"gossip"}))
    with pytest.raises(InputRejected):
        Habits(rhythm="hourly")  # type: ignore[arg-type]
