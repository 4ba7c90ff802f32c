"""What was typed or uploaded on the pages of the rules, in the API's shape; and what is wrong, by field."""

from typing import Any

from flask import Response, request

from screening.admin.schemas import LONGEST_BYTES, TOO_LONG
from screening.db import Json
from screening.errors import Invalid, VersionMissing

NOT_TEXT = "This file is not text in UTF-8. Save it as UTF-8 in your editor, and choose it again."
NO_FILE = "Choose a file, or write the text below."


def typed(*names: str) -> Json:
    """Read some fields as typed; what is blank is left out."""
    said = {name: request.form.get(name, "").replace("\r\n", "\n") for name in names}
    return {name: words for name, words in said.items() if words.strip()}


def version() -> int:
    """Read the version that the form was made on.

    Raises:
        VersionMissing: it does not say.
    """
    found = request.form.get("version", type=int)
    if found is None:
        raise VersionMissing("The form does not say which version it was made on. Open the page and try again.")
    return found


def uploaded_or_typed() -> str:
    """Read a ruleset's text: the chosen file's, or else what stands in the field.

    Raises:
        Invalid: the file is too large, or no text; or there is neither.
    """
    file = request.files.get("file")
    if file is None or not file.filename:
        text = request.form.get("yaml", "").replace("\r\n", "\n")
        if not text.strip():
            raise Invalid(NO_FILE, fields={"/file": [NO_FILE]})
        return text
    # One byte more than may be, so that what is larger is known to be.
    with file.stream as stream:
        content = stream.read(LONGEST_BYTES + 1)
    if len(content) > LONGEST_BYTES:
        raise Invalid(TOO_LONG, fields={"/file": [TOO_LONG]})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Invalid(NOT_TEXT, fields={"/file": [NOT_TEXT]}) from problem


def errors_of(problem: Invalid) -> dict[str, str]:
    """Say what is wrong by the field in which it is put right."""
    found = {pointer.strip("/").replace("/", "."): " ".join(said) for pointer, said in problem.fields.items()}
    return found or {"": problem.message}


def form(values: Any, problem: Invalid | None = None) -> Json:
    """Give a form as the macros take it."""
    return {"values": values, "errors": errors_of(problem) if problem else {}}


def download(text: str, name: str) -> Response:
    """Answer with a ruleset as a file."""
    answer = Response(text, content_type="application/yaml; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.yaml")
    return answer
