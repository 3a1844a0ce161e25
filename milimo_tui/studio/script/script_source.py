"""Import and export files of screenplays. An import converts the file to Fountain, because the text of a film
is always Fountain.

If a Final Draft file is imported, that file is also stored in the film's folder, named by its hash. An export
writes the text into a copy of the stored file, so that unedited parts stay exactly as they were.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path, write_file_atomically
from milimo_tui.interchange.files.script import STDIN, WRITTEN, load_screenplay_bytes, read_screenplay_stream
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import ScreenplayMode
from milimo_tui.studio.session.studio import Studio

# The key of the setting that stores the hash and the name of the imported Final Draft file.
ORIGINAL_KEY = "script original"
_MOST_LETTERS_NAMED = 12  # At most this many letters that the PDF shows as blanks are named in the note.


class ScriptFormat(StrEnum):
    """The file formats of screenplays."""

    FOUNTAIN = "fountain"
    FDX = "fdx"
    PDF = "pdf"


FORMS: Mapping[str, ScriptFormat] = dict.fromkeys(WRITTEN, ScriptFormat.FOUNTAIN) | {
    ".fdx": ScriptFormat.FDX,
    ".pdf": ScriptFormat.PDF,
}


@dataclass(frozen=True, slots=True)
class ImportedScript:
    """An imported screenplay as Fountain, with its file name and notes from the conversion.

    `original` has the bytes of the imported file if an export can write into a copy of it; otherwise it is
    empty.
    """

    data: bytes
    name: str
    told: tuple[str, ...] = ()
    original: bytes = b""

    @property
    def notes(self) -> str:
        """The notes of the conversion, each after a semicolon, to be appended to a message."""
        return "".join(f"; {each}" for each in self.told)


def read_script_bytes(script: str) -> tuple[bytes, str]:
    """Return the bytes and name of a file, or of standard input for `-`. Raises BadInput."""
    if script == STDIN:
        return read_screenplay_stream(sys.stdin.buffer), "film.fountain"
    path = parse_user_path(script)
    return load_screenplay_bytes(path), path.name


def read_script_source(script: str) -> ImportedScript:
    """Read a screenplay file of any supported format and convert it to Fountain. Raises BadInput."""
    # Imported lazily: most commands do not need it.
    from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain

    data, name = read_script_bytes(script)
    found = convert_to_fountain(data)
    return ImportedScript(found.data, name, found.notes, found.original)


def save_original_script(studio: Studio, source: ImportedScript) -> None:
    """Store the imported file in the film's folder, if an export can write into a copy of this format.
    Otherwise remove the record of a file that was imported earlier, so that no export uses it.
    """
    file = studio.require_project()
    if not source.original:
        if file.ui.get(ORIGINAL_KEY):
            file.ui.set(ORIGINAL_KEY, None)
        return
    hashed = hashlib.sha256(source.original).hexdigest()
    place = file.paths.build_script_path(hashed)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        write_file_atomically(place, source.original)
    file.ui.set(ORIGINAL_KEY, {"hash": hashed, "name": source.name})


def load_original_script(studio: Studio) -> bytes:
    """Return the stored file that the film's screenplay was imported from. Return empty bytes if there is
    none.
    """
    file = studio.require_project()
    kept = file.ui.get(ORIGINAL_KEY)
    if not kept or kept["name"] != file.load_story().project.script_name:
        return b""
    place = file.paths.build_script_path(kept["hash"])
    return place.read_bytes() if place.is_file() else b""


@dataclass(frozen=True, slots=True)
class ExportedScript:
    """The bytes of an exported screenplay, notes about the export, and the letters shown as blanks."""

    data: bytes
    notes: tuple[str, ...] = ()
    blank_letters: tuple[str, ...] = ()


def export_script(studio: Studio, text: str, mode: ScreenplayMode, form: ScriptFormat) -> ExportedScript:
    """Return a screenplay in the file format `form`. A Final Draft export is written into a copy of the
    imported file if there is one.
    """
    if form is ScriptFormat.FOUNTAIN:
        return ExportedScript(text.encode())
    screenplay = parse(text.encode(), mode)
    if form is ScriptFormat.PDF:
        # Imported lazily: reportlab is only needed for PDF.
        from milimo_tui.interchange.screenplays.pdf_out import find_undrawable_letters, to_pdf

        blank = find_undrawable_letters(screenplay)
        more = " …" if len(blank) > _MOST_LETTERS_NAMED else ""
        note = (
            f"no installed font has {format_count(len(blank), 'letter')} of the screenplay, "
            f"so the PDF shows blanks: {' '.join(blank[:_MOST_LETTERS_NAMED])}{more}"
        )
        return ExportedScript(to_pdf(screenplay), (note,) if blank else (), blank)
    from milimo_tui.interchange.screenplays.fdx_merge import merge_into_fdx
    from milimo_tui.interchange.screenplays.fdx_out import to_fdx

    original = load_original_script(studio)
    if not original:
        return ExportedScript(to_fdx(screenplay))
    back = merge_into_fdx(original, screenplay, mode)
    note = (
        f"{format_count(back.changed, 'paragraph')} changed in it" if back.changed else "as it was imported"
    )
    return ExportedScript(back.data, (note,))


def find_script_format(suffix: str) -> ScriptFormat:
    """Return the file format for a suffix. Raises BadInput for an unsupported suffix."""
    form = FORMS.get(suffix.lower())
    if form is None:
        known = ", ".join(sorted({each for each in FORMS if each}))
        raise BadInput(f"a screenplay can't be written as {suffix}", f"use one of the suffixes {known}")
    return form
