"""A service that ends in an error of the diagram."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.commands import services
from engine.commands.case_step import CaseStep
from engine.core import Engine
from engine.model.step import ServiceCall
from engine.workflow import BpmnError
from tests.integration.resilience.office import INSPECTOR, begin, deploy, open_tasks


def _refuse(_step: CaseStep, _call: ServiceCall) -> Mapping[str, object]:
    raise BpmnError("REFUSED", {"why": "缺附件"})


def test_a_service_that_raises_an_error_of_the_diagram_leads_to_its_boundary_event_with_what_it_says(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(services.SERVICES, "res_work", _refuse)
    deploy(engine, "RES_REFUSE")

    case = begin(engine, "RES_REFUSE")

    assert [task.node_id for task in open_tasks(engine, case)] == ["MEND"]
    with engine.transaction(INSPECTOR) as tx:
        assert tx.instance(case).variables["why"] == "缺附件"
