"""A try-out as it stands, with the forms of its open tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.core import Engine
from engine.model.organization import Organization
from engine.model.step import PersonId
from forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """The stored run, and what its forms need to be shown."""

    id: UUID
    design_id: UUID | None
    run: Mapping[str, object]
    forms: Mapping[str, Form]  #: of open tasks, by key; a key that was never published is left out
    organization: Organization


def trial(engine: Engine, person: PersonId, trial_id: UUID) -> TrialView:
    """Of the person's own, until it expires. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.trial(trial_id, at=tx.wall_now())
        tasks = row.run.get("tasks")
        keys = {str(task["form"]) for task in tasks if task["form"]} if isinstance(tasks, list) else set()
        forms = {}
        for key in sorted(keys):
            found = tx.current_form(key)
            if found is not None:
                forms[key] = engine.form_version(tx, found.id).form
        organization = engine.reference(tx).organization
    return TrialView(id=row.id, design_id=row.design_id, run=row.run, forms=forms, organization=organization)
