"""The desk of the analysts: two of them, and what they do with a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import (  # noqa: F401 - fixtures
    API,
    Caller,
    Sign,
    app,
    engine,
    inspector,
    leader,
    module_db,
    owner,
    shipped,
    sign_in,
)

S1 = "S1_RECTIFY"


@pytest.fixture
def analyst(sign_in: Sign) -> Caller:  # noqa: F811
    return sign_in("u901")


@pytest.fixture
def colleague(sign_in: Sign) -> Caller:  # noqa: F811
    return sign_in("u902")


@pytest.fixture
def blank(analyst: Caller) -> Callable[[str], Any]:
    """Begin a process that does not exist yet."""
    return lambda key: analyst.post("/designs", {"kind": "bpmn", "key": key, "name": "试作流程"}, status=201)


def put(caller: Caller, design_id: str, content: bytes, rev: int, *, status: int = 200) -> Any:
    """Save a text as the next one after `rev`."""
    answer = caller.client.put(
        f"{API}/designs/{design_id}/xml",
        data=content,
        content_type="application/xml",
        headers={"Authorization": f"Bearer {caller.token}", "If-Match": f'"{rev}"'},
    )
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_json()


def text(caller: Caller, design_id: str, rev: int | None = None) -> bytes:
    """A saved text."""
    path = f"/designs/{design_id}/xml" if rev is None else f"/designs/{design_id}/revisions/{rev}/xml"
    return bytes(caller.call("GET", path).data)


def begin(caller: Caller, key: str = S1) -> Any:
    """Begin a text from the version in force, or open the one that was begun."""
    current = caller.get(f"/process-definitions?key={key}&state=current")["items"][0]
    answer = caller.call("POST", "/designs", {"based_on": current["id"]})
    if answer.status_code == 409:
        return caller.get(f"/designs/{answer.get_json()['facts']['id']}")
    return answer.get_json()
