"""Import and export of screenplay files: conversion to Fountain, and the original file for the export.

The text of a film is Fountain. If the text came from a Final Draft file, that file is stored in the film's
folder under its hash. An export writes the text back into a copy of that file, and unedited parts stay as
they were.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.core.host import named_path, write_atomic
from milimo_tui.interchange.files.script import STDIN, WRITTEN, load, read
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Mode
from milimo_tui.studio.session.studio import Studio

ORIGINAL_KEY = "script original"  # Key of the setting with the file's hash and its original name.


class Form(StrEnum):
    """The file formats of screenplays."""

    FOUNTAIN = "fountain"
    FDX = "fdx"
    PDF = "pdf"


FORMS: Mapping[str, Form] = dict.fromkeys(WRITTEN, Form.FOUNTAIN) | {".fdx": Form.FDX, ".pdf": Form.PDF}


@dataclass(frozen=True, slots=True)
class Source:
    """A screenplay as Fountain, with its file name and notes from the conversion.

    `original` is the file itself, if an export can write back into it.
    """

    data: bytes
    name: str
    told: tuple[str, ...] = ()
    original: bytes = b""

    @property
    def notes(self) -> str:
        """The notes of the conversion, as an appendix to another sentence."""
        return "".join(f"; {each}" for each in self.told)


def source_bytes(script: str) -> tuple[bytes, str]:
    """Return the bytes and name of a file, or of standard input for `-`. Raises BadInput."""
    if script == STDIN:
        return read(sys.stdin.buffer), "film.fountain"
    path = named_path(script)
    return load(path), path.name


def read_screenplay(script: str) -> Source:
    """Read a screenplay file of any supported format. Raises BadInput in one sentence."""
    # Imported lazily: most commands do not need it.
    from milimo_tui.interchange.screenplays.screenplay_file import as_fountain

    data, name = source_bytes(script)
    found = as_fountain(data)
    return Source(found.data, name, found.told, found.original)


def keep_original(studio: Studio, source: Source) -> None:
    """Save the file that the film's text came from, if an export can write back into it."""
    file = studio.project()
    if not source.original:
        if file.ui.get(ORIGINAL_KEY):
            file.ui.set(ORIGINAL_KEY, None)
        return
    hashed = hashlib.sha256(source.original).hexdigest()
    place = file.paths.script_file(hashed)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        write_atomic(place, source.original)
    file.ui.set(ORIGINAL_KEY, {"hash": hashed, "name": source.name})


def original_of(studio: Studio) -> bytes:
    """Return the file that the film's text came from, or empty bytes if there is none or it is missing."""
    file = studio.project()
    kept = file.ui.get(ORIGINAL_KEY)
    if not kept or kept["name"] != file.story().project.script_name:
        return b""
    place = file.paths.script_file(kept["hash"])
    return place.read_bytes() if place.is_file() else b""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The bytes of an exported screenplay, and notes about the export."""

    data: bytes
    told: tuple[str, ...] = ()


def written_as(studio: Studio, text: str, mode: Mode, form: Form) -> WrittenFile:
    """Return a film's screenplay in a file format; a Final Draft file is based on the original if there is
    one.
    """
    if form is Form.FOUNTAIN:
        return WrittenFile(text.encode())
    screenplay = parse(text.encode(), mode)
    if form is Form.PDF:
        # Imported lazily: reportlab is only needed for PDF.
        from milimo_tui.interchange.screenplays.pdf_out import to_pdf

        return WrittenFile(to_pdf(screenplay))
    from milimo_tui.interchange.screenplays.fdx_kept import spliced
    from milimo_tui.interchange.screenplays.fdx_out import to_fdx

    original = original_of(studio)
    if not original:
        return WrittenFile(to_fdx(screenplay))
    back = spliced(original, screenplay, mode)
    told = f"{plural(back.changed, 'paragraph')} changed in it" if back.changed else "as it came in"
    return WrittenFile(back.data, (told,))


def form_of(suffix: str) -> Form:
    """Return the file format for a suffix. Raises BadInput for an unsupported suffix."""
    form = FORMS.get(suffix.lower())
    if form is None:
        known = ", ".join(sorted({each for each in FORMS if each}))
        raise BadInput(f"a screenplay is not written as {suffix}", f"end the name in {known}")
    return form
