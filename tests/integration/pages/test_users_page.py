"""用户: passwords for one sign-in, locked accounts, and roles that take two administrators."""

from __future__ import annotations

import re
from datetime import date

from flask import Flask

from engine.core import Engine
from tests.integration.organization.conftest import access_facts
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import OWNER, UNIT, SignIn

WHY = {"reason": "岗位调整"}


def test_only_administrators_see_users_and_find_them_by_unit_and_role(owner: Browser, sign_in: SignIn) -> None:
    owner.open("/users", status=403)
    admin = sign_in("u903")
    found = admin.open(f"/users?unit={UNIT}&role=officer")
    assert OWNER in found.text("table")
    assert "没有符合条件的用户。" in admin.open("/users?q=没有此人").text()
    first, following = admin.open("/users").texts("tbody tr th"), admin.links(".foot a")[0]
    assert len(first) == 50
    assert not set(admin.open(following).texts("tbody tr th")) & set(first)


def test_a_new_user_signs_in_once_with_the_password_shown_and_chooses_another_before_anything(
    app: Flask, engine: Engine, sign_in: SignIn
) -> None:
    admin = sign_in("u903")
    values = {"name": "新入职", "username": "new.user", "unit": UNIT, "department": "532503-GA-03"}
    assert "密码" not in admin.open("/users/add").send("/users/add", values | {"username": "新"}, status=422).text("h1")
    made = admin.open("/users/add").send("/users/add", values)
    password = made.text(".secret")
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", password)

    new = Browser(app.test_client()).sign_in("new.user", password)
    assert new.address == "/me/password"
    assert new.open("/messages").address == "/me/password"
    refused = new.send("/me/password", {"present": password, "password": password, "again": password}, status=422)
    assert "不同" in refused.text(".err")
    own = "比一次性的密码更长的一句话"
    assert "密码已修改" in new.send("/me/password", {"present": password, "password": own, "again": own}).text()
    assert new.open("/messages").address == "/messages"

    lock = "/users/new.user/lock"
    assert "请填写锁定理由" in admin.open(lock).send(lock, {"reason": ""}, status=422).text(".err")
    assert "已锁定" in admin.send(lock, WHY).text("h1")
    assert new.open("/messages").address.startswith("/login")
    admin.open("/users/new.user/unlock").send("/users/new.user/unlock", WHY)
    assert "正常" in admin.text("h1")
    assert {"person.add", "password.change", "account.state"} <= {event for event, _ in access_facts(engine)}


def test_nobody_administers_the_own_account_nor_resets_the_password_of_another_administrator(sign_in: SignIn) -> None:
    admin = sign_in("u903")
    admin.open("/users/u903/lock", status=403)
    refused = admin.open("/users/u904/password").send("/users/u904/password", WHY, status=403)
    assert "请在服务器上执行" in refused.text(".errsum")


def test_a_role_counts_once_a_second_administrator_confirms_it_and_nobody_confirms_his_own(
    engine: Engine, sign_in: SignIn
) -> None:
    admin, second = sign_in("u903"), sign_in("u904")
    asks = {"role": "inspector", "unit": "532503-ZF", "valid_from": "2026-03-02", **WHY}
    own = {"csrf_token": admin.open("/users").csrf, **asks}
    admin.post("/users/u903/grant", own, status=403)

    admin.open("/users/u102/grant").send("/users/u102/grant", asks)
    (confirm,) = [
        form.get("action")
        for form in second.open("/role-requests").page.forms
        if "confirm" in (form.get("action") or "")
    ]
    assert not [form for form in admin.open("/role-requests").page.forms if "confirm" in (form.get("action") or "")]
    admin.post(confirm, {"csrf_token": admin.csrf}, status=403)
    assert "u102" not in inspectors(engine)

    second.send(confirm)
    assert "u102" in inspectors(engine)
    end = "/users/u102/roles/end?role=inspector&unit=532503-ZF"
    admin.open(end).send(end, {"last_day": "2026-03-01", **WHY})
    assert "u102" not in inspectors(engine)

    admin.open("/users/u102/grant").send("/users/u102/grant", asks | {"role": "reviewer"})
    (refuse,) = [link for link in second.open("/role-requests").links("a") if link.endswith("/refuse")]
    second.open(refuse).send(refuse, {"reason": ""}, status=422)
    assert "没有等待确认的授权。" in second.send(refuse, {"reason": "任职未满"}).text()
    assert {"role.grant", "role.end", "role.refuse"} <= {event for event, _ in access_facts(engine)}


def test_a_move_shows_what_ends_before_it_is_made(engine: Engine, sign_in: SignIn) -> None:
    admin, move = sign_in("u903"), "/users/u207/move"
    asked = {"unit": "532500-FY", "department": "", "reason": "交流任职"}
    looked = admin.open(move).send(move, asked)
    assert "岗位和角色于昨日结束" in looked.text(".card")
    assert home(engine, "u207") == "532500-JC"
    admin.send(move, {"confirm": "on"})
    assert home(engine, "u207") == "532500-FY"


def home(engine: Engine, account: str) -> str:
    with engine.reading("system") as tx:
        return engine.reference(tx).organization.home_unit(account)


def inspectors(engine: Engine) -> tuple[str, ...]:
    with engine.reading("system") as tx:
        return engine.reference(tx).organization.members("inspector", "532503-ZF", date(2026, 3, 2))
