"""Valid values for every shipped form, and a context in which they pass. For the tests of everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import forms
from engine.decisions.form_feel import FormFeel
from forms import FieldInfo, Form, FormContext, compile_form

UNIT, DEPARTMENT, PERSON = "532503-GA", "532503-GA-03", "u101"
TODAY = date(2026, 3, 5)
DOCUMENT = "01890000-0000-7000-8000-000000000001"
SHIPPED = tuple(sorted(path.stem for path in Path(forms.__file__).parent.glob("*.json")))

#: What P02 knows of its half-year.
HALF = {
    "half_start": "2026-01-01",
    "half_end": "2026-06-30",
    "earliest_meeting": "2026-03-05",
    "people_min": 10,
    "attend_part": 2,
    "attend_whole": 3,
}
_TEXT = "值班备勤交接登记不完整，三月份有六次交接未签字，责任在值班室。"
#: Where the first choice or a bare number would break a rule between fields.
_CHOSEN: dict[tuple[str, str], object] = {
    ("P04B_T2", "attendees"): 20,
    ("P04B_T2", "good"): 20,
    ("S1_T0", "nature"): "制度不落实",
    ("S1_T0", "spread"): "部门",
    ("S1_T1", "severity"): "B",
    ("S1_T1", "plan_wd"): 3,
    ("S1_T1", "limit_wd"): 15,
    ("S1_T1", "stage_wd"): 0,
    ("P06_T5", "discussion"): _TEXT * 4,
    ("P06_T5", "bulletin"): "红政法通〔2026〕3号",
    ("S4_T2", "due_attend"): 5,
    ("S4_T2", "attended"): 3,
    ("P02_T2", "people"): 12,
    ("P02_T3", "situation"): _TEXT * 8,
}
#: The rows of lists whose rules ask for more than one that is filled in.
_ROWS: dict[tuple[str, str], tuple[dict[str, object], ...]] = {
    ("P01_T1", "rows"): tuple(
        {"position": position} for position in ("LEAD_MAIN", "LEAD_DIRECT", "DEPT_RESP", "PERSON_RESP")
    ),
    ("P02_T3", "problems"): ({"category": "执法不严", "nature": "制度不落实", "spread": "部门"},),
}

#: Fields with a condition that the first choices leave visible.
_VISIBLE = {
    "S1_T3": ("owner_dept", "owner", "owner_post"),
    "S2_T4": ("new_date",),
    "P03_T5": ("make_up_mode", "made_up_on"),
    "P03_T7": ("added_title", "added_by"),
    "P01_T5": ("sign",),
    "P04_T4": ("sign",),
    "S5_T3": ("sign",),
    "P02_T3": ("problems",),
}


def form_bytes(key: str) -> bytes:
    """The shipped form as it lies on disk."""
    return (Path(forms.__file__).parent / f"{key}.json").read_bytes()


def shipped_form(key: str) -> Form:
    return compile_form(form_bytes(key), read=FormFeel(key))


def sample_values(
    form: Form | str,
    *,
    today: date = TODAY,
    unit: str = UNIT,
    department: str = DEPARTMENT,
    persons: Sequence[str] = (PERSON, "u102", "u103"),
    documents: Sequence[str] = (DOCUMENT,),
    **changes: object,
) -> dict[str, object]:
    """Values, as a browser sends them, with which the form may be submitted: all required fields and no others.

    form: a compiled form, or the key of a shipped one. The decision is the first of its choices, which is never a
    return or a refusal. `changes` are laid over the result.
    """
    compiled = shipped_form(form) if isinstance(form, str) else form
    sample = _Sample(compiled.id, today, unit, department, tuple(persons), list(documents))
    return sample.of(field for field in compiled.fields if not field.hidden_if) | _shown(compiled, sample) | changes


def sample_context(**changes: object) -> FormContext:
    """A context that knows the persons, the unit and the document of the samples."""
    known: dict[str, object] = {
        "today": TODAY,
        "case": {
            "bulletin_no": "红政法通〔2026〕3号",
            "limit": "2026-03-23",
            "delivered": "2026-03-02",
            "severity": "B",
            "reject_count": 0,
            "findings": [{}],
            "replies": [{}],
        }
        | HALF,
        "unit": UNIT,
        "period": "2026H1",
        "is_person": lambda name, unit: name in {PERSON, "u102", "u103"} and unit in {"", UNIT},
        "is_department": lambda code: code == DEPARTMENT,
        "is_unit": lambda code: code == UNIT,
        "is_attachment": lambda name: name == DOCUMENT,
    }
    return FormContext(**(known | changes))  # type: ignore[arg-type]


def _shown(form: Form, sample: _Sample) -> dict[str, object]:
    """Fields with a condition that the first choices leave visible."""
    visible = _VISIBLE.get(form.id, ())
    return {field.key: sample.value(field, 0) for field in form.fields if field.key in visible}


class _Sample:
    def __init__(
        self, form_id: str, today: date, unit: str, department: str, persons: tuple[str, ...], documents: list[str]
    ) -> None:
        self.form_id, self.today, self.unit, self.department = form_id, today, unit, department
        self.persons, self.documents = persons, documents

    def of(self, fields: object, row: int = 0) -> dict[str, object]:
        return {field.key: self.value(field, row) for field in fields if field.required}  # type: ignore[attr-defined]

    def value(self, field: FieldInfo, row: int) -> object:
        chosen = _CHOSEN.get((self.form_id, field.key))
        if chosen is not None:
            return chosen
        person = self.persons[row % len(self.persons)]
        made: dict[str, object] = {
            "text": self._text(field),
            "int": field.limits.get("min", 1),
            "dec": str(field.limits.get("min", 1)),
            "date": self._day(field),
            "datetime": f"{self.today}T09:30",
            "time": "09:30",
            "bool": True,
            "sign": True,
            "enum": field.options[0].value if field.options else "",
            "multi": [option.value for option in field.options[:1]],
            "user": person,
            "users": list(self.persons),
            "dept": self.department,
            "unit": self.unit,
            "file": self.documents,
        }
        rows = _ROWS.get((self.form_id, field.key))
        if rows is not None:
            return [self.of(field.columns, index) | given for index, given in enumerate(rows)]
        if field.type == "table":
            return [self.of(field.columns, index) for index in range(int(str(field.limits["minRows"])))]
        return made[field.type]

    def _text(self, field: FieldInfo) -> str:
        """One sentence, cut or said again and again to the length that is asked for."""
        least, most = (int(str(field.limits.get(name) or 0)) for name in ("minLength", "maxLength"))
        return (_TEXT * (least // len(_TEXT) + 1))[: most or 100]

    def _day(self, field: FieldInfo) -> str:
        """A promised day lies a week ahead; what is over, and the end of a measure, are today."""
        ahead = timedelta(days=7) if field.key == "new_date" else timedelta()
        return (self.today + ahead).isoformat()
