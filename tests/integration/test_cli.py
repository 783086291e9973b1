"""The command line on an installation that is being served: accounts, tokens, publishing, export, backup."""

from __future__ import annotations

import json
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from engine.commands import accounts, demonstration
from engine.config import Settings
from engine.model.clock import SHANGHAI
from engine.store import embedded, migrate
from tests.integration.api.test_definitions import FORM, PLAIN
from tests.unit.decisions.dmn.drawn import an_input, decision, definitions, table
from tests.unit.lint.drawings import a_process, a_task
from tests.unit.lint.rule_samples import SAMPLES
from webui.cli import main
from webui.console import opened_engine

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def served() -> Iterator[Settings]:
    """An embedded database that another part of this process keeps running, with the people of a rehearsal."""
    folder = Path(tempfile.gettempdir()) / f"changxiao-test-{uuid.uuid4().hex}"
    settings = Settings(data_dir=folder)
    server = embedded.start(settings)
    try:
        migrate.migrate(server.owner_url)
        with opened_engine(settings) as engine:
            demonstration.prepare(engine, "rehearsal", datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
        yield settings
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command sets up logging for its own process, on a terminal that is gone when the test ends."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def run(served: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CHANGXIAO_DATA_DIR", str(served.data_dir))

    def call(*arguments: str, typed: str = "", fails: bool = False) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=typed)
        assert (result.exit_code != 0) == fails, result.output + str(result.exception)
        return result

    return call


def test_a_person_is_entered_signs_in_and_is_shut_out_again(run: Run, served: Settings) -> None:
    new = ("robot", "--name", "接口账户", "--unit", "532503-GA", "--role", "officer")
    run("user", "add", *new, typed="p4ssword-long\n" * 2)
    assert "robot" in run("user", "list", "--unit", "532503-GA").output
    with opened_engine(served) as engine:
        assert accounts.sign_in(engine, "robot", "p4ssword-long", address="127.0.0.1").person_id == "robot"
    run("user", "password", "robot", "--password", "another-password")
    run("user", "state", "robot", "disabled")
    assert "disabled" in run("user", "list", "--unit", "532503-GA").output


@pytest.mark.parametrize(
    ("name", "unit", "roles", "password", "words"),
    [
        ("robot2", "532503-GA", "officer", "short", "12"),
        ("robot2", "NO", "officer", "long-enough-1", "NO"),
        ("robot2", "532503-GA", "king", "long-enough-1", "king"),
        ("robot2", "532503-GA", "admin auditor", "long-enough-1", "auditor"),
        ("u101", "532503-GA", "officer", "long-enough-1", "u101"),
        ("a b", "532503-GA", "officer", "long-enough-1", "用户名"),
    ],
)
def test_a_person_who_cannot_be_entered_is_refused_in_words(
    run: Run, name: str, unit: str, roles: str, password: str, words: str
) -> None:
    given = [part for role in roles.split() for part in ("--role", role)]
    result = run("user", "add", name, "--name", "x", "--unit", unit, *given, "--password", password, fails=True)
    assert words in result.output + str(result.exception)
    assert "Traceback" not in result.output


def test_a_token_is_issued_listed_and_revoked(run: Run, served: Settings) -> None:
    token_id, secret = run("token", "issue", "u041", "report", "--days", "7", "--read-only").output.split()
    assert secret.startswith("cx_")
    with opened_engine(served) as engine:
        visitor = accounts.visitor_of(engine, secret)
        assert visitor is not None
        assert (visitor.person_id, visitor.scopes) == ("u041", ("read",))
        assert token_id[:8] in run("token", "list", "u041").output
        run("token", "revoke", "u041", token_id)
        assert accounts.visitor_of(engine, secret) is None
    run("token", "revoke", "u101", token_id, fails=True)
    run("token", "issue", "nobody", "x", fails=True)


def test_a_bundle_is_checked_without_a_database_and_published_by_two(run: Run, tmp_path: Path) -> None:
    good, form, bad = tmp_path / "CLI.bpmn", tmp_path / "F_DO.json", tmp_path / "BAD.bpmn"
    good.write_bytes(a_process(a_task(PLAIN), key="CLI"))
    form.write_bytes(FORM)
    bad.write_bytes(a_process(a_task('cx:assign="nonsense"'), key="BAD"))
    assert "fit to publish" in run("lint", str(good), str(form)).output
    assert "T1" in run("lint", str(bad), fails=True).output
    assert "proposed" in run("deploy", str(good), str(form), "--by", "u901").output
    assert "current" in run("deploy", str(good), str(form), "--by", "u901", "--confirm-by", "u902").output
    run("deploy", str(good), str(form), "--by", "u901", "--confirm-by", "u901", fails=True)
    assert "T1" in run("deploy", str(bad), fails=True).output


def test_lint_checks_decisions_with_the_cases_beside_them_and_whole_folders(run: Run, tmp_path: Path) -> None:
    model, cases = tmp_path / "D8.dmn", tmp_path / "D8.dmn.tests.json"
    (tmp_path / "README.md").write_text("not a definition")
    rules = ("< 10 => 1", ">= 10 => 2")
    model.write_bytes(definitions(an_input("x", "number"), decision("D8", table(rules), inputs="x")))
    told = {"name": "ten", "inputs": {"x": 10}, "expect": 2}
    cases.write_text(json.dumps({"decision": "D8", "cases": [told]}))
    for path in (model, cases, tmp_path):
        output = run("lint", str(path)).output
        assert "test cases that hold: 1" in output
        assert "fit to publish" in output
    cases.write_text(json.dumps({"decision": "D8", "cases": [told | {"expect": 1}]}))
    refused = run("lint", str(model), fails=True).output
    assert "[DMN-32]" in refused
    assert "用例“ten”未通过：应为 1，得到 2" in refused
    assert "fit to publish" in run("lint", "processes").output
    (tmp_path / "empty").mkdir()
    run("lint", str(tmp_path / "empty"), fails=True)


def test_lint_prints_the_way_that_leads_to_a_deadlock(run: Run, tmp_path: Path) -> None:
    drawing = tmp_path / "P1.bpmn"
    drawing.write_bytes(SAMPLES["SOUND-01"].file(SAMPLES["SOUND-01"].bad))

    told = run("lint", str(drawing), fails=True).output
    assert "“汇合”会卡死" in told
    assert "路径 · path: S → S_X → X → X_T1 → T1 → T1_J → J" in told


def test_an_export_verifies_offline_and_a_changed_line_is_found(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    run("token", "issue", "u102", "something to export")
    run("export-audit", str(file))
    assert file.stat().st_mode & 0o077 == 0
    assert "sound" in run("verify-audit", str(file)).output
    lines = file.read_text().splitlines()
    event = json.loads(lines[-1]) | {"actor": "somebody"}
    file.write_text("\n".join([*lines[:-1], json.dumps(event)]))
    refused = run("verify-audit", str(file), fails=True)
    assert event["chain"] in refused.output
    assert "findings" in refused.output + str(refused.exception)


def test_a_backup_is_written_while_serving_and_never_restored_over_data(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    assert "rows" in run("backup", str(folder)).output
    assert (folder / "manifest.json").is_file()
    run("backup", str(folder), fails=True)
    run("restore", str(folder), fails=True)


def test_the_logins_of_the_demonstration_are_json_with_one_for_every_role(run: Run) -> None:
    logins = json.loads(run("demo", "--logins").output)
    assert {"username", "password", "role", "unit"} <= logins[0].keys()
    assert {login["role"] for login in logins} >= {"officer", "inspector", "unit_leader", "analyst", "operator"}


def test_a_running_installation_is_not_thrown_away(run: Run) -> None:
    assert "stop" in run("demo", "--reset", "--yes", fails=True).output


def test_an_unknown_setting_ends_in_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGXIAO_NONSENSE", "1")
    assert "CHANGXIAO_NONSENSE" in str(run("user", "list", fails=True).exception)


def test_the_schema_is_up_to_date(run: Run) -> None:
    assert "up to date" in run("migrate").output


@pytest.mark.parametrize("clock", ["yesterday", "2026-13-01"])
def test_a_clock_that_is_no_time_is_refused_before_anything_starts(run: Run, clock: str) -> None:
    assert "ISO" in run("serve", "--rehearsal", "--clock", clock, fails=True).output


def test_a_live_installation_has_no_other_clock(run: Run) -> None:
    assert "--clock" in run("serve", "--live", "--clock", "2026-01-04T09:00", fails=True).output
