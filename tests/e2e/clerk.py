"""What happened before a browser test begins: people of the prefecture register and work on cases over REST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.commands.demonstration import PASSWORD
from tests.e2e.live import Service

INSPECTOR, LEADER, OWNER, COLLEAGUE = "u041", "u097", "u101", "u102"
UNIT = "532503-GA"
PROBLEM: Mapping[str, object] = {
    "title": "值班备勤交接登记不完整",
    "unit": UNIT,
    "dept": "532503-GA-03",
    "source": "督查",
    "nature": "作风细节",
    "spread": "个人",
    "public_impact": False,
    "facts": "抽查近一个月值班备勤记录，发现交接登记缺少接班人签字，与值班表核对不一致，已当场反馈并留存底稿。",
}
FIXED = {
    "regrade": True,
    "severity": "B",
    "plan_wd": 3,
    "limit_wd": 15,
    "stage_wd": 0,
    "grade_reason": "按一般问题处理",
}
NAMED = {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": OWNER, "owner_post": "内勤"}


@dataclass(slots=True)
class Clerk:
    """Everybody who does not sit at a browser."""

    service: Service
    tokens: dict[str, str] = field(default_factory=dict)

    def register(self, title: str, **changes: object) -> str:
        """The id of a new problem of grade A, registered by the inspector."""
        body = {"variables": {**PROBLEM, "title": title, **changes}}
        return str(self.ask("POST", "/process-definitions/S1_RECTIFY/instances", INSPECTOR, body, expect=201)["id"])

    def do(self, person: str, case: str, node: str, values: Mapping[str, object]) -> None:
        """Complete the one open task of the case at that node."""
        self.ask("POST", f"/tasks/{self.task(person, case, node)}/complete", person, {"values": values})

    def task(self, person: str, case: str, node: str) -> str:
        """The id of an open task that the person finds in his inbox. It counts as seen by him."""
        found = self.ask("GET", "/tasks?view=inbox&limit=100", person)["items"]
        (task,) = [item["id"] for item in found if item["instance_id"] == case and item["node_id"] == node]
        self.ask("GET", f"/tasks/{task}", person)
        return str(task)

    def issue(self, case: str, grade: Mapping[str, object] | None = None) -> None:
        """grade: FIXED, where the number of problems that a unit had before must not count."""
        self.do(INSPECTOR, case, "S1_T2", {"confirm": True, **(grade or {})})

    def assign(self, case: str, grade: Mapping[str, object] | None = None) -> None:
        """Issued, delivered, and in the hands of the owner, who has to make a plan."""
        self.issue(case, grade)
        self.do(LEADER, case, "S1_T3", NAMED)

    def begin_work(self, case: str, until: str) -> None:
        """The plan is made; the owner has to carry it out."""
        self.assign(case)
        measures = [{"what": "规范着装", "who": OWNER, "by": until}]
        self.do(OWNER, case, "S1_T4", {"root_cause": "日常检查流于形式。", "measures": measures})

    def ask(self, method: str, path: str, person: str, body: object = None, *, expect: int = 200) -> Any:
        return self.service.ask(method, f"/api/v1{path}", body, token=self.token_of(person), expect=expect)

    def token_of(self, person: str) -> str:
        """The token of somebody who has signed in over REST."""
        if person not in self.tokens:
            asked = {"username": person, "password": PASSWORD}
            session = self.service.ask("POST", "/api/v1/sessions", asked, expect=201)
            self.tokens[person] = str(session["token"])
        return self.tokens[person]
