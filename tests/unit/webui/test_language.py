"""Each request in its reader's language, in texts of Python and in those that stand in templates."""

from __future__ import annotations

import pytest
from flask import Flask, request

from webui import language
from webui.pages.deadlines import _rule


@pytest.fixture
def app() -> Flask:
    """The path of a request says its language: /en or /zh."""
    made = Flask("webui")
    language.install(made, lambda: request.path.strip("/"))
    return made


def test_the_language_of_one_request_is_not_that_of_the_next(app: Flask) -> None:
    for wanted in ("zh", "en", "zh"):
        with app.test_request_context(f"/{wanted}"):
            assert language.language() == wanted
            assert language.catalogue().ugettext("登录") == {"zh": "登录", "en": "Log in"}[wanted]


def test_a_rule_of_a_limit_is_said_in_the_language_of_the_request(app: Flask) -> None:
    count: dict[str, object] = {"base": "delivered", "sign": 1, "amount": 3, "unit": "wd"}
    with app.test_request_context("/en"):
        assert _rule({"count": count}) == "3 working days from the day of delivery"
    with app.test_request_context("/zh"):
        assert _rule({"count": count}) == "送达日起 3 个工作日"


@pytest.mark.parametrize(
    ("template", "zh", "en"),
    [
        ("{{ _('登录') }}", "登录", "Log in"),
        ("{{ {'a': _('登录')}['a'] ~ '<' }}", "登录&lt;", "Log in&lt;"),
        ("{% if _('登录') %}{{ words }}{% endif %}", "&amp;", "&amp;"),
        ("{{ _('共 %(count)s 项', count=words) }}", "共 &amp; 项", None),
    ],
)
def test_texts_that_stand_in_a_template_are_those_of_the_reader_and_what_goes_into_them_is_escaped(
    app: Flask, template: str, zh: str | None, en: str | None
) -> None:
    app.jinja_env.autoescape = True
    for wanted, shown in (("zh", zh), ("en", en), ("zh", zh)):
        with app.test_request_context(f"/{wanted}"):
            made = language.templates(app).from_string(template).render(words="&")
            assert shown is None or made == shown
