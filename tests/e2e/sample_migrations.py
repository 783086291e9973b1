"""Scenes of the migration of running cases: the list, the node map after a dry run, and a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.workflow.drawing import read_drawing
from tests.e2e.sample_parts import NOW, Parts
from webui.pages import migration_views as m
from webui.pages.drawing import State, picture
from webui.pages.parts import NavItem, Option

S1 = Path(__file__).parents[2] / "processes" / "S1_RECTIFY.bpmn"
INSTANCE = "0193f7a2-4c11-7d55-8a1e-0b7c2f6d9e31"


def scenes(parts: Parts) -> dict[str, object]:
    """By name: versions and records, the map, and a run that goes on."""
    made = _Migrations(parts)
    return {"migrations": made.listing(), "migration-map": made.node_map(), "migration": made.run()}


class _Migrations:
    def __init__(self, parts: Parts) -> None:
        self.parts, self.say, self.at = parts, parts.say, parts.at
        entry = NavItem(key="operations", href="/incidents", current=True)
        self.frame = replace(parts.frame("operations"), nav=(*parts.frame("").nav, entry), clock=None)
        self.name = self.say("整改闭环", "Rectification")

    def listing(self) -> m.MigrationsPage:
        version = m.OldVersionLine(
            name=self.name, key="S1_RECTIFY", version=3, current=4, running=128, href="/migration-map"
        )
        line = m.MigrationLine(
            href="/migration",
            name=self.name,
            old=2,
            new=3,
            state=self.say("已完成", "Done"),
            mark="grey",
            by=self.say("用户907", "User 907"),
            at=self.at("11-30 16:42"),
            total=64,
            migrated=62,
        )
        return m.MigrationsPage(frame=self.frame, versions=(version,), lines=(line,))

    def node_map(self) -> m.MapPage:
        say = self.say
        sign, report = say("签收与制定措施", "Sign and plan"), say("上报整改结果", "Report the result")
        same = m.MapLine(
            id="S1_T4",
            name=sign,
            kind=say("人工任务", "User task"),
            cases=17,
            protected=False,
            options=(
                Option(value="", label=say("无对应环节", "No counterpart")),
                Option(value="S1_T4", label=f"{sign} · S1_T4", selected=True),
            ),
            ground="same",
            note=say(
                "办理期限的算法有变，已在办的任务保持原期限。",
                "Its deadline is counted differently; open tasks keep theirs.",
            ),
        )
        lost = replace(
            same,
            id="S1_T6",
            name=report,
            cases=9,
            protected=True,
            ground="suggested",
            suggestion=f"{report} · S1_T6B",
            note="",
            options=(
                Option(value="", label=say("无对应环节", "No counterpart"), selected=True),
                Option(value="S1_T6B", label=f"{report} · S1_T6B"),
            ),
        )
        return m.MapPage(
            frame=self.frame,
            name=self.name,
            key="S1_RECTIFY",
            from_id="a",
            to_id="b",
            old_version=3,
            new_version=4,
            running=128,
            lines=(same, lost),
            old=self._picture(
                {"S1_T6": "removed"}, {"S1_T4": say("17 件", "17 cases"), "S1_T6": say("9 件", "9 cases")}
            ),
            new=self._picture({"S1_T7": "added"}, {}),
            cases=(INSTANCE,),
            all_href="/migration-map",
            adopt_href="/migration-map",
            dry_run=m.DryRunView(
                total=128,
                can=119,
                arms=17,
                problems=(),
                reasons=(
                    m.ReasonLine(
                        text=say(
                            "“上报整改结果”在新版本中没有对应环节。请在对照表中指定，或等事项离开该环节后再迁移。",
                            '"Report the result" has no counterpart in the new version. Name one in the node map, or '
                            "migrate once the case has left this step.",
                        ),
                        cases=9,
                    ),
                ),
            ),
        )

    def _picture(self, states: dict[str, State], badges: dict[str, str]) -> m.Picture:
        drawn = read_drawing(S1.read_bytes(), file=S1.name)
        title = self.say("流程图 v3，对应关系见上表", "Diagram v3; see the table above for the map")
        return picture(drawn, title=title, states=states, badges=badges)

    def run(self) -> m.MigrationPage:
        say, report = self.say, self.say("上报整改结果", "Report the result")
        gone = m.MigrationItemLine(
            number=1,
            href="/instance",
            instance=INSTANCE,
            mark="green",
            outcome=say("已迁移", "Migrated"),
            why="",
            done_at=NOW,
            undo_href="/migration",
        )
        stays = replace(
            gone,
            number=2,
            mark="yellow",
            outcome=say("留在原版本", "Stayed"),
            why=say("事项已办结，或已不在原版本上。", "The case has ended, or is no longer on the old version."),
            undo_href="",
        )
        return m.MigrationPage(
            frame=self.frame,
            href="/migration",
            name=self.name,
            old_version=3,
            new_version=4,
            note=say("新版本增加审核环节。", "The new version adds a check."),
            forms="keep",
            digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            state="running",
            state_word=say("正在迁移", "Migrating"),
            who=say("用户901", "User 901"),
            at=self.at("12-01 08:50"),
            decided_by=say("用户907", "User 907"),
            stopped_by="",
            undone_by="",
            total=128,
            done=52,
            migrated=50,
            refused=2,
            undone=0,
            kept=0,
            goes_on=True,
            reasons=(m.ReasonLine(text=stays.why, cases=2),),
            mapped=((f"{report} · S1_T6", f"{report} · S1_T6B"),),
            items=(stays, gone),
            more=126,
            stop_href="/migration",
        )
