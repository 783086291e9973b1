"""Files that come with a form posted without scripts: stored first, then named by the form as the browser would do."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from werkzeug.datastructures import FileStorage

from engine.commands import attachments
from engine.errors import FieldProblem, FormRejected, InputRejected
from engine.model.step import TaskId
from forms import Form
from webui.auth import current_person
from webui.service import current_engine

#: A form with its files; one file may have 25 MB.
MAX_FORM_BYTES = 64 * 1024**2


def posted_files(form: Form, kept: Mapping[str, object], *, task_id: TaskId | None = None) -> dict[str, object]:
    """{key: ids} for every file field. kept: values of the draft, whose files stay where none was chosen now.

    Raises FormRejected that names the field of a file which may not be uploaded.
    """
    found: dict[str, object] = {}
    for key in form.file_keys:
        chosen = [file for file in request.files.getlist(key) if file.filename]
        if chosen:
            found[key] = [_stored(key, file, task_id) for file in chosen]
        elif key in kept:
            found[key] = kept[key]
    return found


def _stored(key: str, file: FileStorage, task_id: TaskId | None) -> str:
    try:
        row = attachments.add(current_engine(), current_person(), file.filename or "", file.read(), task_id=task_id)
    except InputRejected as refused:
        raise FormRejected([FieldProblem(path=key, rule="file", zh=refused.zh, en=refused.en)]) from None
    return str(row.id)
