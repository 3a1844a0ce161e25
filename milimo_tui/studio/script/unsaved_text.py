"""Recovery copies of screenplay text that is not saved yet, like the swap files of a text editor.

While the user types, the studio writes the complete text to a file in the studio home. When the text is saved
or discarded, the studio deletes the file. A file that is left over belongs to a studio that was killed or
crashed, and the next studio offers it to the user.

The files are not in the films' folders, so archives and transfers of a film never contain unsaved text.
Backups of a home leave the folder out. Only the user can read the files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.host import (
    HOST,
    explain_os_error,
    is_process_alive,
    make_folders,
    read_boot_id,
    read_start_ticks,
    write_file_atomically,
)
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.studio.script.boarded_script import compute_script_digest
from milimo_tui.studio.session.studio import Studio

CONTEXT_LINES = 2  # Number of unchanged lines that a comparison shows above and below a change.


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """The text of a screenplay that a studio had not saved, as stored in a recovery copy.

    `film` is the id of the film, and `title` its name. `base` is the SHA-256 of the saved screenplay that the
    user began to change. `pid`, `ticks` and `boot` identify the process that is editing the text; `pid` is 0
    if no process is.
    """

    id: str
    film: str
    title: str
    text: str
    base: str
    written: float = 0.0
    pid: int = 0
    ticks: int | None = None
    boot: str = ""

    @property
    def time_text(self) -> str:
        """The time at which the copy was written: `29 Nov 2026, 07:12:40`."""
        return f"{datetime.fromtimestamp(self.written):%-d %b %Y, %H:%M:%S}"

    @property
    def is_being_edited(self) -> bool:
        """True if the studio that writes this copy still runs, so that the text is not lost."""
        return bool(self.pid) and self.boot == read_boot_id() and is_process_alive(self.pid, self.ticks)


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A line of a comparison of two texts. `mark` is `+` for a line of the unsaved text only, `-` for a line
    of the saved text only, a blank for a line of both, and `@` for the number of the line that follows.
    """

    mark: str
    text: str


def make_recovery_id() -> str:
    """Return an id for a new recovery copy."""
    return new_id("unsaved")


def _build_copy_path(home: Home, id: str) -> Path:
    return home.unsaved / f"{id}.json"


def write_recovery_copy(home: Home, unsaved: UnsavedText, *, is_open: bool) -> None:
    """Write a recovery copy, or replace its previous version. `is_open` is True while this process edits the
    text.

    Raises DiskFull, ReadOnly, Failed. The previous version is intact then.
    """
    pid = os.getpid() if is_open else 0
    stamped = replace(
        unsaved,
        written=HOST.now(),
        pid=pid,
        ticks=read_start_ticks(pid) if pid else None,
        boot=read_boot_id(),
    )
    try:
        make_folders(home.unsaved, 0o700)
    except OSError as error:
        raise explain_os_error(error, home.unsaved, "write") from error
    # JSON in ASCII can store every string, also one with bytes that can't be decoded.
    write_file_atomically(_build_copy_path(home, unsaved.id), json.dumps(asdict(stamped)).encode(), 0o600)


def delete_recovery_copy(home: Home, id: str) -> None:
    """Delete a recovery copy, if it exists. Raises ReadOnly, Failed."""
    path = _build_copy_path(home, id)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise explain_os_error(error, path, "delete") from error


def list_recovery_copies(home: Home, film: str = "") -> list[UnsavedText]:
    """Return the recovery copies of a film, newest first; without a film, the copies of all films.

    Copies whose text is still being edited in another studio are left out. Damaged copies are left out too.
    """
    _remove_unfinished_copies(home)
    found = [copy for path in home.unsaved.glob("[!.]*.json") if (copy := _read_recovery_copy(path))]
    wanted = [copy for copy in found if film in ("", copy.film) and not copy.is_being_edited]
    return sorted(wanted, key=lambda copy: copy.written, reverse=True)


def _remove_unfinished_copies(home: Home) -> None:
    """Delete temporary files whose process was killed while it wrote them."""
    for path in home.unsaved.glob(".*.tmp"):
        writer = path.name.split(".")[-2]
        if writer.isdigit() and not is_process_alive(int(writer)):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _read_recovery_copy(path: Path) -> UnsavedText | None:
    """Read a recovery copy. Return None if it was deleted in the meantime, or if it is damaged."""
    with suppress(OSError, ValueError, TypeError):
        stored = parse_untrusted_json(path.read_bytes())
        copy = UnsavedText(**{**stored, "id": path.stem})
        texts = (copy.film, copy.title, copy.text, copy.base, copy.boot)
        if all(isinstance(each, str) for each in texts) and isinstance(copy.pid, int):
            return replace(copy, written=float(copy.written))
    return None


def list_film_recoveries(studio: Studio) -> list[UnsavedText]:
    """Return the recovery copies of the open film, newest first.

    A copy that equals the saved screenplay is deleted, because its text is not lost.
    """
    project = studio.take_snapshot().story.project
    found = []
    for copy in list_recovery_copies(studio.home, project.id):
        if copy.text == project.script:
            delete_recovery_copy(studio.home, copy.id)
        else:
            found.append(copy)
    return found


def find_recovery_copy(copies: Sequence[UnsavedText], name: str) -> UnsavedText:
    """Return a recovery copy by its number in the list (from 1) or its id. If `name` is empty, return the
    only copy. Raises NotFound, BadInput.
    """
    if not name and len(copies) > 1:
        raise BadInput("there are several recovery copies", f"name one by its number, 1 to {len(copies)}")
    at = int(name or 1) - 1 if not name or name.isdecimal() else -1
    chosen = copies[at : at + 1] if at >= 0 else [copy for copy in copies if copy.id == name]
    if not chosen:
        wanted = f"recovery copy “{name}”" if name else "unsaved text"
        raise NotFound(f"there is no {wanted}", "milimo script recover lists the recovery copies")
    return chosen[0]


def is_script_changed_since(copy: UnsavedText, saved: str) -> bool:
    """Return True if the screenplay was changed after the user began the text of a recovery copy. `saved` is
    the present screenplay.
    """
    return copy.base != compute_script_digest(saved)


def compare_with_saved(saved: str, text: str) -> list[ComparedLine]:
    """Compare an unsaved text with the saved screenplay, line by line. Long unchanged parts are left out."""
    old, new = saved.splitlines(), text.splitlines()
    found: list[ComparedLine] = []
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(CONTEXT_LINES):
        found.append(ComparedLine("@", str(group[0][3] + 1)))
        for kind, first, end, new_first, new_end in group:
            if kind == "equal":
                found += [ComparedLine(" ", line) for line in old[first:end]]
            else:
                found += [ComparedLine("-", line) for line in old[first:end]]
                found += [ComparedLine("+", line) for line in new[new_first:new_end]]
    return found


def describe_line_counts(lines: Sequence[ComparedLine]) -> str:
    """Return the number of lines that an unsaved text adds and removes: `3 lines added, 1 removed`."""
    added, removed = (sum(line.mark == mark for line in lines) for mark in "+-")
    return f"{format_count(added, 'line')} added, {removed} removed"


def make_recovery_row(copy: UnsavedText, saved: str | None) -> dict[str, Any]:
    """Return a recovery copy as data for `--json`. `saved` is the film's screenplay; None if the film is not
    open.
    """
    lines = compare_with_saved(saved, copy.text) if saved is not None else []
    return {
        "id": copy.id,
        "film": copy.film,
        "title": copy.title,
        "written": copy.written,
        "text": copy.text,
        "changed_since": saved is not None and is_script_changed_since(copy, saved),
        "added": sum(line.mark == "+" for line in lines),
        "removed": sum(line.mark == "-" for line in lines),
    }


def delete_copies_of_film(home: Home, film: str) -> None:
    """Delete the recovery copies of a film, because the film was deleted permanently. Raises ReadOnly,
    Failed.
    """
    for copy in list_recovery_copies(home, film) if film else []:
        delete_recovery_copy(home, copy.id)
