"""Test of the scripts of the reading benchmark in each supported file format: reading, writing and reading
again gives the same screenplay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from milimo_tui.interchange.screenplays.fdx_out import to_fdx
from milimo_tui.interchange.screenplays.pdf_out import to_pdf
from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Screenplay
from tests.interchange.screenplays.test_docx import words, written
from tests.interchange.screenplays.test_fdx import SCRIPTS

FORMS: Mapping[str, Callable[[str], bytes]] = {
    "fdx": lambda text: to_fdx(parse(text.encode())),
    "pdf": lambda text: to_pdf(parse(text.encode())),
    "docx by styles": lambda text: written(parse(text.encode()), "styles"),
    "docx by indents": lambda text: written(parse(text.encode()), "indents"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "Windows": lambda text: text.encode("cp1252", "replace"),
    "old Mac": lambda text: text.replace("\n", "\r").encode(),
}
SLOW = ("fdx", "pdf", "docx by styles", "docx by indents")
LEAST = 16  # smallest expected number of scripts


def read(data: bytes) -> Screenplay:
    return parse(convert_to_fountain(data).data)


@pytest.mark.parametrize(
    "form",
    [pytest.param(form, marks=pytest.mark.long("script files") if form in SLOW else ()) for form in FORMS],
)
def test_imported_script_is_equal_after_export_and_import(form: str) -> None:
    assert len(SCRIPTS) >= LEAST
    for path in SCRIPTS:
        first = read(FORMS[form](path.read_text("utf-8")))
        assert first.scenes, path.name
        out = to_fdx(first)
        assert words(read(out)) == words(first), path.name
        assert to_fdx(read(out)) == out, path.name
