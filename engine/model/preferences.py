"""How somebody wants pages to look. Kept with the account, so that it is the same at every desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from engine.errors import InputRejected

Theme = Literal["system", "light", "dark"]
Density = Literal["normal", "dense"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Raises InputRejected for a theme or density that does not exist."""

    theme: Theme = "system"
    density: Density = "normal"  #: rows of 48 px, or of 38
    large_text: bool = False
    shortcuts: bool = True  #: single keys, which voice input would press by mistake (WCAG 2.1.4)

    def __post_init__(self) -> None:
        for field, value, known in (
            ("theme", self.theme, get_args(Theme)),
            ("density", self.density, get_args(Density)),
        ):
            if value not in known:
                raise InputRejected(
                    "没有这种显示设置。", f"{field} is one of {', '.join(known)}.", field=field, value=value
                )
