"""The composition root of the web part: settings, engine, hooks, API and pages, put together once per process."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Flask, Response, request
from werkzeug.wsgi import ClosingIterator

from engine.config import Settings
from engine.core import Engine
from engine.logs import configure_logging
from webui import api, auth, guard, health, language, metrics, problems, service, streams
from webui.auth import current_visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "cx_language"


class Answer(Response):
    """A response with the headers that each must have.

    It hands the server its whole body at once, where there is one, and not as something to iterate.
    """

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body, status, headers = self.get_wsgi_response(environ)
        guard.secure(headers)
        start_response(status, headers)
        if not isinstance(body, ClosingIterator) or not self.is_sequence:
            return body
        try:
            return list(body)
        finally:
            body.close()


class Application(Flask):
    """Flask without coroutines: none of our views and hooks is one, so nobody has to ask each of them each time."""

    response_class = Answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> Flask:
    """The WSGI application.

    settings: None = from the environment, as webui.server starts us. engine: given by tests; else opened at first use.
    """
    if settings is None:
        settings = Settings.from_env(os.environ)
        configure_logging(settings)
    app = Application("webui", static_folder="static", static_url_path="/static")
    app.config.update(MAX_FORM_MEMORY_SIZE=guard.DEFAULT_BODY_BYTES, MAX_FORM_PARTS=1000)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["stopping"] = threading.Event()  # set by webui.server when it is asked to end
    service.install(app, service.Service(settings, engine))
    streams.install(app, settings)
    language.install(app, choose_language)
    guard.install(app)
    auth.install(app)
    metrics.install(app)
    app.register_blueprint(health.blueprint)
    api.install(app)
    problems.install(app, _install_pages(app))
    auth.declare(app, "static", "public")
    return app


def choose_language() -> str:
    """Of the account; else of this browser, by its cookie or what it says it prefers; else Chinese."""
    visitor = current_visitor()
    if visitor is not None and "Authorization" not in request.headers:
        return visitor.language
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or (visitor.language if visitor is not None else "zh")


def _install_pages(app: Flask) -> Callable[[Mapping[str, object]], str] | None:
    """Register the HTML pages; answers what turns a problem into a page, None in an installation without pages.

    webui.pages has the face: `install(app)`, `blueprint`, `error_page(problem) -> HTML`, each optional.
    """
    pages: ModuleType = importlib.import_module("webui.pages")
    install = getattr(pages, "install", None)
    if install is not None:
        install(app)
    blueprint = getattr(pages, "blueprint", None)
    if isinstance(blueprint, Blueprint):
        app.register_blueprint(blueprint)
    return cast("Callable[[Mapping[str, object]], str] | None", getattr(pages, "error_page", None))
