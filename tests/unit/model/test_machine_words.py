"""Every service and decision that a drawing may name has a label."""

from __future__ import annotations

from engine.commands.services import SERVICES
from engine.decisions import decision_ids
from engine.model.machine_words import DECISION_WORDS, SERVICE_WORDS, decision_words, service_words


def test_every_service_and_decision_has_a_label() -> None:
    assert SERVICE_WORDS.keys() == SERVICES.keys()
    assert DECISION_WORDS.keys() == decision_ids()


def test_what_has_no_label_is_called_by_its_name() -> None:
    assert (service_words("new_one").zh, decision_words("D9").en) == ("new_one", "D9")
    assert service_words("close_problem").zh == "销号"
