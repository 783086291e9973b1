"""What the pages of small changes share: reading what was posted, saying what is wrong, and the page itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.errors import ChangxiaoError, Conflict, InputRejected, Refused
from webui.pages.change_views import ChangePage
from webui.pages.forms import plain_form
from webui.pages.parts import FieldView, FormView, Option
from webui.pages.rendering import render
from webui.problems import detail_of, status_of

MOST_CHARACTERS = 2000
Values = Mapping[str, str]
Answer = Response | str | tuple[str, int]
_OURS = frozenset({"csrf_token", "idempotency_key", "do", "confirm"})


def posted() -> dict[str, str]:
    """What was typed; of a field with several choices, the choices with commas between them."""
    return {
        name: ",".join(text.strip() for text in request.form.getlist(name))[:MOST_CHARACTERS]
        for name in request.form
        if name not in _OURS
    }


def is_confirmed() -> bool:
    """Was the preview seen and confirmed?"""
    return "confirm" in request.form


def handled(do: Callable[[], Answer], page: Callable[[Mapping[str, str]], ChangePage]) -> Answer:
    """What `do` answers; where it is refused, the page again with the reason at its field."""
    try:
        return do()
    except (InputRejected, Conflict, Refused) as refused:
        made = page({field_of(refused, page): detail_of(refused)})
        return render(made), status_of(refused)


def field_of(refused: ChangxiaoError, page: Callable[[Mapping[str, str]], ChangePage]) -> str:
    """The field of the form at which it is said; "" where it has none of this name."""
    named = str(refused.facts.get("field") or "")
    return named if any(field.key == named for field in page({}).form.fields) else ""


def day(values: Values, name: str) -> date:
    """Raises InputRejected where no day stands there."""
    found = optional_day(values, name)
    if found is None:
        raise InputRejected("请填写日期。", "A date is needed.", field=name, value="")
    return found


def optional_day(values: Values, name: str) -> date | None:
    text = values.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputRejected(
            "日期应写作 2026-12-01。", "A date is written 2026-12-01.", field=name, value=text[:20]
        ) from None


def chosen(values: Values, name: str, among: Sequence[str]) -> str:
    """Raises InputRejected where none of the choices stands there."""
    found = values.get(name, "")
    if found not in among:
        raise InputRejected("请选择。", "Choose one.", field=name, value=found[:50])
    return found


def form_of(
    key: str, fields: Sequence[FieldView], values: Values, errors: Mapping[str, str], *, several: Sequence[str] = ()
) -> FormView:
    """The form of a page, posting to its own address. several: fields of which more than one choice may be made."""
    shown: dict[str, object] = {
        name: text.split(",") if name in several and text else text for name, text in values.items()
    }
    return plain_form(key, fields, post_url=request.full_path.rstrip("?"), values=shown, errors=errors)


def options(pairs: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label) for value, label in pairs)


def reason_field(hint: str = "") -> FieldView:
    return FieldView(
        kind="text", key="reason", label=str(gettext("依据或理由")), required=True, max_length=200, hint=hint
    )
