"""The desk of a mechanism: cases begun by hand, forms that are signed, files, and many units at once."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

from engine.commands import attachments, tasks
from engine.commands.case_step import SYSTEM
from engine.commands.cases import begin_case, finish
from engine.commands.demonstration import PASSWORD
from engine.model.clock import local_day
from engine.model.numbering import case_key
from engine.model.obligation import state_of
from engine.model.organization import Organization
from engine.model.step import InstanceId, PersonId
from engine.model.vacancy import REQUIRED
from engine.store.rows import UserTaskRow
from forms import Form
from tests.form_samples import sample_values, shipped_form
from tests.integration.scenarios.rest_desk import RestDesk, _typed

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@dataclass(slots=True)
class Office(RestDesk):
    """What the people of a mechanism do over REST; what seventy units do alike goes through commands."""

    files: dict[PersonId, str] = field(default_factory=dict)

    def begin(self, key: str, person: PersonId, **values: object) -> InstanceId:
        body = {"variables": values}
        began = self.ask("POST", f"/process-definitions/{key}/instances", person, json=body, expect=201)
        return InstanceId(UUID(began["id"]))

    def begin_by_calendar(self, key: str, node: str, unit: str, period: str) -> InstanceId:
        """The case that a timer start begins for one unit, without those of the 69 others."""
        with self.engine.transaction(SYSTEM) as tx:
            current = tx.current_definition(key)
            assert current is not None
            step = begin_case(
                self.engine,
                tx,
                self.engine.definition(tx, current.id),
                by=SYSTEM,
                variables={"unit": unit, "period": period},
                unit=unit,
                business_key=case_key(key, unit, period),
                timer=node,
            )
            finish(step)
        return step.instance_id

    def waiting_for(self, person: PersonId) -> list[Any]:
        """Every open task of the person, those of one node too."""
        return [_typed(item) for item in self.tasks(person)]

    def open_at(self, *nodes: str) -> list[UserTaskRow]:
        """Every open task of the prefecture at these nodes, in the order of the units."""
        with self.engine.transaction(SYSTEM) as tx:
            found = [task for task in tx.all_open_tasks() if task.node_id in nodes]
        return sorted(found, key=lambda task: (task.unit or "", str(task.id)))

    def values(self, form: str, person: PersonId, **changes: object) -> dict[str, object]:
        """The sample of a form, with people, departments and files that exist."""
        with self.engine.transaction(SYSTEM) as tx:
            today, organization = local_day(tx.now), self.engine.reference(tx).organization
        return self._sample(shipped_form(form), person, organization, today) | changes

    def _sample(self, form: Form, person: PersonId, organization: Organization, today: date) -> dict[str, object]:
        unit, files = organization.home_unit(person), (self.file_of(person),) if form.file_keys else ()
        found = sample_values(form, today=today, unit=unit, department=f"{unit}-01", persons=(person,), documents=files)
        if form.id == "P01_T1":  # everybody who holds a post
            (row, *_) = cast("list[dict[str, object]]", found["rows"])
            held = [(code, post.person) for code in REQUIRED for post in organization.holders(unit, code, today)]
            found["rows"] = [row | {"position": code, "user": holder} for code, holder in held]
        return found

    def file_of(self, person: PersonId) -> str:
        """A file that the person has uploaded."""
        if person not in self.files:
            made = attachments.add(self.engine, person, "材料.pdf", PDF)
            self.files[person] = str(made.id)
        return self.files[person]

    def upload(self, person: PersonId, name: str) -> str:
        """The same over HTTP."""
        headers = {"Authorization": f"Bearer {self._token(person)}", "Idempotency-Key": str(uuid4())}
        data = {"file": (io.BytesIO(PDF), name)}
        answer = self.client.post("/api/v1/attachments", data=data, headers=headers)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.get_json()["id"])

    def send(
        self,
        person: PersonId,
        node: str,
        values: Mapping[str, object],
        *,
        signed: bool = False,
        expect: int = 200,
        task: UUID | None = None,
    ) -> Any:
        """Complete a task over REST; signed: the password is typed again."""
        body: dict[str, object] = {"values": values} | ({"password": PASSWORD} if signed else {})
        task = task or self.inbox(person)[node].id
        return self.ask("POST", f"/tasks/{task}/complete", person, json=body, expect=expect)

    def refused(
        self, person: PersonId, node: str, values: Mapping[str, object], *, signed: bool = False
    ) -> dict[str, tuple[str, str]]:
        """{field: (Chinese, English)} of what is said to values that are not accepted."""
        path = f"/api/v1/tasks/{self.inbox(person)[node].id}/complete"
        body: dict[str, object] = {"values": values} | ({"password": PASSWORD} if signed else {})
        told = []
        for language in ("zh", "en"):
            headers = {
                "Authorization": f"Bearer {self._token(person)}",
                "Accept-Language": language,
                "Idempotency-Key": str(uuid4()),
            }
            answer = self.client.post(path, json=body, headers=headers)
            assert answer.status_code == 422, answer.get_data(as_text=True)
            told.append(answer.get_json()["fields"])
        return {field: (said[0], told[1][field][0]) for field, said in told[0].items()}

    def case_of(self, instance_id: InstanceId, person: PersonId) -> Any:
        """The case as the person sees it."""
        return _typed(self.ask("GET", f"/instances/{instance_id}", person))

    def standing(self, code: str, unit: str, period: str, person: str = "", *, case: InstanceId | None = None) -> str:
        """The state of an obligation today: open, done, done_late, overdue, … case: of what a case made owed."""
        with self.engine.transaction(SYSTEM) as tx:
            found = tx.find_obligation(code, unit, person, period=period, event=str(case or ""))
            assert found is not None, (code, unit, period)
            return state_of(found.standing, local_day(tx.now))

    def sign_as(self, task: UserTaskRow) -> None:
        """Whoever has the task signs it with the sample of its form."""
        assert task.assignee is not None
        assert task.form_key is not None
        tasks.complete(self.engine, task.id, task.assignee, self.values(task.form_key, task.assignee), signed=True)

    def all_do(self, node: str, form: str, *, but: Iterable[str] = (), **changes: object) -> int:
        """Whoever has a task at the node completes it with the sample of the form. but: units that do not yet."""
        compiled, later = shipped_form(form), set(but)
        with self.engine.transaction(SYSTEM) as tx:
            today, organization = local_day(tx.now), self.engine.reference(tx).organization
            waiting = [
                (task.id, task.assignee or tx.candidates(task.id)[0])
                for task in tx.all_open_tasks()
                if task.node_id == node and task.unit not in later
            ]
        for task_id, person in waiting:
            sample = self._sample(compiled, person, organization, today)
            tasks.complete(self.engine, task_id, person, sample | changes, signed=True)
        return len(waiting)
