"""Channels over REST and on their page: one's own mail, those of a unit for its administrators."""

from __future__ import annotations

from tests.integration.api.conftest import Caller, Sign

MAIL = {"kind": "email", "address": "zhang@example.gov.cn", "groups": ["cards"], "rhythm": "daily"}
ROBOT = {
    "unit": "532503-GA",
    "kind": "wecom",
    "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY",
}


def test_somebody_sets_up_changes_tries_and_drops_the_own_mail(owner: Caller, outsider: Caller) -> None:
    made = owner.post("/channels", MAIL, status=201)
    assert (made["address"], made["rhythm"], made["groups"], made["active"]) == (
        "zhang@example.gov.cn",
        "daily",
        ["cards"],
        True,
    )

    path = f"/channels/{made['id']}"
    changed = owner.put(path, {"rhythm": "at_once", "rests": False}, status=200)
    assert (changed["address"], changed["rests"]) == ("zhang@example.gov.cn", False)
    owner.post(f"{path}/trial", status=204)
    assert outsider.call("DELETE", path).status_code == 404
    assert [one["id"] for one in owner.get("/channels")["items"]] == [made["id"]]
    assert owner.call("DELETE", path).status_code == 204
    assert owner.get("/channels")["items"] == []


def test_a_robot_is_set_up_by_an_administrator_and_its_key_is_never_told(owner: Caller, sign_in: Sign) -> None:
    admin = sign_in("u903")
    made = admin.post("/channels", ROBOT, status=201)
    assert "KEY" not in str(admin.get("/channels?unit=532503-GA"))
    assert owner.get("/channels?unit=532503-GA")["items"] == []
    assert owner.post("/channels", ROBOT, status=403)["code"] == "only_administrators"
    hook = ROBOT | {"kind": "webhook", "address": "http://127.0.0.1:1/"}
    assert "CHANGXIAO_OUTGOING_ORIGINS" in admin.post("/channels", hook, status=422)["detail"]
    assert admin.call("DELETE", f"/channels/{made['id']}").status_code == 204
