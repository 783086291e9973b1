"""Sample pages of the officer's desk beside inbox and task: several tasks at once, saved views."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.sample_tasks import Tasks
from webui.pages import inbox_views as iv
from webui.pages import views as v


class Officer(Tasks):
    """What an officer sees besides the list and the form."""

    def batch_rows(self) -> tuple[iv.BatchRow, ...]:
        return tuple(
            iv.BatchRow(
                task_id=row.task_id,
                href=row.href,
                title=row.title,
                business_no=row.business_no,
                step=row.step,
                due=row.due,
            )
            for row in self.rows()[:4]
        )

    def batch(self, *, done: bool = False, refused: bool = False) -> iv.BatchPage:
        rows = self.batch_rows()
        protected = self.say("受保护的环节，不得转办或退回", "A protected step: it may not be handed on or returned")
        missing = self.say("请填写理由。", "Give a reason.")
        return iv.BatchPage(
            frame=self.frame(),
            action="transfer",
            rows=rows[:3],
            left=(replace(rows[3], refused=protected),),
            people=() if done else self.persons(),
            values={"to": "u102"} if refused else {},
            errors={"reason": missing} if refused else {},
            done=done,
            receiver=self.say("用户102", "User 102") if done else "",
        )

    def saved_views(self) -> iv.SavedViewsPage:
        chips: tuple[v.ViewChip, ...] = self.inbox().chips
        taken = self.say("已有名为“红牌在手”的视图。", "There is a view named “Red cards” already.")
        return iv.SavedViewsPage(frame=self.frame(), views=chips, errors={"v2": taken})

    def officer_scenes(self) -> dict[str, object]:
        return {
            "batch": self.batch(),
            "batch-refused": self.batch(refused=True),
            "batch-done": self.batch(done=True),
            "saved-views": self.saved_views(),
            "saved-views-none": replace(self.saved_views(), views=(), errors={}),
        }
