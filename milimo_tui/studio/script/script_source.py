"""A screenplay's file as it comes in, and goes back out: read to Fountain, and kept where it can be gone back
into.

A film's text is Fountain. A Final Draft file that it came from lies in the film's folder by its hash; an
export puts the text back into it, and what nobody edited stays as it was.
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

ORIGINAL_KEY = "script original"  # the file's hash, and the name it came under


class Form(StrEnum):
    """What a screenplay is written as."""

    FOUNTAIN = "fountain"
    FDX = "fdx"
    PDF = "pdf"


FORMS: Mapping[str, Form] = dict.fromkeys(WRITTEN, Form.FOUNTAIN) | {".fdx": Form.FDX, ".pdf": Form.PDF}


@dataclass(frozen=True, slots=True)
class Source:
    """A screenplay as Fountain, its file's name, what has to be said of the reading; the file itself where an
    export can go back into it.
    """

    data: bytes
    name: str
    told: tuple[str, ...] = ()
    original: bytes = b""

    @property
    def notes(self) -> str:
        """Return what has to be said, behind another sentence."""
        return "".join(f"; {each}" for each in self.told)


def source_bytes(script: str) -> tuple[bytes, str]:
    """Read a file, or standard input for `-`: its bytes and its name. Raises BadInput."""
    if script == STDIN:
        return read(sys.stdin.buffer), "film.fountain"
    path = named_path(script)
    return load(path), path.name


def read_screenplay(script: str) -> Source:
    """Read a screenplay of any form that is known. Raises BadInput in one sentence."""
    from milimo_tui.interchange.screenplays.screenplay_file import as_fountain  # not for every verb

    data, name = source_bytes(script)
    found = as_fountain(data)
    return Source(found.data, name, found.told, found.original)


def keep_original(studio: Studio, source: Source) -> None:
    """Keep the file that the film's text came from, if an export can go back into it."""
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
    """Return the file that the film's text came from; nothing where there is none, or it is gone."""
    file = studio.project()
    kept = file.ui.get(ORIGINAL_KEY)
    if not kept or kept["name"] != file.story().project.script_name:
        return b""
    place = file.paths.script_file(kept["hash"])
    return place.read_bytes() if place.is_file() else b""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The bytes of a screenplay's file, and what has to be said of them."""

    data: bytes
    told: tuple[str, ...] = ()


def written_as(studio: Studio, text: str, mode: Mode, form: Form) -> WrittenFile:
    """Write a film's screenplay, read in a mode, in a form; a Final Draft file into the one it came from."""
    if form is Form.FOUNTAIN:
        return WrittenFile(text.encode())
    screenplay = parse(text.encode(), mode)
    if form is Form.PDF:
        from milimo_tui.interchange.screenplays.pdf_out import to_pdf  # reportlab: not for every export

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
    """Say what a suffix is written as. Raises BadInput for one that no screenplay has here."""
    form = FORMS.get(suffix.lower())
    if form is None:
        known = ", ".join(sorted({each for each in FORMS if each}))
        raise BadInput(f"a screenplay is not written as {suffix}", f"end the name in {known}")
    return form
