"""What the page of one change shows: a small form, and before anything is changed what it would lead to."""

from __future__ import annotations

from dataclasses import dataclass

from webui.pages.parts import FormView, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """One step of the way back."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePreview:
    """What a change would lead to. Confirmed by posting the same values again with `confirm`."""

    lines: tuple[str, ...]  #: sentences
    heads: tuple[str, ...] = ()  #: of the table
    rows: tuple[tuple[str, ...], ...] = ()
    more: str = ""  #: a sentence below the table: what it leaves out
    stops: tuple[str, ...] = ()  #: why it cannot be done; nothing is offered to confirm then
    values: tuple[tuple[str, str], ...] = ()
    confirm: str = ""  #: word of the button


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """One change of the organisation or of an account."""

    frame: Frame
    title: str
    lead: str
    crumbs: tuple[Crumb, ...]
    form: FormView
    back_href: str
    submit: str  #: word of the button of the form
    notes: tuple[str, ...] = ()  #: what to know before
    preview: ChangePreview | None = None
