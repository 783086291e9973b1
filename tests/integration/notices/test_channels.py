"""Notices that leave: chosen by people, sent by the worker, held back at night, tried again, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from engine.commands import channels
from engine.commands import notices as notice_commands
from engine.commands.channels import Wanted
from engine.commands.organization.rights import OnlyAdministrators
from engine.core import Engine
from engine.errors import InputRejected, NotFound, TooMany
from engine.model.channel import Habits
from engine.model.clock import SHANGHAI
from engine.model.step import PersonId
from engine.outgoing.addresses import shown
from engine.store.channels import ChannelRow
from engine.store.queue_worker import drain
from engine.store.record import NewNotice
from engine.store.roles import Addresses
from engine.worker import handlers
from tests.integration.notices.receivers import HookServer, MailServer, hook_server, mail_server, text_of
from tests.integration.prepared import opened, rehearsed
from tests.shared_cluster import SharedCluster

BEGINS = datetime(2026, 1, 4, 9, tzinfo=SHANGHAI)
OFFICER, COLLEAGUE, ADMIN = PersonId("u101"), PersonId("u102"), PersonId("u903")
AT_ONCE = Habits(rests=False)


@pytest.fixture(scope="module")
def module_db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS) as addresses:
        yield addresses


@dataclass(slots=True)
class Office:
    """An engine with a mail server and a web hook, and what its worker does."""

    engine: Engine
    db: Addresses
    mail: MailServer
    hook: HookServer

    def tell(self, *people: PersonId, kind: str = "yellow", **facts: object) -> UUID:
        told = NewNotice(id=uuid4(), people=people, kind=kind, facts=facts or {"no": "PK-532503GA-2026-0001"})
        with self.engine.transaction("system") as tx:
            tx.add_notices([told])
        return told.id

    def work(self) -> None:
        """One look, and the jobs that came of it."""
        channels.look(self.engine)
        drain(self.db.app_url, handlers(self.engine))

    def later(self, by: timedelta) -> None:
        """The wall clock of the next attempt has come."""
        with psycopg.connect(self.db.admin_url) as connection:
            connection.execute("UPDATE channel SET next_try_at = next_try_at - %s", (by,))

    def row(self, channel_id: UUID) -> ChannelRow:
        with self.engine.reading("system") as tx:
            return tx.channel(channel_id)


@pytest.fixture
def office(module_db: Addresses) -> Iterator[Office]:
    with opened(module_db, "rehearsal") as engine, mail_server() as mail, hook_server() as hook:
        engine.settings = replace(
            engine.settings,
            smtp_url=mail.url,
            mail_from="changxiao@example.gov.cn",
            outgoing_origins=hook.origin,
            public_url="https://cx.example.gov.cn",
        )
        yield Office(engine=engine, db=module_db, mail=mail, hook=hook)
        with psycopg.connect(module_db.admin_url) as connection:
            connection.execute("DELETE FROM channel")
            connection.execute("DELETE FROM notice")
            connection.execute("DELETE FROM procrastinate_jobs")


def mailbox(office: Office, person: PersonId = OFFICER, *, habits: Habits = AT_ONCE, name: str = "zhang") -> UUID:
    return channels.save_own(
        office.engine, person, Wanted(kind="email", address=f"{name}@example.gov.cn", habits=habits)
    ).id


def test_a_notice_is_mailed_once_to_who_wants_it_however_often_the_worker_looks(office: Office) -> None:
    mailbox(office)
    office.tell(OFFICER, COLLEAGUE)

    office.work()
    office.work()

    (arrived,) = office.mail.mails
    assert arrived["To"] == "zhang@example.gov.cn"
    assert arrived["Subject"] == "【长效】黄牌 PK-532503GA-2026-0001"
    assert text_of(arrived).endswith("https://cx.example.gov.cn/messages")


def test_a_notice_that_commits_late_is_found_by_the_next_look(office: Office) -> None:
    mailbox(office)
    with office.engine.transaction("system") as tx:
        tx.add_notices([NewNotice(id=uuid4(), people=(OFFICER,), kind="red", facts={"no": "PK-1"})])
        office.work()  # sees nothing of it, and notes how far it has looked
        assert office.mail.mails == []

    office.work()
    assert len(office.mail.mails) == 1


def test_groups_that_somebody_does_not_want_and_what_he_has_read_stay_here(office: Office) -> None:
    mailbox(office, habits=replace(AT_ONCE, groups=frozenset({"cards"})))
    office.tell(OFFICER, kind="copy")
    read = office.tell(OFFICER, no="PK-READ")
    office.tell(OFFICER, no="PK-NEW")
    channels.look(office.engine)
    notice_commands.mark_read(office.engine, OFFICER, [read])

    office.work()

    (arrived,) = office.mail.mails
    assert arrived["Subject"] == "【长效】黄牌 PK-NEW"


def test_several_notices_leave_in_one_message_with_the_language_of_the_channel(office: Office) -> None:
    mailbox(office, habits=replace(AT_ONCE, language="en"))
    office.tell(OFFICER, no="PK-1")
    office.tell(OFFICER, kind="reminder", no="WT-2")

    office.work()

    (arrived,) = office.mail.mails
    assert arrived["Subject"] == "[changxiao] 2 notices"
    assert set(text_of(arrived).splitlines()) >= {"Yellow card PK-1", "Reminder WT-2"}


def test_a_digest_waits_for_the_next_working_morning_of_the_business_clock(office: Office) -> None:
    mailbox(office, habits=Habits(rhythm="daily"))
    office.tell(OFFICER)
    office.work()
    assert office.mail.mails == []

    with psycopg.connect(office.db.admin_url) as connection:
        connection.execute("UPDATE channel_notice SET may_go_at = may_go_at - interval '1 day'")
    office.work()
    assert len(office.mail.mails) == 1


def test_a_failing_channel_waits_longer_each_time_loses_nothing_and_is_given_up_after_three_days(
    office: Office,
) -> None:
    kept = channels.save_for_unit(
        office.engine,
        ADMIN,
        "532503-GA",
        Wanted(kind="webhook", address=f"{office.hook.origin}/in", habits=AT_ONCE),
    )
    assert kept.secret.startswith("whsec_")
    office.hook.usual = (503, b"")
    office.tell(OFFICER)

    office.work()
    office.work()  # not due yet: nobody is asked again
    assert len(office.hook.posted) == 1
    assert (office.row(kept.id).failures, office.row(kept.id).last_reason) == (1, "status_503")

    office.later(timedelta(minutes=2))
    office.hook.usual = (204, b"")
    office.work()
    assert len(office.hook.posted) == 2
    assert office.hook.posted[0].headers["webhook-id"] == office.hook.posted[1].headers["webhook-id"]
    assert (office.row(kept.id).failures, office.row(kept.id).last_reason) == (0, "")

    office.hook.usual = (503, b"")
    office.tell(OFFICER)
    office.work()
    with psycopg.connect(office.db.admin_url) as connection:
        connection.execute("UPDATE channel SET failing_since = failing_since - interval '3 days', next_try_at = NULL")
    office.work()
    assert not office.row(kept.id).active


def test_a_unit_s_group_hears_of_its_own_people_only_and_nothing_of_sealed_cases(office: Office) -> None:
    channels.save_for_unit(
        office.engine,
        ADMIN,
        "532503-GA",
        Wanted(kind="wecom", address=f"{office.hook.origin}/cgi-bin/webhook/send?key=k", habits=AT_ONCE),
    )
    office.tell(PersonId("u041"))  # of another unit
    sealed = office.tell(OFFICER, no="XS-532503GA-2026-123456")
    with psycopg.connect(office.db.admin_url) as connection:
        connection.execute(
            "INSERT INTO instance (id, definition_id, key, rev, state, started_by, started_at, updated_at,"
            " history_head, sealed) SELECT %s, id, key, 0, '', 'system', now(), now(), '', true"
            " FROM definition_version LIMIT 1",
            (sealed,),
        )
        connection.execute("UPDATE notice SET instance_id = %s WHERE id = %s", (sealed, sealed))
    office.tell(OFFICER, no="PK-OPEN")

    office.work()

    (posted,) = office.hook.posted
    assert posted.json["text"]["content"].startswith("【长效】黄牌 PK-OPEN\n")


def test_addresses_are_encrypted_and_those_of_robots_are_not_shown_again(office: Office) -> None:
    kept = channels.save_for_unit(
        office.engine,
        ADMIN,
        "532503-GA",
        Wanted(kind="wecom", address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY", habits=AT_ONCE),
    )
    row = office.row(kept.id)
    assert b"KEY" not in row.address
    assert shown(office.engine.settings, row.kind, row.address) == "https://qyapi.weixin.qq.com/…"
    own = office.row(mailbox(office))
    assert shown(office.engine.settings, own.kind, own.address) == "zhang@example.gov.cn"

    # Habits change without typing the address again.
    channels.save_for_unit(
        office.engine, ADMIN, "532503-GA", Wanted(kind="wecom", address="", habits=Habits(rhythm="daily")), kept.id
    )
    assert office.row(kept.id).address == row.address
    assert office.row(kept.id).rhythm == "daily"


def test_nobody_sets_up_a_channel_that_is_not_his(office: Office) -> None:
    wecom = Wanted(kind="wecom", address="https://qyapi.weixin.qq.com/x", habits=AT_ONCE)
    with pytest.raises(OnlyAdministrators):
        channels.save_for_unit(office.engine, OFFICER, "532503-GA", wecom)
    with pytest.raises(InputRejected, match="robots"):
        channels.save_own(office.engine, OFFICER, wecom)
    own = mailbox(office)
    with pytest.raises(NotFound):
        channels.drop(office.engine, COLLEAGUE, own)
    with pytest.raises(NotFound):
        channels.try_out(office.engine, ADMIN, own)


def test_wrong_channels_are_refused_with_a_reason(office: Office) -> None:
    with pytest.raises(InputRejected, match="CHANGXIAO_OUTGOING_ORIGINS"):
        channels.save_for_unit(
            office.engine,
            ADMIN,
            "532503-GA",
            Wanted(kind="webhook", address="http://169.254.169.254/latest", habits=AT_ONCE),
        )
    office.engine.settings = replace(office.engine.settings, mail_domains="example.gov.cn")
    with pytest.raises(InputRejected, match="domains"):
        channels.save_own(
            office.engine, OFFICER, Wanted(kind="email", address="zhang@mail.example.com", habits=AT_ONCE)
        )
    for number in range(channels.MOST_PER_OWNER):
        mailbox(office, name=f"box{number}")
    with pytest.raises(TooMany):
        mailbox(office, name="one-more")


def test_a_channel_can_be_tried_and_tells_why_it_does_not_work(office: Office) -> None:
    good, wrong = mailbox(office), mailbox(office, COLLEAGUE, name="nobody")
    channels.try_out(office.engine, OFFICER, good)
    channels.try_out(office.engine, COLLEAGUE, wrong)

    office.work()

    assert [mail["Subject"] for mail in office.mail.mails] == ["【长效】测试消息"]
    assert office.row(good).last_sent_at is not None
    assert (office.row(wrong).last_reason, office.row(wrong).active) == ("mailbox_550", False)
