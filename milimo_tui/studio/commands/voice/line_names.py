"""Find lines by the names that a user gives: a line, a shot, a character, a scene, or a state."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.story.values.film import ElementKind, Story
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.shot.shot_rows import find_scene_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_states import FilmLines, LineState, list_film_lines
from milimo_tui.studio.takes import shot_spec

LINE_HELP = "a line (3B.1 is the first line of shot 3B)"
LINES_HELP = "lines (3B.1), shots (3B: all lines of the shot) or characters (@MARA)"


def load_film_lines(studio: Studio) -> FilmLines:
    """Return all lines of the open film."""
    return list_film_lines(studio.take_snapshot().story, studio.settings)


def find_line(studio: Studio, lines: FilmLines, name: str) -> LineState:
    """Find one line by its name, such as `3B.1`, or by its shot if the shot has only this line. Raises
    NotFound and BadInput.
    """
    found = find_lines(studio, lines, [name])
    if len(found) > 1:
        names = ", ".join(state.name for state in found[:8])
        raise BadInput(f"“{name}” means {len(found)} lines: {names}", "name one of them")
    return found[0]


def find_lines(studio: Studio, lines: FilmLines, names: Sequence[str]) -> list[LineState]:
    """Find the lines that names mean, in film order and without repetition. Raises NotFound."""
    wanted: set[str] = set()
    for name in names:
        wanted |= {state.name for state in _find_named_lines(studio, lines, name)}
    return [state for state in lines.states if state.name in wanted]


def _find_named_lines(studio: Studio, lines: FilmLines, name: str) -> list[LineState]:
    folded = name.casefold()
    found = [state for state in lines.states if state.name.casefold() == folded]
    if found:
        return found
    if name.startswith("@"):
        element = find_element(studio, name)
        found = [state for state in lines.states if element.has_name_or_alias(state.character)]
        if not found:
            raise NotFound(f"{element.trigger} has no lines", "milimo line list lists the lines")
        return found
    story = studio.take_snapshot().story
    shot_name, dot, index = name.rpartition(".")
    try:
        shot = shot_spec.find_shot(story, shot_name if dot and index.isdecimal() else name)
    except NotFound:
        if found := _find_lines_of_speaker(story, lines, name):
            return found
        raise
    found = list(lines.list_shot(shot.id))
    number = story.numbers.get(shot.id, shot.id)
    if not found:
        raise NotFound(f"shot {number} has no lines", "milimo line list lists the lines")
    if dot and index.isdecimal():
        count = format_count(len(found), "line")
        raise NotFound(f"shot {number} has {count}, but not line {index}", "milimo line list")
    return found


def _find_lines_of_speaker(story: Story, lines: FilmLines, name: str) -> list[LineState]:
    """Return the lines of the character called `name`, as in the script or by a name of the element."""
    people = [
        each for each in story.elements if each.kind is ElementKind.CHARACTER and each.has_name_or_alias(name)
    ]
    return [
        state
        for state in lines.states
        if state.character.casefold() == name.casefold()
        or any(person.has_name_or_alias(state.character) for person in people)
    ]


def select_scene_lines(studio: Studio, lines: FilmLines, scene: str) -> list[LineState]:
    """Return the lines of a scene. Raises NotFound."""
    id = find_scene_id(studio, scene)
    return [state for state in lines.states if state.shot.scene == id]


def find_line_take(state: LineState, name: str) -> LineTake:
    """Find a take of a line by its number from 1 or its id. Raises NotFound."""
    for place, take in enumerate(state.takes, 1):
        if name in (take.id, str(place)):
            return take
    raise NotFound(f"line {state.name} has no take “{name}”", f"milimo line list {state.name} --takes")


def require_shown_take(state: LineState) -> LineTake:
    """Return the take of a line that is heard. Raises BadInput if the line has none."""
    if state.shown is None:
        raise BadInput(f"line {state.name} has no take", f"milimo line say {state.name} makes one")
    return state.shown
