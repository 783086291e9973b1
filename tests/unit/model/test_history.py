"""The hash chain and its verifier: security.md §5."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.history import (
    GENESIS,
    ExportedEvent,
    body_digest,
    canonical_json,
    head_leaf,
    link_hash,
    merkle_root,
    stamp,
    verify,
)
from tests.unit.model.given import at


def a_chain(count=5, name="01890000-0000-7000-8000-000000000001", *, events=None):
    """A sound chain of `count` events; `events` replaces (event, body) by seq."""
    rows, head = [], GENESIS
    for seq in range(1, count + 1):
        event, body = (events or {}).get(seq, ("completed", json.dumps({"n": seq})))
        salt = bytes([seq]) * 16
        row = ExportedEvent(
            chain=name,
            seq=seq,
            at=stamp(at("03-02")),
            event=event,
            node_id="S1_T5",
            node_type="userTask",
            actor="u101",
            subject="t1",
            digest=body_digest(salt, body.encode()),
            hash=b"",
            salt=salt,
            body=body,
        )
        head = link_hash(head, row.row, row.digest)
        rows.append(replace(row, hash=head))
    return rows


def findings(rows):
    return [(f.seq, f.kind) for f in verify(rows).findings]


def without_body(rows, *seqs):
    return [replace(r, body=None, salt=None) if r.seq in seqs else r for r in rows]


def erasure(*seqs, **body):
    return ("erased", json.dumps({"erased": seqs, "reason": "保存期满"} | body))


def test_a_sound_chain_verifies_and_tells_its_head():
    rows = a_chain()
    result = verify(rows)
    assert result.is_sound
    assert result.events == 5
    assert result.heads == {rows[0].chain: (5, rows[-1].hash)}


def test_chains_may_be_mixed():
    one, two = a_chain(name="access-01"), a_chain(name="access-02")
    mixed = [row for pair in zip(one, two, strict=True) for row in pair]
    assert verify(mixed).is_sound
    assert verify([]).is_sound


@pytest.mark.parametrize("field", ["at", "event", "node_id", "node_type", "actor", "subject"])
def test_a_changed_row_is_found_where_it_is(field):
    rows = a_chain()
    rows[2] = replace(rows[2], **{field: "x"})
    assert findings(rows) == [(3, "hash")]


def test_a_changed_body_is_found_exactly():
    rows = a_chain()
    rows[2] = replace(rows[2], body='{"n":4}')
    assert findings(rows) == [(3, "body")]


def test_a_forged_hash_breaks_the_event_after_it_too():
    rows = a_chain()
    rows[2] = replace(rows[2], hash=bytes(32))
    assert findings(rows) == [(3, "hash"), (4, "hash")]


def test_a_missing_row_is_a_gap():
    rows = a_chain()
    assert findings(rows[:2] + rows[3:]) == [(4, "gap"), (4, "hash")]


def test_a_missing_body_needs_an_erased_event():
    assert findings(without_body(a_chain(), 2)) == [(2, "missing_body")]
    rows = a_chain(events={5: erasure(2, 3)})
    assert findings(without_body(rows, 2, 3)) == []
    assert findings(without_body(rows, 2, 4)) == [(4, "missing_body")]


@pytest.mark.parametrize("body", ["[]", "nonsense", '{"erased": 7}', "{}", '{"erased": ["x"]}'])
def test_an_erased_event_that_names_nothing_excuses_nothing(body):
    rows = a_chain(events={5: ("erased", body)})
    assert findings(without_body(rows, 2)) == [(2, "missing_body")]


def test_an_erased_event_without_its_own_body_excuses_nothing():
    rows = a_chain(events={5: erasure(2)})
    assert findings(without_body(rows, 2, 5)) == [(2, "missing_body"), (5, "missing_body")]


def test_a_finding_says_where_in_both_languages():
    found = verify(without_body(a_chain(name="access-01"), 2)).findings[0]
    assert found.zh == "access-01第2条：正文缺失且没有清除记录。"
    assert found.en == "access-01 event 2: the body is missing without a record of its erasure."


def test_canonical_json_has_one_form():
    body = {
        "b": [1, None, True, 1.5],
        "a": {"日": date(2026, 3, 2), "at": at("03-02")},
        "id": UUID(int=1),
        "d": Decimal("1.50"),
        "t": ("x",),
    }
    assert canonical_json(body).decode() == (
        '{"a":{"at":"2026-03-02T01:00:00.000000Z","日":"2026-03-02"},"b":[1,null,true,1.5],"d":"1.50",'
        '"id":"00000000-0000-0000-0000-000000000001","t":["x"]}'
    )
    assert canonical_json(dict(reversed(body.items()))) == canonical_json(body)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), datetime(2026, 3, 2), {1, 2}, b"x"])  # noqa: DTZ001
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json({"a": value})


def test_the_merkle_root_depends_on_every_leaf_and_on_their_order():
    leaves = [head_leaf("access-01", i, bytes([i]) * 32) for i in range(1, 8)]
    roots = {merkle_root(leaves), merkle_root(leaves[:-1]), merkle_root(leaves[::-1])}
    roots |= {merkle_root([*leaves[:3], b"x", *leaves[4:]]), merkle_root(leaves[:1])}
    assert len(roots) == 5
    assert merkle_root([]) == GENESIS
    assert merkle_root(iter(leaves)) == merkle_root(leaves)


def test_a_node_does_not_pass_for_a_leaf():
    one, two = b"1", b"2"
    inner = merkle_root([one, two])
    assert merkle_root([inner]) != inner


@settings(print_blob=True)
@given(st.integers(0, 4), st.sampled_from(["hash", "digest", "body", "actor"]))
def test_any_single_change_is_found(index, field):
    rows = a_chain()
    value = getattr(rows[index], field)
    rows[index] = replace(rows[index], **{field: value[::-1] + value[:1]})
    assert not verify(rows).is_sound
