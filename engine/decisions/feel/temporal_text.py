"""Dates, times and durations as text: ISO 8601 as FEEL takes it, with named zones behind an @."""

from __future__ import annotations

import re

from engine.decisions.feel.temporal import (
    NANOS,
    UTC_ZONE,
    Date,
    DateTime,
    Days,
    Months,
    OutOfRange,
    Time,
    Zone,
    midnight,
    zone_of_region,
)

_DATE = r"(?P<year>-?(?:\d{4}|[1-9]\d{4,8}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,40}))?"
    r"(?P<zone>Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w+/-]{0,60})?"
)
_ONLY_DATE = re.compile(_DATE, re.ASCII)
_ONLY_TIME = re.compile(_TIME, re.ASCII)
_BOTH = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_MONTHS = re.compile(r"(?P<sign>-?)P(?=\d)(?:(?P<years>\d{1,12})Y)?(?:(?P<months>\d{1,12})M)?", re.ASCII)
_DAYS = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d{1,15})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,15})H)?(?:(?P<minutes>\d{1,15})M)?"
    r"(?:(?P<seconds>\d{1,15})(?:\.(?P<fraction>\d{0,40}))?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> Date | None:
    match = _ONLY_DATE.fullmatch(text)
    return _date(match) if match else None


def parse_time(text: str) -> Time | None:
    match = _ONLY_TIME.fullmatch(text)
    return _time(match) if match else None


def parse_date_time(text: str) -> DateTime | None:
    """A date alone is its midnight, at no place."""
    match = _BOTH.fullmatch(text)
    if match is None:
        date = parse_date(text)
        return midnight(date) if date is not None else None
    date, time = _date(match), _time(match)
    return DateTime(date, time) if date is not None and time is not None else None


def parse_duration(text: str) -> Months | Days | None:
    match = _MONTHS.fullmatch(text)
    if match:
        months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
        return Months(-months if match["sign"] else months)
    match = _DAYS.fullmatch(text)
    if match is None or not any(match[name] for name in ("days", "hours", "minutes", "seconds")):
        return None
    hours = int(match["days"] or 0) * 24 + int(match["hours"] or 0)
    seconds = (hours * 60 + int(match["minutes"] or 0)) * 60 + int(match["seconds"] or 0)
    nanos = seconds * NANOS + _nanos(match["fraction"])
    return Days(-nanos if match["sign"] else nanos)


def parse_temporal(text: str) -> Date | Time | DateTime | Months | Days | None:
    """What stands behind an @: whichever of them it is."""
    if _BOTH.fullmatch(text):
        return parse_date_time(text)
    return parse_date(text) or parse_time(text) or parse_duration(text)


def parse_zone(text: str) -> Zone | None:
    """ "Z", "+08:00" or "@Asia/Shanghai"."""
    if text in {"Z", "z"}:
        return UTC_ZONE
    if text.startswith("@"):
        return zone_of_region(text[1:])
    hours, minutes, seconds = ([int(part) for part in text[1:].split(":")] + [0])[:3]
    if minutes > 59 or seconds > 59:
        return None
    offset = hours * 3600 + minutes * 60 + seconds
    return Zone(offset=-offset if text[0] == "-" else offset)


def _date(match: re.Match[str]) -> Date | None:
    try:
        return Date.checked(int(match["year"]), int(match["month"]), int(match["day"]))
    except OutOfRange:
        return None


def _time(match: re.Match[str]) -> Time | None:
    zone = parse_zone(match["zone"]) if match["zone"] else None
    if match["zone"] and zone is None:
        return None
    try:
        return Time.checked(
            int(match["hour"]), int(match["minute"]), int(match["second"]), _nanos(match["fraction"]), zone
        )
    except OutOfRange:
        return None


def _nanos(fraction: str | None) -> int:
    return int((fraction or "0")[:9].ljust(9, "0"))


def temporal_text(value: object) -> str | None:
    """A date, time or duration as text; None for anything else."""
    match value:
        case DateTime():
            return date_time_text(value)
        case Date():
            return date_text(value)
        case Time():
            return time_text(value)
        case Days():
            return days_text(value)
        case Months():
            return months_text(value)
    return None


def date_text(date: Date) -> str:
    sign = "-" if date.year < 0 else ""
    return f"{sign}{abs(date.year):04d}-{date.month:02d}-{date.day:02d}"


def time_text(time: Time) -> str:
    text = f"{time.hour:02d}:{time.minute:02d}:{time.second:02d}{_fraction(time.nano)}"
    return text + (zone_text(time.zone) if time.zone is not None else "")


def zone_text(zone: Zone) -> str:
    if zone.offset is None:
        return f"@{zone.region}"
    if zone.offset == 0:
        return "Z"
    hours, rest = divmod(abs(zone.offset), 3600)
    minutes, seconds = divmod(rest, 60)
    sign = "-" if zone.offset < 0 else "+"
    return f"{sign}{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def date_time_text(moment: DateTime) -> str:
    return f"{date_text(moment.date)}T{time_text(moment.time)}"


def months_text(duration: Months) -> str:
    years, months = divmod(abs(duration.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if duration.months < 0 else ''}P{text or '0M'}"


def days_text(duration: Days) -> str:
    seconds, nano = divmod(abs(duration.nanos), NANOS)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    clock = (f"{hour}H" if hour else "") + (f"{minute}M" if minute else "")
    clock += f"{second}{_fraction(nano)}S" if second or nano else ""
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if duration.nanos < 0 else ''}P{text or 'T0S'}"


def _fraction(nano: int) -> str:
    return f".{nano:09d}".rstrip("0") if nano else ""
