"""`make pictures`: a picture of every page of the demonstration, in docs/pictures/, shown by docs/PICTURES.md.

The demonstration starts on a data folder and a port of its own. Pages are found by following links (atlas.py).
"""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from uuid import UUID, uuid4

from playwright.sync_api import Browser, BrowserContext, Page

from engine.commands import deployments, designs, migrations, proposals, retries, tasks
from engine.commands.case_step import SYSTEM
from engine.commands.demonstration import PASSWORD
from engine.config import PREFIX, Settings
from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import PersonId, TaskId
from engine.queries.instances import CaseFilter, cases
from engine.queries.tasks import InboxFilter
from engine.queries.tasks import tasks as tasks_of
from engine.store import embedded
from engine.store.database import Database
from engine.store.incidents import NewIncident
from engine.workflow import places
from tests.e2e import chromium
from tests.e2e.atlas import DESKS, Atlas, Stop

ROOT = Path(__file__).parents[2]
FOLDER, INDEX = ROOT / "docs" / "pictures", ROOT / "docs" / "PICTURES.md"
#: Also taken at 390 px in the dark: the pages that people have on their phones.
ON_A_PHONE = ("show_inbox", "show_task", "show_case", "show_incidents", "show_status", "show_cards", "me", "login")
MOST_BYTES = 120_000
_QUALITIES = (82, 70, 58, 46, 34, 22)


@dataclass(frozen=True, slots=True)
class Picture:
    """One file and what it shows."""

    file: str
    stop: Stop
    title: str
    narrow: bool


def main() -> None:
    """Make them all anew; what is no page any more disappears."""
    # Made by the service itself, which opens it to the account of the database.
    data = Path(tempfile.gettempdir()) / f"changxiao-pictures-{uuid4().hex}"
    try:
        with demonstration(data) as site, chromium.browser() as browser:
            atlas = explored(browser, site, data, happened(data))
            pictures = list(taken(browser, atlas))
    finally:
        shutil.rmtree(data, ignore_errors=True)
    INDEX.write_text(index(pictures), encoding="utf-8")
    print(f"{len(pictures)} pictures, {len(atlas.stops)} pages of {len(atlas.wanted())} → {INDEX}")
    for name in atlas.missing():
        print(f"no way found to {name}", file=sys.stderr)


@contextmanager
def demonstration(data: Path) -> Iterator[str]:
    """`changxiao serve` on a free port; answers its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {name: value for name, value in environ.items() if not name.startswith(PREFIX)}
    environment |= {f"{PREFIX}DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}
    argv = [sys.executable, "-c", "from webui.cli import main; main()", "serve", "--port", str(port)]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    try:
        said = ""
        for line in process.stdout or ():
            said += line
            if "Ready" in line:
                break
        else:
            raise SystemExit(f"The demonstration did not start:\n{said}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def happened(data: Path) -> dict[str, tuple[str, ...]]:
    """Incidents, drafts, a task just done: the demonstration has none. Answers pages without a link, by desk."""
    served = embedded.attach(Settings(data_dir=data))
    if served is None:
        raise SystemExit("The demonstration does not run.")
    database = Database(served.app_url, pool_size=2)
    engine = Engine(Settings(data_dir=data, mode="demo"), database)
    run, done = break_something(engine), hand_in(engine, PersonId(DESKS["officer"]))
    draw_something(engine, PersonId(DESKS["analyst"]))
    decision, form = write_something(engine, PersonId(DESKS["analyst"]))
    renew_something(engine, PersonId(DESKS["operator"]))
    database.close()
    absence = f"/absence/{DESKS['officer']}"  # reached by a form
    return {
        "operator": (f"/incidents/retries/{run}",),
        "admin": (absence,),
        "officer": (f"/task/{done}/withdraw",),
        "analyst": (f"/design/dmn/{decision}/table", f"/design/form/{form}/preview"),
    }


def hand_in(engine: Engine, officer: PersonId) -> TaskId:
    """The measures of one case are carried out, and nobody has read it yet: it may still be taken back."""
    found = tasks_of(engine, officer, InboxFilter(key="S1_RECTIFY", node_id="S1_T5"))
    task = found.rows[-1]  # in time
    with engine.reading(officer) as tx:
        today = local_day(tx.now).isoformat()
    values = {"progress": [{"on": today, "what": "已逐项整改。"}], "result": "措施全部落实，台账已补齐。"}
    tasks.complete(engine, task.id, officer, values)
    return task.id


def break_something(engine: Engine) -> UUID:
    """A few incidents are written down, and two tried again. Answers the run."""
    operator = PersonId(DESKS["operator"])
    kinds: tuple[tuple[str, str, str, dict[str, object]], ...] = (
        ("timer", "S1_T5", "step_failed", {"cause": "script", "line": 2, "error": "ZeroDivisionError"}),
        ("step", "S1_T4", "step_failed", {"cause": "no_way_out"}),
        ("timer", "S1_T3", "nobody_assignable", {}),
        ("step", "S1_T5", "step_failed", {"cause": "script", "line": 1, "error": "NameError"}),
        ("step", "S1_T6", "step_failed", {"cause": "loop"}),
    )
    found = cases(engine, PersonId(DESKS["prefecture"]), CaseFilter(key="S1_RECTIFY", statuses=("running",))).rows
    with engine.transaction("system") as tx:
        made = []
        for case, (kind, node, code, details) in zip(found, kinds, strict=False):
            incident = NewIncident(
                id=uuid4(), kind=kind, code=code, message=code, instance_id=case.id, key=case.key,
                definition_id=case.definition_id, node_id=node, details=details,
            )  # fmt: skip
            made.append(tx.open_incident(incident))
    return retries.begin(engine, operator, made[-2:]).id


def draw_something(engine: Engine, analyst: PersonId) -> None:
    """A draft with a longer limit, and a proposal that waits for the second analyst."""
    with engine.reading(analyst) as tx:
        drawn = {key: tx.current_definition(key) for key in ("S1_RECTIFY", "S4_APPROVE")}
    for key, row in drawn.items():
        if row is None:
            raise SystemExit(f"{key} is not deployed.")
        design = designs.begin_from(engine, analyst, row.id)
        designs.lock(engine, analyst, design)
        with engine.reading(analyst) as tx:
            text = tx.design_text(design, 1)
        longer = text.replace(b'cx:due="created+3wd"', b'cx:due="created+4wd"')
        saved = designs.save(engine, analyst, design, longer, rev=1)
        if key == "S4_APPROVE":
            proposals.propose(engine, analyst, design, rev=saved.rev, note="审批时限改为 4 个工作日。")
        designs.unlock(engine, analyst, design)


def write_something(engine: Engine, analyst: PersonId) -> tuple[UUID, UUID]:
    """Drafts of a decision and of a form, begun from the versions in force."""
    with engine.reading(analyst) as tx:
        decision, form = tx.current_decision("D1_SEVERITY"), tx.current_form("S1_T4")
    if decision is None or form is None:
        raise SystemExit("D1_SEVERITY or S1_T4 is not deployed.")
    return (
        designs.begin_from_decision(engine, analyst, decision.id),
        designs.begin_from_form(engine, analyst, form.id),
    )


def renew_something(engine: Engine, operator: PersonId) -> None:
    """Another version of 升级阶梯, and the migration of its running cases put forward."""
    with engine.reading(operator) as tx:
        old = tx.current_definition("S2_LADDER")
        if old is None:
            raise SystemExit("S2_LADDER is not deployed.")
        text = tx.bundle_files(old.deployment_id, kind="bpmn")[old.file]
    deployments.propose(engine, SYSTEM, {old.file: text.replace(b'wd"', b'wd" ')}, auto_confirm=True)
    with engine.reading(operator) as tx:
        new = tx.current_definition("S2_LADDER")
        if new is None or new.id == old.id:
            raise SystemExit("S2_LADDER has no second version.")
        here = places(engine.definition(tx, old.id).compiled)
    migrations.propose(
        engine,
        operator,
        from_id=old.id,
        to_id=new.id,
        node_map={node: node for node in here},
        note="版本统一，在办事项随新版本办理。",
    )


def explored(browser: Browser, site: str, folder: Path, unlinked: Mapping[str, tuple[str, ...]]) -> Atlas:
    """Every page, by every desk. unlinked: addresses by desk that no page leads to."""
    atlas = Atlas.of(site, folder)
    for desk in ("nobody", *DESKS):
        context = signed_in(browser, site, desk)
        atlas.explore(desk, context, *unlinked.get(desk, ()))
        if desk == "officer":
            task = atlas.stops["show_task"].path.removeprefix("/task/").partition("?")[0]
            atlas.explore(desk, context, f"/inbox/transfer?task={task}")
        context.close()
    return atlas


def signed_in(browser: Browser, site: str, desk: str, *, narrow: bool = False) -> BrowserContext:
    """A browser of the desk's person; of nobody for "nobody"."""
    context = browser.new_context(
        viewport={"width": 390 if narrow else 1440, "height": 900},
        color_scheme="dark" if narrow else "light",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    if desk != "nobody":
        page = context.new_page()
        page.goto(f"{site}/login")
        page.locator("#username").fill(DESKS[desk])
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        page.wait_for_url("**/inbox**")
        page.close()
    return context


def taken(browser: Browser, atlas: Atlas) -> Iterator[Picture]:
    """Take and write each picture, desk by desk."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    for narrow in (False, True):
        chosen = [stop for stop in atlas.stops.values() if not narrow or stop.name in ON_A_PHONE]
        for desk in dict.fromkeys(stop.desk for stop in chosen):
            context = signed_in(browser, atlas.site, desk, narrow=narrow)
            page = context.new_page()
            for stop in (stop for stop in chosen if stop.desk == desk):
                page.goto(atlas.site + stop.path)
                page.wait_for_load_state("load")
                page.wait_for_timeout(700)  # islands draw themselves; a stream never lets the network rest
                file = f"{stop.name.removeprefix('show_')}{'-phone' if narrow else ''}.webp"
                (FOLDER / file).write_bytes(shot(page, 1100 if narrow else 1200))
                yield Picture(file, stop, page.title().rpartition(" · ")[0] or page.title(), narrow)
            context.close()


def shot(page: Page, most_height: int) -> bytes:
    """The page from its top, as WebP of at most MOST_BYTES: Chromium's own encoder, in falling quality."""
    height = min(most_height, int(page.evaluate("document.documentElement.scrollHeight")))
    width = int(page.evaluate("innerWidth"))
    page.set_viewport_size({"width": width, "height": height})
    session = page.context.new_cdp_session(page)
    for quality in _QUALITIES:
        answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        content = base64.b64decode(answer["data"])
        if len(content) <= MOST_BYTES:
            break
    session.detach()
    page.set_viewport_size({"width": width, "height": 900})
    return content


def index(pictures: list[Picture]) -> str:
    """The page that shows them all, one line each."""
    lines = [
        "# Pictures of every page",
        "",
        "Made by `make pictures` from the demonstration: 1440 px in the light, the main ones also 390 px in the dark.",
        "",
    ]
    for picture in sorted(pictures, key=lambda picture: (picture.stop.name, picture.narrow)):
        where = "390 px" if picture.narrow else f"`{picture.stop.endpoint}`, {picture.stop.desk}"
        lines += [f"**{picture.title}** ({where})", "", f"![{picture.title}](pictures/{picture.file})", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
