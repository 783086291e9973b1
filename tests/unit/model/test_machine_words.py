"""Every service that a drawing may name has a label."""

from __future__ import annotations

from engine.commands.services import SERVICES
from engine.model.machine_words import SERVICE_WORDS, service_words


def test_every_service_has_a_label() -> None:
    assert SERVICE_WORDS.keys() == SERVICES.keys()


def test_what_has_no_label_is_called_by_its_name() -> None:
    assert service_words("new_one").zh == service_words("new_one").en == "new_one"
    assert service_words("close_problem").zh == "销号"
