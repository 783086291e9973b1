"""The dates of the acceptance scenarios A1, A4, A5, A6 and A9, to the letter (domain.md §9)."""

from datetime import timedelta

import pytest

from engine.model import card as cards
from engine.model.clock import end_of_day
from engine.model.ladder import next_threshold, thresholds
from engine.model.light import light_of
from engine.model.reminder import parse_remind, reminders
from tests.unit.decisions.shipped import decide
from tests.unit.model.given import at, day, due, due_on, national


def ladder_days(due_day):
    return {t.level.zh: t.on for t in thresholds(due_on(due_day), "STD", national())}


class TestA1:
    @pytest.mark.parametrize(
        ("rule", "on"),
        [
            ("fixed(01-10)-2wd", "01-08"),
            ("created+10wd", "01-16"),
            ("created+15wd", "01-23"),
            ("lastwd(02)", "02-28"),
            ("fixed(03-31)", "03-31"),
        ],
    )
    def test_the_tasks_of_the_first_working_day(self, rule, on):
        assert due(rule, created="01-04").on == day(on)

    def test_the_report_turns_yellow_on_01_05(self):
        report = due("fixed(01-10)-2wd", created="01-04")
        assert light_of(report, at("01-04"), national()).color == "green"
        assert light_of(report, at("01-05"), national()).color == "yellow"

    def test_the_unsigned_letter(self):
        letter = due("fixed(03-31)", created="01-04")
        found = reminders(letter, parse_remind("PER"), at("01-04"), national())
        assert [r.at for r in found] == [at("03-02"), at("03-17"), at("03-26"), at("03-31")]
        assert light_of(letter, at("03-25"), national()).color == "green"
        assert light_of(letter, at("03-26"), national()).color == "yellow"
        assert ladder_days("03-31") == {
            "催办": day("04-01"),
            "黄牌": day("04-03"),
            "红牌": day("04-09"),
            "上报上级": day("04-13"),
            "问责启动建议": day("04-16"),
        }
        assert due("created+3wd", created="04-16").on == day("04-21")

        signed = light_of(letter, at("04-16", "10:00"), national(), standing="done", done_at=at("04-16", "10:00"))

        assert signed.mark_zh == "逾期办结（11日）"


class TestA4:
    @pytest.mark.parametrize(
        ("inputs", "severity", "limit", "stages"),
        [
            ({"nature": "作风细节", "spread": "个人"}, "A", "03-12", []),
            ({"nature": "制度不落实", "spread": "部门"}, "B", "03-26", []),
            ({"nature": "侵害群众利益", "spread": "个人"}, "C", "04-17", ["03-19", "04-02"]),
        ],
    )
    def test_three_problems_of_one_meeting(self, inputs, severity, limit, stages):
        graded = decide("D1_SEVERITY", inputs | {"repeats_12m": 0, "public_impact": False}).outputs
        assert graded["severity"] == severity

        limit_due = due("delivered+var(n)wd", created="03-05", delivered="03-05", n=graded["limit_wd"])
        assert limit_due.on == day(limit)

        step = graded["stage_wd"]
        reports = [national().add_working_days(day("03-05"), step * i) for i in range(1, 4)] if step else []
        assert [on for on in reports if on < limit_due.on] == [day(text) for text in stages]

    def test_owners_are_named_by_the_next_working_day(self):
        assert due("delivered+1wd", created="03-05", delivered="03-05").on == day("03-06")


class TestA5:
    def test_the_first_round(self):
        assert due("delivered+1wd", delivered="03-02").on == day("03-03")
        assert due("min(delivered+var(plan_wd)wd,var(limit))", delivered="03-02", plan_wd=3, limit="2026-03-23").on == (
            day("03-05")
        )
        limit = due("delivered+15wd", delivered="03-02")
        assert limit.on == day("03-23")
        assert [r.at for r in reminders(limit, parse_remind("R3"), at("03-02"), national())] == [
            at("03-18"),
            at("03-23"),
        ]

    def test_the_unit_check_is_due_at_the_earlier_of_two_days_and_met(self):
        found = due("min(created+2wd,var(limit))", created="03-20", limit="2026-03-23")
        assert found.on == day("03-23")
        assert [c.on for c in found.others] == [day("03-24")]
        done = light_of(found, at("03-23"), national(), standing="done", done_at=at("03-23", "16:00"))
        assert (done.color, done.mark_zh) == ("blue", "")

    def test_the_verification_is_due_03_30(self):
        assert due("created+5wd", created="03-23").on == day("03-30")

    def test_the_second_round_after_the_return(self):
        assert due("created+5wd", created="03-27").on == day("04-03")
        check = due("min(created+2wd,var(limit))", created="04-02", limit="2026-04-03")
        assert check.on == day("04-03")
        assert [c.on for c in check.others] == [day("04-07")]
        assert due("created+5wd", created="04-03").on == day("04-13")
        assert due("created+3wd", created="04-08").on == day("04-13")

    def test_the_recheck_falls_on_06_08(self):
        assert day("04-09") + timedelta(days=60) == day("06-08")
        assert national().is_working_day(day("06-08"))
        assert due("created+60cd", created="04-09").on == day("06-08")

    @pytest.mark.parametrize(("on", "limit"), [("03-20", "03-23"), ("04-02", "04-03")])
    def test_no_card_is_issued(self, on, limit):
        limit_due = due_on(limit)
        assert at(on) < limit_due.at
        assert next_threshold(limit_due, "STD", 0, national()).at > limit_due.at


class TestA6:
    def test_the_ladder_steps_over_spring_festival(self):
        task = due_on("02-12")
        found = reminders(task, parse_remind("R3"), at("01-05"), national())
        assert [r.at for r in found] == [at("02-09"), at("02-12")]
        assert ladder_days("02-12") == {
            "催办": day("02-13"),
            "黄牌": day("02-24"),
            "红牌": day("02-27"),
            "上报上级": day("03-02"),
            "问责启动建议": day("03-05"),
        }
        assert all(t.at == at(t.on.isoformat()) for t in thresholds(task, "STD", national()))

    def test_the_days_around_the_festival(self):
        calendar = national()
        assert calendar.is_working_day(day("02-14"))
        assert calendar.is_working_day(day("02-28"))
        assert not any(day("02-15") <= on <= day("02-23") for on in ladder_days("02-12").values())

    def test_the_answer_to_the_yellow_card_is_due_02_26(self):
        assert due("created+2wd", created="02-24").on == day("02-26")

    def test_an_unanswered_yellow_card_and_the_base_give_one_red_card_the_same_day(self):
        answer = due("created+2wd", created="02-24")
        after_answer = national().next_working_day(answer.on)
        assert after_answer == ladder_days("02-12")["红牌"] == day("02-27")

        inputs = {"red_12m": 0, "yellow_unanswered": True, "red_reply_rejected": 0}
        levels = {decide("D2_LEVEL", inputs | {"base": base}).outputs["level"] for base in (2, 3)}

        assert levels == {3}

    def test_an_upheld_objection_withdraws_the_yellow_card_and_not_the_base_red(self):
        yellow = cards.issue("PK-532503GA-2026-0001", "yellow", "532503-GA", day("02-24"), national(), window_wd=3)
        assert yellow.window_ends == day("02-27")
        pending = cards.object_to(
            yellow, on=day("02-25"), by="u103", reason="春节值班", calendar=national(), decision_wd=2
        )
        assert pending.objection.due_on == day("02-27")
        assert cards.stops_unanswered_rule(pending)

        withdrawn = cards.decide_objection(pending, on=day("02-27"), by="u042", upheld=True)

        assert withdrawn.state(day("02-27")) == "withdrawn"
        assert cards.effective_cards([withdrawn], unit="532503-GA", kind="yellow", on=day("12-01")) == ()
        red_at = next_threshold(due_on("02-12"), "STD", 2, national()).at
        assert red_at == at("02-27")
        red = cards.issue("PK-532503GA-2026-0002", "red", "532503-GA", red_at.date(), national(), window_wd=3)
        assert red.effective_from == day("03-04")
        assert end_of_day(red.window_ends) < end_of_day(red.effective_from)


class TestA9:
    def test_a_recheck_task_has_five_working_days(self):
        assert due("created+5wd", created="06-08").on == day("06-15")
