"""What an officer keeps for himself over REST: how pages look, and the views of his inbox."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.integration.api.conftest import Caller, Sign

LATE = {"name": "红牌在手", "filters": {"view": "late", "level": "red"}}


def test_what_is_not_named_in_a_change_of_preferences_stays(owner: Caller) -> None:
    owner.read("PATCH", "/me", {"theme": "dark", "language": "en"})

    found = owner.read("PATCH", "/me", {"density": "dense"})

    assert found["language"] == "en"
    assert found["preferences"] == {"theme": "dark", "density": "dense", "large_text": False, "shortcuts": True}
    assert owner.get("/me")["preferences"] == found["preferences"]
    owner.read("PATCH", "/me", {"theme": "system", "density": "normal", "language": "zh"})


def test_a_theme_that_does_not_exist_is_refused_by_name(owner: Caller) -> None:
    refused = owner.read("PATCH", "/me", {"theme": "pink"}, status=422)

    assert list(refused["fields"]) == ["theme"]


def test_a_view_is_saved_renamed_made_the_first_and_deleted(owner: Caller) -> None:
    made = owner.post("/saved-views", LATE, status=201)
    other = owner.post("/saved-views", {**LATE, "name": "其他"}, status=201)

    owner.read("PATCH", f"/saved-views/{other['id']}", {"is_default": True})
    owner.read("PATCH", f"/saved-views/{made['id']}", {"name": "红牌", "is_default": True})

    names = [(view["name"], view["is_default"], view["filters"]) for view in views(owner)]
    assert names == [("红牌", True, LATE["filters"]), ("其他", False, LATE["filters"])]
    for view in views(owner):
        owner.read("DELETE", f"/saved-views/{view['id']}", status=204)
    assert views(owner) == []


def test_a_name_is_given_once_and_never_empty(owner: Caller) -> None:
    made = owner.post("/saved-views", LATE, status=201)

    for name in ("", "  ", "字" * 31, "红牌在手", " 红牌在手 ", "a\u202eb"):
        refused = owner.post("/saved-views", {**LATE, "name": name}, status=422)
        assert refused["facts"]["field"] == "name", name
    owner.read("DELETE", f"/saved-views/{made['id']}", status=204)


def test_a_view_keeps_filters_of_the_inbox_only(owner: Caller) -> None:
    refused = owner.post("/saved-views", {"name": "x", "filters": {"task": str(uuid4())}}, status=422)

    assert "filters.task.key" in refused["fields"]


def test_a_view_is_its_owners_alone(owner: Caller, sign_in: Sign) -> None:
    made = owner.post("/saved-views", LATE, status=201)
    colleague = sign_in("u102")

    assert views(colleague) == []
    colleague.read("PATCH", f"/saved-views/{made['id']}", {"name": "我的"}, status=404)
    colleague.read("DELETE", f"/saved-views/{made['id']}", status=404)
    assert [view["name"] for view in views(owner)] == ["红牌在手"]
    owner.read("DELETE", f"/saved-views/{made['id']}", status=204)


def views(caller: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get("/saved-views")["items"]
    return found
