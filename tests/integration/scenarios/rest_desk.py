"""The same desk over REST: people sign in, look at their inbox and send forms; the clock is moved by its endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from engine.commands.demonstration import PASSWORD
from engine.model.step import InstanceId, PersonId
from tests.integration.scenarios.desk import Desk, day


def _typed(item: Mapping[str, Any]) -> SimpleNamespace:
    """A JSON object with its days and instants as Python has them."""
    found = dict(item)
    for name, value in item.items():
        if isinstance(value, str) and name.endswith(("_at", "_on")):
            found[name] = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        if name in {"id", "instance_id"}:
            found[name] = UUID(value)
    return SimpleNamespace(**found)


@dataclass(slots=True)
class RestDesk(Desk):
    """What Desk does by commands, done by HTTP. Timers and notices are looked up in the database as before."""

    client: FlaskClient = None  # type: ignore[assignment]
    tokens: dict[str, str] = field(default_factory=dict)

    def go_to(self, text: str, at: str = "10:00") -> None:
        self.ask("POST", "/clock/advance", json={"to": day(text, at).isoformat()})

    def register(self, person: PersonId, **values: object) -> InstanceId:
        body = {"variables": values}
        began = self.ask("POST", "/process-definitions/S1_RECTIFY/instances", person, json=body, expect=201)
        return InstanceId(UUID(began["id"]))

    def case(self, instance_id: InstanceId) -> Any:
        inspector = self.inspector("532503-ZF")
        found = _typed(self.ask("GET", f"/instances/{instance_id}", inspector))
        found.variables = self.ask("GET", f"/instances/{instance_id}/variables", inspector)["variables"]
        return found

    def inbox(self, person: PersonId) -> dict[str, Any]:
        return {item["node_id"]: _typed(item) for item in self.tasks(person)}

    def tasks(self, person: PersonId) -> list[dict[str, Any]]:
        """What the person may work on, as the interface tells it."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.ask("GET", f"/tasks?view=inbox&limit=100&cursor={cursor}", person)
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    def look_at(self, person: PersonId, node_id: str) -> None:
        self.ask("GET", f"/tasks/{self.inbox(person)[node_id].id}", person)

    def do(self, person: PersonId, node_id: str, values: Mapping[str, object]) -> None:
        self.ask("POST", f"/tasks/{self.inbox(person)[node_id].id}/complete", person, json={"values": values})

    def refused(self, person: PersonId, node_id: str, values: Mapping[str, object]) -> list[str]:
        """The places at which the form is refused."""
        path = f"/tasks/{self.inbox(person)[node_id].id}/complete"
        return sorted(self.ask("POST", path, person, json={"values": values}, expect=422)["fields"])

    def now(self) -> datetime:
        return datetime.fromisoformat(self.ask("GET", "/clock")["now"])

    def object_to(self, person: PersonId, number: str, reason: str) -> None:
        self.ask("POST", f"/cards/{number}/objections", person, json={"reason": reason}, expect=201)

    def ask(
        self, method: str, path: str, person: PersonId | None = None, *, json: object = None, expect: int = 200
    ) -> Any:
        headers = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        if person is not None:
            headers["Authorization"] = f"Bearer {self._token(person)}"
        answer = self.client.open(f"/api/v1{path}", method=method, json=json, headers=headers)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.get_data(as_text=True)}"
        return answer.get_json(silent=True)

    def _token(self, person: PersonId) -> str:
        if person not in self.tokens:
            body = {"username": person, "password": PASSWORD}
            self.tokens[person] = self.ask("POST", "/sessions", json=body, expect=201)["token"]
        return self.tokens[person]
