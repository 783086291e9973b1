"""Draws by lot inside of a step: promise, draw, cancel; and the draws about problems (domain.md §3 S1, §5 D6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from engine.errors import Conflict, StepFailed
from engine.model.anchor import HOUR, full_hour
from engine.model.case_titles import SECOND_LOOKS
from engine.model.draw import SEED_BYTES, Lot, commitment, draw, draw_team, lots_of, pool_of, share
from engine.model.history import GENESIS
from engine.model.period import Period
from engine.model.step import ServiceCall
from engine.store.draws import DrawResult, DrawRow, DrawSecret

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep
    from engine.model.anchor import Anchor

INSPECTION, VERIFY, RECHECK = "inspection", "verify", "recheck"
_SPARED = "免予核验"  #: the other lot, where one problem is verified by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """From whom a team is drawn, and how many of them."""

    pool: Mapping[str, str]  #: {person: home unit}
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What came out, each in the order of the draw."""

    codes: tuple[str, ...]
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def promise(
    step: CaseStep, kind: str, slot: str, lots: Sequence[Lot], size: int, *, unit: str
) -> tuple[DrawRow, DrawSecret]:
    """Publish the commitment to a draw; seed and pool stay secret. One for each kind, unit and slot.

    One that this case promised before, or a case that has ended meanwhile, is cancelled and stays visible.
    Raises Conflict where one was drawn, or another case has promised one.
    """
    tx = step.tx
    tx.lock_slot(kind, unit, slot)
    earlier = tx.draws_for(kind, unit, slot)
    for other, is_cancelled in earlier:
        if not is_cancelled:
            _give_up(step, other)
    seed = step.engine.random.randbytes(SEED_BYTES)
    row = DrawRow(
        id=step.engine.ids.v4(),
        kind=kind,
        unit=unit,
        slot=slot,
        attempt=len(earlier) + 1,
        instance_id=step.instance_id,
        commitment=commitment(seed, lots),
        committed_at=step.at,
        committed_by=step.by,
    )
    secret = DrawSecret(draw_id=row.id, seed=seed, pool=pool_of(lots), size=size)
    tx.add_draw(row, secret)
    step.note("draw_promised", draw=str(row.id), attempt=row.attempt, commitment=row.commitment.hex())
    return row, secret


def anchored_at(at: datetime) -> datetime:
    """When the anchor is there from which a draw promised at `at` takes its chance: the next full hour."""
    return full_hour(at) + HOUR


def secret_of(step: CaseStep, call: ServiceCall) -> tuple[DrawSecret, Anchor]:
    """The promised draw that `draw_id` names, and its anchor. Raises StepFailed while that is still to come."""
    secret = step.tx.draw_secret(UUID(str(call.data["draw_id"])))
    anchor = step.tx.first_anchor_after(datetime.fromisoformat(str(call.data["committed_at"])))
    if secret is None or anchor is None:
        raise StepFailed("The anchor after the commitment is not there yet.", node_id=call.node_id, cause="no_anchor")
    return secret, anchor


def codes_of(secret: DrawSecret, anchor: Anchor | None) -> tuple[str, ...]:
    """What comes out: by seed and root alone, so the same every time."""
    return draw(lots_of(secret.pool), secret.size, seed=secret.seed, root=anchor.root if anchor else GENESIS)


def conclude(
    step: CaseStep, secret: DrawSecret, anchor: Anchor | None, teams: Mapping[str, Team] | None = None
) -> Drawn:
    """Draw, and tell seed, pool and root with the result. The database takes one result of a draw, never a second."""
    root = anchor.root if anchor is not None else GENESIS
    drawn = {
        label: draw_team(team.pool, team.size, seed=secret.seed, root=root, label=label)
        for label, team in (teams or {}).items()
    }
    told = {
        label: {"pool": dict(team.pool), "size": team.size, "team": list(drawn[label])}
        for label, team in (teams or {}).items()
    }
    codes = codes_of(secret, anchor)
    step.tx.add_result(secret, DrawResult(drawn=codes, teams=told), anchor)
    step.note("drawn", draw=str(secret.draw_id), anchor=anchor.no if anchor is not None else 0, count=len(codes))
    return Drawn(codes=codes, teams=drawn)


def cancel_draw(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The plan is withdrawn before the draw: what was promised stays visible as cancelled."""
    _cancel(step, UUID(str(call.data["draw_id"])), str(call.data.get("withdraw_reason") or "方案撤回"))
    return {"draw_id": None}


def _give_up(step: CaseStep, other: DrawRow) -> None:
    is_over = other.instance_id == step.instance_id or step.tx.instance(other.instance_id).is_over
    if step.tx.has_ended(other.id) or not is_over:
        raise Conflict(
            f"A draw for {other.slot} is made or promised already.", code="draw_promised", draw=str(other.id)
        )
    _cancel(step, other.id, "由后一次承诺替代")


def _cancel(step: CaseStep, draw_id: UUID, reason: str) -> None:
    step.tx.cancel_draw(draw_id, by=step.by, reason=reason)
    step.note("draw_cancelled", draw=str(draw_id))


# -- problems


def sample_verification(step: CaseStep) -> bool:
    """A grade A problem is verified by the issuer by chance, drawn when the unit submits it."""
    percent = step.reference.params.number("verify_sample_a")
    code = step.fact("business_no") or str(step.instance_id)
    return is_sampled(step, code, code, percent, unit=step.issuer_unit)


def is_sampled(step: CaseStep, code: str, about: str, percent: int, *, unit: str) -> bool:
    """Is this one verified? With a chance of `percent` of a hundred, in the name of `unit`, and on record in the log.

    Promised and drawn at once with the newest anchor: of a single one nobody could make use of the hour between.
    about: what the slot is named after; each asking of a case is a draw of its own.
    """
    slot = f"{about}/{step.tx.count_draws(VERIFY, step.instance_id) + 1}"
    chances = {code: percent, _SPARED: 100 - percent}
    lots = [Lot(code=one, weight=Decimal(weight)) for one, weight in chances.items() if weight > 0]
    _, secret = promise(step, VERIFY, slot, lots, 1, unit=unit)
    return conclude(step, secret, step.tx.last_anchor()).codes == (code,)


def promise_recheck(step: CaseStep, _call: ServiceCall) -> Mapping[str, object]:
    """回头看: of the A and B problems that were closed in the month before, a share is looked at again."""
    month = Period.containing("month", step.today.replace(day=1) - timedelta(days=1))
    numbers = step.tx.closed_problems(step.unit, first=month.first_day, last=month.last_day)
    size = share(len(numbers), step.reference.params.number("recheck_sample_ab"))
    step.changes["title"] = SECOND_LOOKS.written(year=month.year, number=month.number)
    if not size:
        return {"pool_size": 0}
    row, _ = promise(step, RECHECK, month.code, [Lot(code=number) for number in numbers], size, unit=step.unit)
    return {"pool_size": len(numbers), **promised(row)}


def draw_recheck(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Draw them; each problem asks at the end of its sixty days whether it came out."""
    secret, anchor = secret_of(step, call)
    return {"sample_size": len(conclude(step, secret, anchor).codes)}


def ask_recheck(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Is this problem looked at again? All C and D; of A and B what was drawn."""
    if str(call.data["severity"]) in {"C", "D"}:
        return {"rechecked": True}
    return {"rechecked": step.tx.is_drawn(RECHECK, step.issuer_unit, step.fact("business_no") or "")}


def promised(row: DrawRow) -> dict[str, object]:
    """Process variables about a draw that is promised."""
    return {
        "draw_id": str(row.id),
        "commitment": row.commitment.hex(),
        "committed_at": row.committed_at.isoformat(),
        "draw_at": anchored_at(row.committed_at).isoformat(),
    }


SERVICES = {f.__name__: f for f in (cancel_draw, promise_recheck, draw_recheck, ask_recheck)}
