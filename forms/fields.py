"""The marshmallow fields of our form types. Each says what is wrong in both languages and knows what empty means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, cast

from marshmallow import Schema, ValidationError, fields
from marshmallow.constants import missing

from forms import messages
from forms.expressions import CHINA
from forms.messages import Kind, Label, Need
from forms.pattern import Pattern
from forms.problems import Message
from forms.texts import misleads, tidied


class _Hidden:
    """Stands in the raw values where a field is hidden or locked: what was sent is dropped, nothing is required."""


HIDDEN: Final = _Hidden()

_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ZONE = r"(Z|[+-]\d{2}:?\d{2})?"
_TIME = re.compile(rf"\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?{_ZONE}")
_DATETIME = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}T\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?{_ZONE}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
#: How form-js names a file that the browser has not uploaded yet; the server answers with the id alone.
FILE_PREFIX = "files::"


def refuse(message: Message) -> ValidationError:
    return ValidationError([message])  # marshmallow passes messages on as they are


class FormField(fields.Field[object]):
    """Base: empty values are left out, or asked for where the field is required."""

    kind: Kind = "text"

    def __init__(self, label: Label, *, needed: bool = False, need: Need = "fill") -> None:
        super().__init__()
        self.label, self.needed, self.need = label, needed, need

    def deserialize(
        self, value: object, attr: str | None = None, data: Mapping[str, object] | None = None, **kwargs: object
    ) -> object:
        if value is HIDDEN:
            return missing
        if self.is_empty(value):
            return self.when_empty()
        return self._deserialize(value, attr, data, **kwargs)

    def is_empty(self, value: object) -> bool:
        return value is missing or value is None or value in ("", [])

    def when_empty(self) -> object:
        """What an empty field becomes. Raises when it is required."""
        if self.needed:
            raise refuse(messages.required(self.label, self.need))
        return missing

    def wrong_type(self) -> ValidationError:
        return refuse(messages.wrong_type(self.label, self.kind))


class TextField(FormField):
    """Text without blanks at its ends, \\n for line ends, no control characters; NFC, so that equal is equal."""

    def __init__(
        self,
        label: Label,
        *,
        needed: bool,
        shortest: int,
        longest: int,
        pattern: Pattern | None = None,
        pattern_words: tuple[str, str] = ("", ""),
    ) -> None:
        super().__init__(label, needed=needed)
        self.shortest, self.longest = shortest, longest
        self.pattern, self.pattern_words = pattern, pattern_words

    def is_empty(self, value: object) -> bool:
        return super().is_empty(value) or (isinstance(value, str) and not value.strip())

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> str:  # noqa: ARG002
        if not isinstance(value, str):
            raise self.wrong_type()
        if len(value) > 4 * self.longest + 1_000:  # no use in tidying what cannot pass
            raise refuse(messages.too_long(self.label, self.longest, len(value)))
        text = tidied(value)
        if misleads(text):
            raise refuse(messages.control_characters(self.label))
        if len(text) < self.shortest:
            raise refuse(messages.too_short(self.label, self.shortest, len(text)))
        if len(text) > self.longest:
            raise refuse(messages.too_long(self.label, self.longest, len(text)))
        if self.pattern is not None and not self.pattern.is_in(text):
            raise refuse(messages.mismatch(self.label, *self.pattern_words))
        return text


class NumberField(FormField):
    """A whole number (digits = 0: int) or a Decimal. Texts are taken too: plain HTML sends nothing else."""

    def __init__(
        self,
        label: Label,
        *,
        needed: bool,
        digits: int,
        lowest: Decimal,
        highest: Decimal,
        step: Decimal | None = None,
    ) -> None:
        super().__init__(label, needed=needed)
        self.kind = "int" if digits == 0 else "dec"
        self.digits, self.lowest, self.highest, self.step = digits, lowest, highest, step

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> int | Decimal:  # noqa: ARG002
        number = self._number(value)
        if -cast("int", number.as_tuple().exponent) > self.digits:
            raise self.wrong_type() if self.digits == 0 else refuse(messages.too_precise(self.label, self.digits))
        if number < self.lowest:
            raise refuse(messages.too_small(self.label, self.lowest))
        if number > self.highest:
            raise refuse(messages.too_large(self.label, self.highest))
        if self.step is not None and number % self.step:
            raise refuse(messages.off_step(self.label, self.step))
        return int(number) if self.digits == 0 else number

    def _number(self, value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise self.wrong_type()
        if isinstance(value, int) and abs(value) > 10**20:  # str() of a huge int takes quadratic time
            raise self.wrong_type()
        text = str(value).strip()
        if not _NUMBER.fullmatch(text) or not text.isascii():
            raise self.wrong_type()
        text = text.removesuffix(".0") if isinstance(value, float) else text
        number = Decimal(text)
        return number or abs(number)  # no negative zero


class DateField(FormField):
    kind = "date"

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> date:  # noqa: ARG002
        if type(value) is date:
            return value
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise self.wrong_type()
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise self.wrong_type() from None
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise self.wrong_type()
        return found


class TimeField(FormField):
    """A time of the day in China; form-js may add an offset, or "Z" for a time it has moved to UTC."""

    kind = "time"

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> time:  # noqa: ARG002
        if isinstance(value, time):
            return value
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise self.wrong_type()
        try:
            found = time.fromisoformat(value)
        except ValueError:
            raise self.wrong_type() from None
        moment = datetime.combine(date(2000, 1, 1), found)
        return (moment.astimezone(CHINA) if moment.tzinfo else moment).time()


class DateTimeField(FormField):
    """A moment, in China's time; without a zone it is meant so."""

    kind = "datetime"

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> datetime:  # noqa: ARG002
        if isinstance(value, datetime):
            return value
        if not isinstance(value, str) or not _DATETIME.fullmatch(value):
            raise self._not_a_moment(value)
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise self.wrong_type() from None
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise self.wrong_type()
        return found.astimezone(CHINA) if found.tzinfo else found.replace(tzinfo=CHINA)

    def _not_a_moment(self, value: object) -> ValidationError:
        """A date or a time alone is told which half it lacks."""
        text = value.rstrip("T").removeprefix("T") if isinstance(value, str) else ""
        if _DATE.fullmatch(text):
            return refuse(messages.half_of_moment(self.label, "time"))
        if _TIME.fullmatch(text):
            return refuse(messages.half_of_moment(self.label, "date"))
        return self.wrong_type()


class BoxField(FormField):
    """A tick box: unticked is False, and a required box must be ticked."""

    kind = "bool"

    def is_empty(self, value: object) -> bool:
        return super().is_empty(value) or value is False

    def when_empty(self) -> object:
        super().when_empty()
        return False

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> bool:  # noqa: ARG002
        if value is not True:
            raise self.wrong_type()
        return True


class ChoiceField(FormField):
    """One of `options`; options None: a code that the organisation knows, checked later."""

    kind: Kind = "choice"
    longest_code = 100

    def __init__(self, label: Label, *, needed: bool, options: frozenset[str] | None) -> None:
        super().__init__(label, needed=needed, need="choose")
        self.options = options

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> object:  # noqa: ARG002
        return self.checked(value)

    def checked(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong_type()
        is_code = len(value) <= self.longest_code and value.isprintable()
        if not is_code or (self.options is not None and value not in self.options):
            raise refuse(messages.not_an_option(self.label, value))
        return value


class ChoicesField(ChoiceField):
    """Several of `options`, each at most once, in the order in which they were sent."""

    kind: Kind = "choices"

    def __init__(self, label: Label, *, needed: bool, options: frozenset[str] | None, most: int) -> None:
        super().__init__(label, needed=needed, options=options)
        self.most = most

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> object:  # noqa: ARG002
        if not isinstance(value, list | tuple):
            raise self.wrong_type()
        if len(value) > self.most:
            raise refuse(messages.too_many_choices(self.label, self.most))
        found: list[str] = []
        for item in value:
            code = self.checked(item)
            if code in found:
                raise refuse(messages.repeated_choice(self.label, code))
            found.append(code)
        return found


class FilesField(FormField):
    """Ids of uploaded documents. One id alone is taken as a list of one, also in the form "files::<id>"."""

    kind = "files"
    longest_id = 100

    def __init__(self, label: Label, *, needed: bool, most: int) -> None:
        super().__init__(label, needed=needed, need="upload")
        self.most = most

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> list[str]:  # noqa: ARG002
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise self.wrong_type()
        found = list(dict.fromkeys(self._id(item) for item in items))
        if len(found) > self.most:
            raise refuse(messages.too_many_files(self.label, self.most))
        return found

    def _id(self, item: object) -> str:
        if not isinstance(item, str):
            raise self.wrong_type()
        name = item.removeprefix(FILE_PREFIX)
        if not name or len(name) > self.longest_id or not name.isprintable():
            raise refuse(messages.not_uploaded(self.label, item))
        return name


class Branch(FormField):
    """A group with a path of its own: an object below its key, left out when nothing stands in it."""

    kind = "group"

    def __init__(self, label: Label, schema: Schema) -> None:
        super().__init__(label)
        self.schema = schema

    def when_empty(self) -> object:
        return self._deserialize({}, None, None)

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> object:  # noqa: ARG002
        if not isinstance(value, Mapping):
            raise self.wrong_type()
        return self.schema.load(value) or missing


class RowsField(FormField):
    """A list of rows, each with the same fields. Empty rows at its end are dropped."""

    kind = "rows"

    def __init__(self, label: Label, schema: Schema, *, fewest: int, most: int) -> None:
        super().__init__(label)
        self.schema, self.fewest, self.most = schema, fewest, most

    def when_empty(self) -> object:
        if self.fewest:
            raise refuse(messages.too_few_rows(self.label, self.fewest))
        return missing

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> object:  # noqa: ARG002
        if not isinstance(value, list | tuple):
            raise self.wrong_type()
        rows = _without_empty_end(value)
        if not rows:
            return self.when_empty()
        if len(rows) > self.most:
            raise refuse(messages.too_many_rows(self.label, self.most, len(rows)))
        found, errors = self._load_rows(rows)
        if errors:
            raise ValidationError(errors, valid_data=found)
        if len(rows) < self.fewest:
            raise ValidationError([messages.too_few_rows(self.label, self.fewest)], valid_data=found)
        return found

    def _load_rows(self, rows: Sequence[object]) -> tuple[list[object], dict[int, object]]:
        """The rows, as far as they are good, and what is wrong by row. Both count rows as they were sent."""
        found: list[object] = []
        errors: dict[int, object] = {}
        for index, row in enumerate(rows):
            if not isinstance(row, Mapping):
                errors[index] = [messages.wrong_type(self.label, "group")]
                found.append({})
                continue
            try:
                found.append(self.schema.load(row))
            except ValidationError as error:
                errors[index] = error.messages
                found.append(error.valid_data)
        return found, errors


def _without_empty_end(rows: Sequence[object]) -> Sequence[object]:
    end = len(rows)
    while end and _is_blank(rows[end - 1]):
        end -= 1
    return rows[:end]


def _is_blank(row: object) -> bool:
    return isinstance(row, Mapping) and all(
        value is HIDDEN or value is None or value is False or value in ("", [], {}) for value in row.values()
    )
