"""Parameters: read by all, set and confirmed by an administrator with the document that orders it."""

from __future__ import annotations

from engine.core import Engine
from tests.integration.api.conftest import Caller, Sign


def one(caller: Caller, key: str) -> dict[str, object]:
    return next(item for item in caller.get("/params")["items"] if item["key"] == key)


def test_a_parameter_is_pending_until_an_administrator_has_set_or_confirmed_it(
    owner: Caller, sign_in: Sign, engine: Engine
) -> None:
    admin, key = sign_in("u903"), "p03_make_up_wd"
    assert one(owner, key)["pending"]
    assert owner.put(f"/params/{key}", {"value": 25, "reason": "红政法发〔2026〕3号"}, status=403)

    changed = admin.put(f"/params/{key}", {"value": 25, "reason": "红政法发〔2026〕3号"})
    assert (changed["value"], changed["shipped"], changed["pending"]) == (25, 20, False)
    assert changed["changed_by"] == "用户903"
    with engine.reading("system") as tx:
        assert engine.reference(tx).params.number(key) == 25
        assert tx.raw.execute("SELECT actor FROM access_log WHERE event = 'param.set'").fetchall() == [("u903",)]

    admin.put(f"/params/{key}", {"value": 20, "reason": "恢复原值", "confirmed": False})
    assert one(owner, key)["pending"]


def test_a_value_that_does_not_fit_is_refused_at_its_field_and_nothing_changes(sign_in: Sign) -> None:
    admin, key = sign_in("u903"), "p01_letter_due"
    for value, reason, says in (("02-30", "文", "02-30"), (-1, "文", "-1"), ("03-31", " ", "依据")):
        refused = admin.put(f"/params/{key}", {"value": value, "reason": reason}, status=422)
        assert says in refused["detail"]
    assert one(admin, key)["changed_at"] is None
    admin.put("/params/no_such", {"value": 1, "reason": "文"}, status=404)
