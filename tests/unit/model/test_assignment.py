"""Assignment expressions, their fallback and its limits: domain.md §1.5."""

import pytest

from engine.model.assignment import (
    AssignContext,
    AssignSyntaxError,
    NobodyAssignable,
    parse_assign,
    resolve,
)
from engine.model.organization import Absence, Department, RosterEntry, Substitute
from engine.model.recusal import CaseParties, Relation
from tests.unit.model.given import POSTS, a_position, an_organization, day, seeded

GA, ZF, TOP = "532503-GA", "532503-ZF", "532500-ZF"
ON = day("03-02")


def assigned(text, *, organization=None, unit=GA, **context):
    return resolve(parse_assign(text), AssignContext(unit=unit, on=ON, **context), organization or an_organization())


def without(*people, **changes):
    posts = {p: post for p, post in POSTS.items() if p not in people}
    return an_organization(positions=tuple(a_position(p, *post) for p, post in posts.items()), **changes)


def away(*people):
    return tuple(Absence(person=p, first_day=ON, last_day=ON) for p in people)


def acting_for(holder, person, position, unit=GA):
    return Substitute(holder=holder, unit=unit, position=position, person=person, valid_from=day("01-01"))


def words(assignment):
    return "；".join(note.zh for note in assignment.trail)


class TestGrammar:
    @pytest.mark.parametrize(
        ("text", "scope", "selector", "name", "mode"),
        [
            ("self:pos:LEAD_DIRECT", "self", "pos", "LEAD_DIRECT", "fixed"),
            ("superior:role:inspector", "superior", "role", "inspector", "claim"),
            ("superior-or-self:pos:LEAD_MAIN, -coi", "superior-or-self", "pos", "LEAD_MAIN", "fixed"),
            ("top:role:intake;claim", "top", "role", "intake", "claim"),
            ("children:pos:LEAD_DIRECT", "children", "pos", "LEAD_DIRECT", "fixed"),
            ("target:pos:LEAD_MAIN;fixed", "target", "pos", "LEAD_MAIN", "fixed"),
            ("dept(owner_dept):pos:DEPT_RESP", "dept", "pos", "DEPT_RESP", "fixed"),
            ("var(issuer_unit):role:inspector;least_load", "var", "role", "inspector", "least_load"),
            ("self:user:owner", "self", "user", "owner", "fixed"),
            ("self:user:var(owner)", "self", "user", "owner", "fixed"),
            ("var(team)", "self", "user", "team", "fixed"),
            ("var(team);claim", "self", "user", "team", "claim"),
            ("self:pool:INSPECTION;draw", "self", "pool", "INSPECTION", "draw"),
            (" self : roster : duty ", "self", "roster", "duty", "claim"),
        ],
    )
    def test_scope_selector_and_mode(self, text, scope, selector, name, mode):
        rule = parse_assign(text)
        assert (rule.scope, rule.selector, rule.name, rule.mode) == (scope, selector, name, mode)

    def test_excludes_and_variables(self):
        rule = parse_assign("var(u):role:inspector;-var(owner);-unit(home),-coi;-prev(S1_T7)")
        assert [(e.kind, e.name) for e in rule.excludes] == [
            ("var", "owner"),
            ("unit", "home"),
            ("coi", ""),
            ("prev", "S1_T7"),
        ]
        assert rule.variables == {"u", "owner", "home"}
        assert parse_assign("var(team)").variables == {"team"}

    @pytest.mark.parametrize(
        ("text", "position"),
        [
            ("", 0),
            ("us:pos:LEAD_MAIN", 0),
            ("self", 4),
            ("self:post:X", 5),
            ("self:pos", 8),
            ("self:pos:BOSS", 9),
            ("self:role:boss", 10),
            ("self:user:", 10),
            ("self:user:var()", 14),
            ("dept():pos:DEPT_RESP", 5),
            ("dept owner", 5),
            ("self:pos:LEAD_MAIN;quick", 19),
            ("self:pos:LEAD_MAIN;claim;draw", 25),
            ("self:pos:LEAD_MAIN;-me", 19),
            ("self:pos:LEAD_MAIN;-var()", 24),
            ("self:pos:LEAD_MAIN claim", 19),
            ("self:pos:LEAD_MAIN;", 19),
        ],
    )
    def test_a_mistake_is_found_at_its_position(self, text, position):
        with pytest.raises(AssignSyntaxError) as caught:
            parse_assign(text)
        assert caught.value.position == position
        assert caught.value.zh
        assert caught.value.en


class TestNamed:
    @pytest.mark.parametrize(
        ("text", "person", "unit"),
        [
            ("self:pos:LEAD_DIRECT", "u102", GA),
            ("superior:pos:LEAD_DIRECT", "u042", ZF),
            ("top:pos:LEAD_MAIN", "u001", TOP),
            ("superior-or-self:pos:LEAD_MAIN", "u103", GA),
        ],
    )
    def test_a_position_gets_the_task_outright(self, text, person, unit):
        found = assigned(text)
        assert (found.assignee, found.unit, found.mode) == (person, unit, "fixed")
        assert found.widened_from == ""
        assert found.rule == text

    def test_a_role_is_offered_to_all_its_members(self):
        found = assigned("superior:role:inspector")
        assert (found.people, found.assignee, found.unit) == (("u044", "u045"), "", ZF)
        assert found.candidates[0].position == "inspector"

    def test_a_role_with_one_member_still_waits_to_be_claimed(self):
        assert assigned("self:role:officer").assignee == ""

    def test_several_holders_of_one_position_share_the_task(self):
        positions = tuple(a_position(p, "LEAD_DIRECT", GA) for p in ("u102", "u106"))
        found = assigned("self:pos:LEAD_DIRECT", organization=an_organization(positions=positions))
        assert (found.people, found.assignee) == (("u102", "u106"), "")

    def test_of_several_leaders_the_one_in_charge_of_the_department(self):
        positions = (
            a_position("u102", "LEAD_DIRECT", GA, departments=("532503-GA-01",)),
            a_position("u106", "LEAD_DIRECT", GA, departments=("532503-GA-03",)),
        )
        organization = an_organization(
            positions=positions, departments=(Department(code="532503-GA-03", unit=GA, name="窗口服务科"),)
        )
        assert assigned("self:pos:LEAD_DIRECT", organization=organization, dept="532503-GA-03").assignee == "u106"
        by_variable = assigned(
            "dept(d):pos:LEAD_DIRECT", organization=organization, unit=ZF, variables={"d": "532503-GA-03"}
        )
        assert (by_variable.assignee, by_variable.unit) == ("u106", GA)

    def test_people_in_a_variable(self):
        assert assigned("self:user:owner", variables={"owner": "u105"}).assignee == "u105"
        team = assigned("var(team);claim", unit=ZF, variables={"team": ["u044", "u045"]})
        assert (team.people, team.assignee) == (("u044", "u045"), "")

    def test_a_unit_in_a_variable(self):
        assert assigned("var(issuer_unit):role:inspector", variables={"issuer_unit": ZF}).people == ("u044", "u045")

    def test_children_of_a_unit_one_element_or_all(self):
        one = assigned("children:pos:LEAD_DIRECT", unit=ZF, element=GA)
        assert (one.assignee, one.unit) == ("u102", GA)
        everyone = assigned("children:pos:LEAD_DIRECT", unit=ZF)
        assert everyone.people == ("u042", "u102")

    def test_the_target_of_an_inspection(self):
        assert assigned("target:pos:LEAD_DIRECT", unit=ZF, target=GA).assignee == "u102"

    def test_the_duty_roster(self):
        roster = (RosterEntry(name="duty", unit=GA, person="u105", first_day=ON),)
        assert assigned("self:roster:duty", organization=an_organization(rosters=roster)).people == ("u105",)


class TestModes:
    def test_least_load_takes_who_has_least_to_do(self):
        found = assigned("superior:role:inspector;least_load", load={"u044": 3, "u045": 1})
        assert found.assignee == "u045"
        assert assigned("superior:role:inspector;least_load").assignee == "u044"

    def test_a_draw_repeats_with_its_seed(self):
        drawn = {assigned("superior:role:inspector;draw", random=seeded(i)).assignee for i in range(20)}
        assert drawn == {"u044", "u045"}
        one, two = (assigned("superior:role:inspector;draw", random=seeded(4)) for _ in range(2))
        assert one == two

    def test_a_draw_of_more_than_there_are_tells_how_many_are_missing(self):
        found = assigned("superior:role:inspector;draw", random=seeded(), needed=3)
        assert (set(found.people), found.shortfall, found.assignee) == ({"u044", "u045"}, 1, "")

    def test_a_draw_without_a_seed_is_a_mistake_of_the_caller(self):
        with pytest.raises(ValueError, match="seeded"):
            assigned("superior:role:inspector;draw")


class TestSubstitutes:
    def test_an_absent_holder_gives_way_to_the_substitute_and_both_names_are_shown(self):
        organization = an_organization(absences=away("u102"), substitutes=(acting_for("u102", "u104", "LEAD_DIRECT"),))
        found = assigned("self:pos:LEAD_DIRECT", organization=organization)
        assert found.assignee == "u104"
        assert found.substituted_for == {"u104": "u102"}
        assert "由代理人用户104代用户102办理" in words(found)

    def test_a_substitute_for_another_position_does_not_act(self):
        organization = an_organization(absences=away("u102"), substitutes=(acting_for("u102", "u104", "LEAD_OTHER"),))
        assert assigned("self:pos:LEAD_DIRECT", organization=organization).assignee == "u103"

    def test_an_absent_substitute_does_not_act(self):
        organization = an_organization(
            absences=away("u102", "u104"), substitutes=(acting_for("u102", "u104", "LEAD_DIRECT"),)
        )
        assert assigned("self:pos:LEAD_DIRECT", organization=organization).assignee == "u103"

    def test_an_excluded_holder_gives_way_to_the_substitute_too(self):
        organization = an_organization(substitutes=(acting_for("u102", "u104", "LEAD_DIRECT"),))
        found = assigned("self:pos:LEAD_DIRECT;-var(owner)", organization=organization, variables={"owner": "u102"})
        assert found.assignee == "u104"

    def test_an_absent_owner_is_replaced_in_any_position(self):
        organization = an_organization(absences=away("u101"), substitutes=(acting_for("u101", "u105", "PERSON_RESP"),))
        found = assigned("self:user:owner", organization=organization, variables={"owner": "u101"})
        assert found.substituted_for == {"u105": "u101"}

    def test_a_signature_waits_for_the_absent_leader(self):
        organization = an_organization(absences=away("u103"), substitutes=(acting_for("u103", "u102", "LEAD_MAIN"),))
        found = assigned("self:pos:LEAD_MAIN", organization=organization, substitutes_allowed=False)
        assert (found.assignee, found.substituted_for) == ("u103", {})

    def test_nobody_substitutes_in_a_role(self):
        organization = an_organization(
            absences=away("u044"), substitutes=(acting_for("u044", "u041", "LEAD_OTHER", ZF),)
        )
        assert assigned("superior:role:inspector", organization=organization).people == ("u045",)


class TestFallback:
    def test_direct_then_main_leader_of_the_unit_then_one_unit_up(self):
        chain = [("u101",), ("u101", "u102"), ("u101", "u102", "u103"), ("u101", "u102", "u103", "u042")]
        found = [assigned("self:pos:PERSON_RESP", organization=without(*gone)) for gone in chain]
        assert [f.assignee for f in found] == ["u102", "u103", "u042", "u043"]
        assert [f.widened_from for f in found] == ["", "", GA, GA]
        assert [f.unit for f in found] == [GA, GA, ZF, ZF]
        assert "由532503-ZF的LEAD_DIRECT承接" in words(found[2])

    def test_up_to_the_top(self):
        organization = without("u101", "u102", "u103", "u042", "u043")
        assert assigned("self:pos:PERSON_RESP", organization=organization).assignee == "u002"

    def test_nobody_left_is_an_incident_that_a_superior_leader_mends(self):
        with pytest.raises(NobodyAssignable) as caught:
            assigned("self:user:owner;-var(all)", variables={"owner": "u101", "all": list(POSTS)})
        assert caught.value.namer == "u043"
        assert caught.value.zh == "无可指派人员（self:user:owner;-var(all)），由u043指定办理人。"
        assert caught.value.en.endswith("u043 names a person.")
        assert caught.value.trail

    def test_nobody_at_all(self):
        for text in ("self:pos:LEAD_MAIN", "var(x):pos:LEAD_MAIN", "dept(x):pos:LEAD_MAIN"):
            with pytest.raises(NobodyAssignable) as caught:
                assigned(text, organization=without(*POSTS), variables={"x": 5})
            assert caught.value.namer == ""
            assert caught.value.zh.endswith("）。")

    def test_a_checking_step_never_falls_to_the_checked_unit(self):
        assert assigned("superior:pos:LEAD_DIRECT", organization=without("u042")).assignee == "u043"
        gone = an_organization(grants=(), positions=tuple(a_position(p, *POSTS[p]) for p in ("u102", "u103", "u001")))
        found = assigned("superior:role:inspector", organization=gone)
        assert (found.assignee, found.widened_from) == ("", ZF)
        assert found.people == ("u001",)

    def test_a_check_begun_in_the_checked_unit_passes_over_it(self):
        organization = an_organization(grants=())
        found = assigned("target:role:inspector", organization=organization, unit=ZF, target=GA)
        assert found.people == ("u042",)

    def test_an_inspector_of_the_checked_unit_does_not_check_it(self):
        positions = (a_position("u102", "LEAD_DIRECT", ZF), a_position("u043", "LEAD_MAIN", ZF))
        found = assigned("superior:pos:LEAD_DIRECT", organization=an_organization(positions=positions))
        assert found.assignee == "u043"
        assert "用户102属于被检查单位" in words(found)

    def test_the_superior_of_the_top_unit_is_outside_the_system(self):
        found = assigned("superior:role:inspector", unit=TOP)
        assert (found.is_external, found.assignee, found.unit) == (True, "u003", TOP)
        assert "上传书面材料" in words(found)
        assert assigned("superior:role:inspector", unit=TOP, organization=without("u003")).assignee == "u002"
        with pytest.raises(NobodyAssignable):
            assigned("superior:role:inspector", unit=TOP, organization=without(*POSTS))


class TestPools:
    def test_a_pool_widens_to_the_top_and_then_to_others_by_draw(self):
        assert assigned("superior:role:reviewer").people == ("u046",)
        two = assigned("superior:role:reviewer", needed=2)
        assert two.people == ("u046", "u011")
        four = assigned("superior:role:reviewer", needed=4, random=seeded(3))
        assert set(four.people) == {"u046", "u011", "u051", "u061"}
        assert "532503-ZF人数不足，扩大范围" in words(four)

    def test_the_order_of_the_others_is_drawn(self):
        third = {assigned("superior:role:reviewer", needed=3, random=seeded(i)).people[2] for i in range(20)}
        assert third == {"u051", "u061"}

    def test_the_second_intake_is_the_tops(self):
        found = assigned("self:role:intake", unit=ZF)
        assert (found.people, found.unit, found.widened_from) == (("u012",), TOP, ZF)

    def test_a_pool_that_cannot_be_filled_tells_how_many_are_missing(self):
        assert assigned("superior:role:reviewer", needed=9).shortfall == 5

    def test_an_inspection_pool_is_named_by_its_commission(self):
        rosters = tuple(
            RosterEntry(name="INSPECTION", unit=unit, person=p, first_day=ON)
            for p, unit in (("u044", ZF), ("u013", TOP))
        )
        organization = an_organization(rosters=rosters)
        assert assigned("self:pool:INSPECTION", organization=organization, needed=2).people == ("u044", "u013")


class TestRecusal:
    def test_every_candidate_passes_recusal(self):
        relation = Relation(person="u044", other="u101", kind="近亲属")
        case = CaseParties(subjects=frozenset({"u101"}), relations=(relation,))
        found = assigned("superior:role:inspector", case=case)
        assert found.people == ("u045",)
        assert "用户044回避（R2：与当事人有已登记的关系（近亲属））" in words(found)

    def test_a_served_inspector_does_not_check_but_a_leader_decides(self):
        positions = (
            a_position("u044", "DEPT_RESP", GA, valid_until=day("2025-06-30")),
            a_position("u042", "LEAD_DIRECT", ZF),
            a_position("u042", "LEAD_OTHER", GA, valid_until=day("2025-06-30")),
        )
        organization = an_organization(positions=positions)
        assert assigned("superior:role:inspector", organization=organization).people == ("u045",)
        assert assigned("superior:pos:LEAD_DIRECT", organization=organization).assignee == "u042"
        assert assigned("superior:role:inspector", organization=organization, stage="inspect").people == ("u045",)

    def test_an_earlier_actor_of_another_stage_does_not_act(self):
        case = CaseParties(actors={"inspect": frozenset({"u046"})})
        assert assigned("superior:role:reviewer", case=case, stage="review").people == ("u011",)

    def test_prev_excludes_who_completed_a_node(self):
        actors = {"S1_T7": ("u044",), "S1_T6": ("u045",)}
        for text in ("superior:role:inspector;-prev(S1_T7)", "superior:role:inspector;-prev(T7)"):
            assert assigned(text, node_actors=actors).people == ("u045",)

    def test_unit_excludes_the_people_of_a_unit(self):
        found = assigned("superior:role:reviewer;-unit(u)", variables={"u": ZF})
        assert found.people == ("u011",)
        assert assigned("superior:role:reviewer;-unit(missing);-coi").people == ("u046",)

    def test_r5_moves_everything_above_a_unit_whose_main_leader_is_the_subject(self):
        case = CaseParties(subjects=frozenset({"u103"}))
        for text in ("self:pos:LEAD_MAIN", "superior-or-self:pos:LEAD_MAIN", "superior:pos:LEAD_MAIN"):
            assert assigned(text, case=case).assignee == "u043"
        assert "当事人是532503-GA主要责任领导" in words(assigned("self:pos:LEAD_MAIN", case=case))

    def test_r6_leaves_nobody_and_nobody_to_name(self):
        case = CaseParties(subjects=frozenset({"u001"}))
        with pytest.raises(NobodyAssignable) as caught:
            assigned("superior:role:reviewer", case=case)
        assert caught.value.namer == ""

    def test_a_recused_superior_does_not_name_either(self):
        case = CaseParties(subjects=frozenset({"u043"}))
        with pytest.raises(NobodyAssignable) as caught:
            assigned("self:pos:LEAD_MAIN;-var(all)", case=case, variables={"all": list(POSTS)})
        assert caught.value.namer == "u001"

    def test_the_reply_of_a_subject_is_his_own_without_recusal_absence_or_fallback(self):
        case = CaseParties(subjects=frozenset({"u103"}))
        organization = an_organization(absences=away("u103"), substitutes=(acting_for("u103", "u102", "LEAD_MAIN"),))
        found = assigned("self:user:subject", case=case, organization=organization, variables={"subject": "u103"})
        assert (found.assignee, found.substituted_for) == ("u103", {})
        with pytest.raises(NobodyAssignable):
            assigned("self:user:subject", case=case, variables={})
        with pytest.raises(NobodyAssignable):
            assigned("self:user:subject;-var(subject)", case=case, variables={"subject": "u103"})
