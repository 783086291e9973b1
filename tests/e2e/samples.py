"""Realistic pages for the templates: the scenes of the mocks, in Chinese and in English. Not data of the product."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e import (
    sample_design,
    sample_duties,
    sample_editors,
    sample_manage,
    sample_migrations,
    sample_monitor,
    sample_operations,
    sample_overtaken,
    sample_questions,
    sample_studio,
)
from tests.e2e.sample_documents import Documents
from tests.e2e.sample_officer import Officer
from tests.e2e.sample_prints import Prints
from webui.pages import views as v


class Samples(Prints, Officer, Documents):
    """All pages in one language."""

    # --- others -----------------------------------------------------------------------------------------------------

    def start(self) -> v.StartPage:
        items = (
            v.StartItem(
                key="S1_RECTIFY",
                name="整改闭环",
                description=self.say(
                    "登记一个问题，定级定限后下发整改，直至销号和回头看。",
                    "Register a problem; it is graded, issued, rectified, closed and looked at again.",
                ),
                href="/start/S1_RECTIFY",
                group="问题整改",
            ),
            v.StartItem(
                key="S4_APPROVE",
                name="审批",
                description=self.say("把一件材料送审。", "Submit a paper for approval."),
                href="/start/S4_APPROVE",
                group="问题整改",
            ),
        )
        return v.StartPage(frame=self.frame("start"), items=items)

    def start_form(self) -> v.StartFormPage:
        form = replace(self.form(), values={}, draft_url="", draft_at=None, note="", payload="variables")
        return v.StartFormPage(
            frame=self.frame("start"),
            process="整改闭环",
            description=self.say("登记一个问题。", "Register a problem."),
            form=form,
        )

    def sign_form(self) -> v.StartFormPage:
        page = self.start_form()
        return replace(page, form=replace(page.form, sign=True))

    def login(self) -> v.LoginPage:
        logins = (
            v.DemoLogin(
                username="u101",
                name=self.say("用户101", "User 101"),
                role="经办人",
                unit=self.say("蒙自市公安局", "Mengzi PSB"),
            ),
            v.DemoLogin(
                username="u041",
                name=self.say("用户041", "User 041"),
                role="督查员",
                unit=self.say("蒙自市委政法委", "Mengzi Committee"),
            ),
        )
        return v.LoginPage(
            frame=self.anonymous(), username="u101", error="wrong", demo_logins=logins, demo_password="changxiao-demo"
        )

    def about(self) -> v.AboutPage:
        return v.AboutPage(frame=self.anonymous(), version="0.1.0", licences="MIT License\n\nCopyright …")

    def error(self, status: int) -> v.ErrorPage:
        return v.ErrorPage(frame=self.frame(), status=status, incident="YC-2026-0007" if status == 500 else "")  # type: ignore[arg-type]

    def all(self) -> dict[str, object]:
        """Every scene by name: the path under which the fixture application shows it."""
        return {
            "inbox": self.inbox(),
            "inbox-offered": self.inbox_offered(),
            "inbox-empty": self.inbox_empty(),
            "inbox-filtered": self.inbox_filtered(),
            "inbox-moved": self.inbox_moved(),
            **self.officer_scenes(),
            **self.steering_scenes(),
            "task": self.task(),
            "task-refused": self.task(refused=True),
            "task-closed": self.task_closed(),
            "action": self.action(),
            "case": self.case(),
            "print-case": self.print_case(),
            **self.document_scenes(),
            "start": self.start(),
            "start-form": self.start_form(),
            "sign-form": self.sign_form(),
            "login": self.login(),
            "about": self.about(),
            "error-403": self.error(403),
            "error-404": self.error(404),
            "error-409": self.error(409),
            "error-500": self.error(500),
            **sample_operations.scenes(self),
            **sample_manage.scenes(self),
            **sample_migrations.scenes(self),
            **sample_monitor.scenes(self),
            **sample_questions.scenes(self),
            **sample_overtaken.scenes(self),
            **sample_studio.scenes(self),
            **sample_editors.scenes(self),
            **sample_design.scenes(self),
            **sample_duties.scenes(self),
        }
