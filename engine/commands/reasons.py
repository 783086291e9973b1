"""The reason that somebody types for what he does: the same rule for every command as for the texts of a form."""

from __future__ import annotations

from engine.errors import InputRejected
from forms.texts import misleads, tidied

MAX_REASON = 2000  #: characters


def checked_reason(
    text: str, *, zh: str, en: str = "A reason is needed.", field: str = "reason", most: int = MAX_REASON
) -> str:
    """The reason as it is kept. zh, en: what is asked for where nothing was typed.

    Raises InputRejected for none, a longer one than `most` characters, and one with characters that nobody sees.
    """
    reason = tidied(text)
    if not reason:
        raise InputRejected(zh, en, field=field, value="")
    if len(reason) > most:
        raise InputRejected(
            f"最多{most}个字符，现有{len(reason)}个。",
            f"At most {most} characters; there are {len(reason)}.",
            field=field,
        )
    if misleads(reason):
        raise InputRejected(
            "含有看不见的控制字符或改变文字方向的字符，请删除后重新输入。",
            "It has control characters, or such as turn the direction of the text: remove them and type it again.",
            field=field,
        )
    return reason
