"""Forms: form-js documents, compiled to marshmallow schemas that check on the server what the browser checks.

form = compile_form(json_bytes, read=FormFeel("S1_T3"))
values = form.load(submitted, FormContext(today=…, case=…, …))
"""

from forms.compile import check_form, compile_form
from forms.context import FormContext
from forms.description import FieldInfo
from forms.form import Form, plain
from forms.problems import DocumentProblem, FormDocumentRejected, FormValuesRejected, ValueProblem

__all__ = [
    "DocumentProblem",
    "FieldInfo",
    "Form",
    "FormContext",
    "FormDocumentRejected",
    "FormValuesRejected",
    "ValueProblem",
    "check_form",
    "compile_form",
    "plain",
]
