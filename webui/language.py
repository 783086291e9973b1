"""Chinese and English: the catalogue, read from its .po file, and the choice between the two for one request."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import cast

from babel import support
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, has_request_context
from flask_babel import Babel, get_translations
from markupsafe import Markup

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
    try:  # some 400 times a page: one look where it was put, no questions before
        return cast("support.NullTranslations", g.catalogue)
    except (AttributeError, RuntimeError):
        found = cast("support.NullTranslations", get_translations())
    if has_request_context():
        g.catalogue = found
    return found
