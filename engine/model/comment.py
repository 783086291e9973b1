"""Comments on a case (留言): whom one mentions, and what stands against one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from engine.errors import Conflict, InputRejected, Refused
from engine.model.textguard import find

Accounts: TypeAlias = tuple[str, ...]  #: of people who have one name
MAX_COMMENT = 1000  #: characters
MAX_MENTIONED = 20  #: people told of one comment
# "u041@…" is no mention: an address of a mailbox has letters before the sign.
_MENTION = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠]")
_ACCOUNT = re.compile(r"[A-Za-z0-9_.-]+")


class CaseIsOver(Conflict):
    """A case that has ended is a record: nothing is added to it."""

    code = "case_over"
    zh = "事项已办结，不能再留言。"
    en = "The case has ended; no comment can be added."


class CommentWithdrawn(Conflict):
    """It has been withdrawn already."""

    code = "comment_withdrawn"
    zh = "这条留言已经撤回。"
    en = "This comment has been withdrawn already."


class NotAuthor(Refused):
    """Only its author withdraws a comment."""

    code = "not_author"
    zh = "只有留言人本人可以撤回留言。"
    en = "Only its author can withdraw a comment."


def check_guarded(text: str, *, field: str = "text") -> None:
    """No ID-card and phone numbers (domain.md §6.5), whatever the process. Raises InputRejected."""
    if hits := find(text):
        raise InputRejected(hits[0].zh, hits[0].en, field=field)


def mentions_in(text: str, people: Mapping[str, Accounts]) -> tuple[Accounts, ...]:
    """Whom the text names after @, in order: for each mention the accounts of all who have this name, at least one.

    people: accounts by name; an account counts as its own name. The longest name that fits is meant, since Chinese
    is written without spaces. Raises InputRejected where nobody is called so.
    """
    return tuple(dict.fromkeys(_named(text[mark.end() :], people) for mark in _MENTION.finditer(text)))


def one_of(accounts: Sequence[str], named: str, seeing: Iterable[str]) -> str:
    """The one that is meant: of these accounts, called `named`, the one who sees the case.

    Raises InputRejected where none does, or several.
    """
    found = sorted(set(accounts) & set(seeing))
    if not found:
        raise InputRejected(
            f"{named}看不到本事项，不能提醒。请去掉“@{named}”，或改为能看到本事项的人。",
            f"{named} cannot see this case and cannot be told of the comment. Remove @{named}, or name somebody else.",
            field="text",
        )
    if len(found) > 1:
        raise InputRejected(
            f"能看到本事项的“{named}”有{len(found)}人，请改用账号：{'、'.join('@' + one for one in found)}。",
            f"{len(found)} people called {named} see this case: use an account, {', '.join('@' + x for x in found)}.",
            field="text",
        )
    return found[0]


def _named(rest: str, people: Mapping[str, Accounts]) -> Accounts:
    account = _ACCOUNT.match(rest)
    if account is not None and account[0].rstrip(".-") in people:
        return people[account[0].rstrip(".-")]
    longest = max(map(len, people), default=0)
    for length in range(min(longest, len(rest)), 0, -1):
        if rest[:length] in people:
            return people[rest[:length]]
    shown = rest[:10].split("\n")[0].strip()
    raise InputRejected(
        f"“@{shown}”处没有认出姓名或账号。请写全姓名，或去掉“@”。",
        f"No name or account is recognised at “@{shown}”. Write the whole name, or remove the @.",
        field="text",
    )
