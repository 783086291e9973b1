"""Chinese and English: the catalogue, read from its .po file, and the choice between the two for one request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal, cast

from babel import support
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, appcontext_popped, appcontext_pushed, has_request_context
from flask_babel import Babel, get_translations
from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

Language = Literal["zh", "en"]
#: What `catalogue` has found for this request. In `flask.g` each of 400 looks a page would take ten times as long.
_FOUND: ContextVar[support.NullTranslations | None] = ContextVar("catalogue", default=None)
_SPECIAL = re.compile("[<>&\"'%]")
_ENVIRONMENTS = "changxiao_templates"
CATALOGUE = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"


@cache
def english() -> Translations:
    """The English catalogue. Message ids are the Chinese texts themselves, so Chinese needs none.

    Read from the source file instead of a compiled .mo: nothing can be stale, and a checkout needs no build step.
    """
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="en")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def install(app: Flask, choose: Callable[[], str]) -> None:
    """Make gettext answer in the language that `choose()` names for the current request: "zh" or "en"."""
    babel = Babel(
        app,
        default_locale="zh",
        default_timezone="Asia/Shanghai",
        locale_selector=choose,
        default_translation_directories=str(CATALOGUE.parents[2]),
    )
    with app.app_context():
        # flask-babel looks for compiled files only when its cache has none for the language.
        babel.domain_instance.cache[("en", "messages")] = english()
    # flask-babel looks up locale and catalogue anew for each of some 300 texts of a page, which takes longer than
    # rendering it; one look per request does, and most texts are the same at every request.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue().ugettext(text),
        lambda one, many, count: catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: catalogue().upgettext(context, text),
    )
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template)
    app.jinja_env.add_extension(_Written)
    app.extensions[_ENVIRONMENTS] = {}
    for context_changes in (appcontext_pushed, appcontext_popped):
        context_changes.connect(_forget, app)


def templates(app: Flask) -> Environment:
    """Templates in the language of this request: the texts stand in them, so that nothing is looked up."""
    environments: dict[str, Environment] = app.extensions[_ENVIRONMENTS]
    wanted = language()
    if wanted not in environments:
        made = app.jinja_env.overlay()
        made.extend(language=wanted)
        environments[wanted] = made
    return environments[wanted]


class _Written(Extension):
    """Puts the text itself in the place of `_('…')` when a template of one language is compiled."""

    _CALL = ("name", "lparen", "string", "rparen")

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        waiting: list[Token] = []
        for token in stream:
            waiting.append(token)
            if token.type != self._CALL[len(waiting) - 1] or (token.type == "name" and token.value != "_"):
                yield from waiting
                waiting.clear()
            elif len(waiting) == len(self._CALL):
                yield from self._text(waiting)
                waiting.clear()

    def _text(self, call: list[Token]) -> Iterable[Token]:
        language = getattr(self.environment, "language", None)
        if language is None:  # not known before the page is made
            return call
        words = english() if language == "en" else support.NullTranslations()
        found = words.ugettext(call[2].value)
        # What means something in HTML, or to a format, is left to the call.
        return call if _SPECIAL.search(found) else [Token(call[0].lineno, "string", found)]


def _forget(*_: object, **__: object) -> None:
    _FOUND.set(None)


def _in_template(text: str, **values: object) -> Markup:
    """The text in the language of this request, as HTML; `values` are escaped. All templates are HTML."""
    found = _as_html(catalogue(), text)
    return found % values if values or "%" in found else found


@cache
def _as_html(words: support.NullTranslations, text: str) -> Markup:
    # Only templates ask, with texts that stand in them: the cache is as large as the catalogue, once a language.
    return Markup(words.ugettext(text))  # noqa: S704 - our own texts


def catalogue() -> support.NullTranslations:
    """The catalogue in the language of this request; Chinese texts stand for themselves."""
    found = _FOUND.get()
    if found is None:
        found = cast("support.NullTranslations", get_translations())
        if has_request_context():
            _FOUND.set(found)
    return found


def language() -> Language:
    """The language of this request."""
    return "en" if catalogue() is english() else "zh"
