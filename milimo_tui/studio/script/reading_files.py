"""Readings of the screenplay in files: export a reading of the film, and load one as a proposal."""

from __future__ import annotations

from milimo_tui.core.errors import NotFound
from milimo_tui.core.host import parse_user_path, read_user_file
from milimo_tui.story.commit.reading_file import format_reading_file, read_reading_file
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio

LARGEST_FILE = 64 * 1024 * 1024  # bytes


def load_reading(studio: Studio, data: bytes) -> ScriptReading:
    """Return the reading in a file's bytes, with only the facts that the film's screenplay confirms. Raises
    BadInput.
    """
    file = studio.require_project()
    script = file.load_story().project.script.encode()
    return read_reading_file(data, screenplays.parse_script(script, screenplays.get_script_mode(file)))


def read_user_reading(studio: Studio, name: str) -> ScriptReading:
    """Return the reading in a file of the user, with only the facts that the film's screenplay confirms.
    Raises BadInput.
    """
    data = read_user_file(
        parse_user_path(name),
        LARGEST_FILE,
        what="a file of a reading",
        of="a reading",
        hint="milimo script reading --export FILE writes one",
    )
    return load_reading(studio, data)


def export_newest_reading(studio: Studio) -> str:
    """Return the newest reading that was not declined as the text of a file. Raises NotFound."""
    readings = studio.require_project().facts.list_readings()
    found = [each for each in readings if each.state is not SuggestionState.DECLINED]
    if not found:
        raise NotFound("the film has no reading", "milimo script read makes one")
    return format_reading_file(found[-1])


def accept_first_reading(studio: Studio, data: bytes) -> None:
    """Accept the reading in a file's bytes as one edit, if the film has no accepted reading. Raises
    BadInput.
    """
    file = studio.require_project()
    if any(scene.breakdown for scene in file.load_story().scenes):
        return
    reading = load_reading(studio, data)
    file.facts.add_reading(reading, ())
    screenplays.commit_script(studio, reading=reading, is_decided=lambda _: True)
