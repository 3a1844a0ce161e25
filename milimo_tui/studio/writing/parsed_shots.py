"""The shots that a commit would make from a screenplay, as rows of a shot list. They follow from the format
of the screenplay, or also from what a language model reads in it (`script_readings`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.errors import Cancelled, MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.story.commit.accepted_reading import accept_reading
from milimo_tui.story.screenplay.screenplay import Screenplay
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import script_readings
from milimo_tui.studio.writing.script_readings import ReadingPlan

RULES = "rules"


@dataclass(frozen=True, slots=True)
class ParsedShots:
    """The shots of a screenplay as rows of a shot list, and notes for the user, for example why no model read
    a scene. `reading` is the reading of the model, or None.
    """

    rows: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = ()
    reading: ScriptReading | None = None

    @property
    def is_any_scene_read(self) -> bool:
        """True if the reading has a usable answer about a scene."""
        scenes = json.loads(self.reading.scenes) if self.reading is not None else ()
        return any(scene["breakdown"] for scene in scenes)


def list_shots(story: Story, screenplay: Screenplay) -> ParsedShots:
    """Return the shots that a commit makes from a screenplay. Scenes of which the film has accepted a
    breakdown show what the model read.
    """
    drafts = screenplays.break_down_with_coverage(story, screenplay)
    return ParsedShots(tuple(_list_rows(drafts, {}, {})))


def read_shots(
    studio: Studio, story: Story, screenplay: Screenplay, make_plan: Callable[[], ReadingPlan]
) -> ParsedShots:
    """Let a language model read a screenplay, and return the shots that a commit makes if the reading is
    accepted. Raises Cancelled, and the error because of which there is no reading.
    """
    reading = script_readings.make_reading(studio, make_plan())
    accepted = accept_reading(story, screenplay, reading)
    drafts = screenplays.break_down_with_coverage(story, screenplay, accepted)
    problems = {row["number"]: row["problem"] for row in json.loads(reading.scenes) if row["problem"]}
    engines = {row["number"]: reading.engine for row in json.loads(reading.scenes) if row["breakdown"]}
    summary = [f"{format_count(len(problems), 'scene')} read without a model: {', '.join(problems)}"]
    notes = (*reading.notes, *(summary if problems else ()))
    return ParsedShots(tuple(_list_rows(drafts, engines, problems)), notes, reading)


def read_shots_if_possible(
    studio: Studio, story: Story, screenplay: Screenplay, make_plan: Callable[[], ReadingPlan]
) -> ParsedShots:
    """Return the shots of `read_shots`. If no model can be used, return the shots without a reading, and
    notes with the reason. Raises Cancelled.
    """
    try:
        return read_shots(studio, story, screenplay, make_plan)
    except Cancelled:
        raise
    except MilimoError as error:
        why = f"read without a model: {error.message}"
        rows = tuple({**row, "note": why} for row in list_shots(story, screenplay).rows)
        return ParsedShots(rows, (why, *filter(None, (error.hint,))))


def _list_rows(
    scenes: Sequence[SceneDraft], engines: Mapping[str, str], problems: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield a row for each shot. `engines` and `problems` are the reader of each scene and the reason why a
    scene could not be read, by the number of the scene.
    """
    for scene in scenes:
        breakdown = scene.as_read.breakdown
        reader = engines.get(scene.number) or (breakdown.reader if breakdown is not None else "")
        for draft in scene.shots:
            yield {
                "scene": scene.number,
                "heading": scene.heading,
                "size": draft.size.value,
                "angle": draft.angle.value,
                "movement": draft.movement.value,
                "function": draft.function.value,
                "frames": draft.frames,
                "characters": list(draft.characters),
                "action": draft.action,
                "dialogue": [f"{line.character}: {line.text}" for line in draft.dialogue],
                "line": draft.line,
                "by": reader or RULES,
                "note": problems.get(scene.number),
            }
