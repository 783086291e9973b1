"""What people see of a calendar that was changed: no banner any more, the ledger, their copies, the list."""

from __future__ import annotations

import json

import psycopg
import pytest

from engine.commands import calendar
from engine.commands.case_step import SYSTEM
from engine.commands.cases import load_case
from engine.core import Engine
from engine.model.step import InstanceId, PersonId
from engine.store.roles import Addresses
from tests.integration.pages.conftest import INSPECTOR, OWNER, SignIn, over_new_year, task_of

ADMIN = PersonId("u903")
NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"
SEALED = "后来封存的事项"


@pytest.fixture(scope="module")
def imported(engine: Engine) -> InstanceId:
    """A case whose limit has moved from 2027-01-11 to 01-12; another one was sealed after it had moved."""
    case, other = over_new_year(engine), over_new_year(engine, title=SEALED)
    off = [{"from": "2027-01-01", "to": "2027-01-03", "zh": "元旦", "en": "New Year's Day"}]
    table = {"year": 2027, "source": NOTICE, "off": off, "work": []}
    calendar.enter_national_year(engine, ADMIN, json.dumps(table))
    with engine.transaction(SYSTEM) as tx:
        step = load_case(engine, tx, tx.lock_instance(other), by=SYSTEM)
        step.changes["sealed"] = True
        step.save()
    return case


def test_with_the_table_the_banner_is_gone_and_the_ledger_says_why_the_date_moved(
    engine: Engine, sign_in: SignIn, imported: InstanceId
) -> None:
    owner = sign_in(OWNER)
    for path in ("/inbox?view=todo", task_of(engine, imported), f"/case/{imported}"):
        assert not [said for said in owner.open(path).texts(".note.warn") if "节假日表" in said]
        assert "暂定" not in owner.text()
    ledger = " ".join(owner.open(f"/case/{imported}").texts("section[aria-labelledby=ledger-h] tr"))
    assert ledger.count(f"工作日历变更{NOTICE}+1 日2027-01-12") == 1
    told = [line for line in owner.texts(".tl li") if line.startswith("工作日历变更")]
    assert len(told) == 1  # the limit and the task that ends with it move alike
    assert f"2027-01-11 → 2027-01-12 · {NOTICE}" in told[0]


def test_the_holder_of_a_moved_task_finds_old_and_new_day_among_his_copies(
    sign_in: SignIn, imported: InstanceId
) -> None:
    owner = sign_in(OWNER)
    assert "工作日历变更 2027-01-11 → 2027-01-12" in owner.open("/inbox?view=cc").text("table.inbox")


def test_an_inspector_reads_the_list_of_moved_dates_once_as_new(
    engine: Engine, sign_in: SignIn, imported: InstanceId
) -> None:
    inspector = sign_in(INSPECTOR)
    inspector.open("/inbox?view=cc")
    (summary,) = inspector.texts("details.filled summary")
    assert NOTICE in summary
    assert "项期限调整" in summary
    rows = inspector.texts("details.filled tbody tr")
    assert [row for row in rows if row.startswith("跨年整改")] == [
        f"跨年整改{number_of(engine, imported)}整改时限蒙自市公安局2027-01-112027-01-12",
        f"跨年整改{number_of(engine, imported)}实施整改蒙自市公安局2027-01-112027-01-12",
    ]
    assert inspector.find("details.filled[open]")
    assert not inspector.open("/inbox?view=cc").find("details.filled[open]")
    assert not sign_in("u903").open("/inbox?view=cc").find("details.filled")


def number_of(engine: Engine, case: InstanceId) -> str:
    with engine.reading(SYSTEM) as tx:
        return str(tx.instance(case).business_no)


def test_a_case_that_was_sealed_since_is_no_longer_on_the_list(
    sign_in: SignIn, imported: InstanceId, module_db: Addresses
) -> None:
    with psycopg.connect(module_db.admin_url) as connection:  # a party of the case sees it, sealed or not
        connection.execute("DELETE FROM instance_party WHERE person_id = 'u042'")
    inspector = sign_in("u042")
    rows = inspector.open("/inbox?view=cc").texts("details.filled tbody tr")
    assert rows
    assert not [row for row in rows if SEALED in row]
