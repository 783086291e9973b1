"""Comments on a case: whom an @ means, and which numbers are refused."""

from __future__ import annotations

import pytest

from engine.errors import InputRejected
from engine.model.comment import check_guarded, mentions_in, one_of

PEOPLE = {"李梅": ("u1", "u9"), "李梅香": ("u2",), "u1": ("u1",), "u12": ("u12",)}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@李梅请看", (("u1", "u9"),)),
        ("＠李梅香请看", (("u2",),)),
        ("请@u12 和@李梅香、@u12办理", (("u12",), ("u2",))),
        ("@u1.", (("u1",),)),
        ("邮箱 a@li.example", ()),
        ("没有提到谁", ()),
    ],
)
def test_an_at_sign_means_the_longest_name_behind_it(text: str, meant: tuple[tuple[str, ...], ...]) -> None:
    assert mentions_in(text, PEOPLE) == meant


@pytest.mark.parametrize("text", ["请@王五办理", "就这样@", "@ 李梅"])
def test_an_at_sign_before_nobody_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(InputRejected) as refused:
        mentions_in(text, PEOPLE)
    assert refused.value.facts["field"] == "text"


def test_of_several_of_one_name_the_one_who_sees_the_case_is_meant() -> None:
    assert one_of(("u1", "u9"), "李梅", ["u9"]) == "u9"
    with pytest.raises(InputRejected, match="cannot see"):
        one_of(("u1", "u9"), "李梅", [])
    with pytest.raises(InputRejected, match="@u1, @u9"):
        one_of(("u1", "u9"), "李梅", ["u1", "u9"])


def test_numbers_of_people_are_refused_in_every_process() -> None:
    check_guarded("第3条措施已于12月1日完成")
    with pytest.raises(InputRejected, match="phone number"):
        check_guarded("联系电话 13812345678")
