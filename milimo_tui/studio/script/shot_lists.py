"""Parse a shot list that replaces the automatically found shots in a commit. The list is the output of
`storyboard parse --json`, or a file in the same format that the user wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.story.shots.shot_list import ShotListEntry
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size

# The longest action of a shot in the list, in characters. A list with a longer action is refused.
LONGEST = 4000
MOST_FRAMES = 1_000_000
HINT = "milimo storyboard parse --engine local --json prints one"


class _ShotListRow(BaseModel):
    """A shot of the list as written in the file. Only an action or a spoken line is required."""

    model_config = ConfigDict(extra="ignore")

    scene: str = "1"
    heading: str = ""
    action: str = Field("", max_length=LONGEST)
    dialogue: tuple[str, ...] = ()  # Spoken lines, each such as `Mara: You are late.`
    characters: tuple[str, ...] = ()
    size: Size = Size.MS
    angle: Angle = Angle.EYE
    movement: Movement = Movement.STATIC
    function: Function = Function.SINGLE
    frames: int = Field(0, ge=0, le=MOST_FRAMES)

    @model_validator(mode="after")
    def _is_shot(self) -> _ShotListRow:
        if not (self.action.strip() or self.dialogue):
            raise ValueError("it has neither action nor dialogue")
        return self


def parse_shot_list_file(data: bytes) -> tuple[ShotListEntry, ...]:
    """Parse a shot list from a file. Raises BadInput with the shot and the field that is wrong."""
    try:
        rows = parse_untrusted_json(data)
    except ValueError as error:
        raise BadInput(f"this is not a list of shots: {reason(error)}", HINT) from None
    if not isinstance(rows, list) or not rows:
        raise BadInput("this is not a list of shots", HINT)
    return parse_shot_list_rows(rows)


def parse_shot_list_rows(rows: Sequence[Any]) -> tuple[ShotListEntry, ...]:
    """Convert the rows of a shot list to shots for a commit. Raises BadInput."""
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_shot_from_list_row(_ShotListRow.model_validate(row)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "it"
            raise BadInput(f"shot {number} of the list: {where}: {first['msg'].lower()}", HINT) from None
    return tuple(found)


def _shot_from_list_row(row: _ShotListRow) -> ShotListEntry:
    lines = (line.partition(": ") for line in row.dialogue)
    dialogue = tuple(Line(speaker, words) if mark else Line("", speaker) for speaker, mark, words in lines)
    action = row.action or f"{dialogue[0].character or 'Somebody'} speaks."
    return ShotListEntry(**{**dict(row), "action": action, "dialogue": dialogue})
