"""Publishing a text: what it changes, putting it forward, and what waits for the second analyst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, request

from engine.commands import deployments, proposals
from engine.queries import proposals as queries
from engine.queries.designs import Base, Counts
from engine.queries.proposals import FormInForce, Proposal, RunningCount, UsingProcess
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.designs import wanted_revision
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.impact_words import impact_words
from webui.service import current_engine

nouns = Nouns("proposals", "Publishing drafts: impact, proposals, the second analyst's decision")


class ProposalRequest(Arguments):
    note = ma.fields.String(load_default="", validate=ma.validate.Length(0, 500))


class RefusalRequest(Arguments):
    reason = ma.fields.String(required=True)


class ProposalsQuery(Query):
    state = ma.fields.String(load_default="proposed", validate=ma.validate.OneOf(("proposed", "current", "refused")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What publishing the revision that counts now would change. words: the same in sentences."""

    current: Base | None
    running: tuple[RunningCount, ...]
    next_version: int
    is_behind: bool
    forms: tuple[FormInForce, ...]
    called_by: tuple[str, ...]
    used_by: tuple[UsingProcess, ...]
    words: tuple[str, ...]
    problems: Counts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A text that waits for the second analyst."""

    deployment_id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalList:
    items: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A bundle after the decision."""

    id: UUID
    state: str


@nouns.get("/designs/<uuid:design_id>/impact")
@rule("role:analyst")
@nouns.answers(200, Impact)
def impact(design_id: UUID) -> Response:
    """What publishing it would change; an analyst sees counts and no case."""
    found = queries.impact(current_engine(), current_person(), design_id)
    return answer(
        Impact(
            current=found.current,
            running=found.running,
            next_version=found.next_version,
            is_behind=found.is_behind,
            forms=found.forms,
            called_by=found.called_by,
            used_by=found.used_by,
            words=impact_words(found),
            problems=found.design.problems,
        )
    )


@nouns.post("/designs/<uuid:design_id>/proposal")
@rule("role:analyst")
@idempotent
@nouns.takes(ProposalRequest)
@nouns.answers(201, Proposed)
def propose(body: dict[str, Any], design_id: UUID) -> Response:
    """Put the revision of `If-Match` forward. 422 with `problems` when something forbids publishing."""
    rev = wanted_revision(request.headers.get)
    made = proposals.propose(current_engine(), current_person(), design_id, rev=rev, note=body["note"])
    found = queries.proposal(current_engine(), current_person(), made.id)
    return answer(Proposed(deployment_id=made.id, version=found.version if found is not None else 0), 201)


@nouns.get("/proposals")
@rule("role:analyst")
@nouns.takes(ProposalsQuery, location="query")
@nouns.answers(200, ProposalList)
def listing(query: dict[str, Any]) -> Response:
    """What waits for the second analyst, or was decided about lately."""
    return answer(ProposalList(items=queries.proposals(current_engine(), current_person(), state=query["state"])))


@nouns.post("/deployments/<uuid:deployment_id>/refusal")
@rule("role:analyst")
@idempotent
@nouns.takes(RefusalRequest)
@nouns.answers(200, Decided)
def refuse(body: dict[str, Any], deployment_id: UUID) -> Response:
    """Send a proposal back with a reason: its text is written on. Its author takes it back so."""
    made = deployments.refuse(current_engine(), current_person(), deployment_id, reason=body["reason"])
    return answer(Decided(id=made.id, state=made.state))
