"""The two things that can go wrong with an expression. Everything else gives null and says why."""

from __future__ import annotations


class FeelError(Exception):
    """Root of both. `zh` and `en` say what is wrong, for people."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class FeelSyntaxError(FeelError):
    """The text is no expression. position: of the mistake, in characters from 0; zh and en begin with it, while
    plain_zh and plain_en say only what is wrong."""

    def __init__(self, zh: str, en: str, *, position: int) -> None:
        super().__init__(f"第 {position + 1} 个字符处：{zh}", f"at character {position + 1}: {en}")
        self.position, self.plain_zh, self.plain_en = position, zh, en


class FeelLimitExceeded(FeelError):
    """Evaluating took more steps, depth or room than is allowed: the expression runs away."""
