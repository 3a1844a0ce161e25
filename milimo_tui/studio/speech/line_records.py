"""Recordings of lines: a sound file becomes a take of a line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.studio.media.given_sounds import find_given_sound, require_audible_sound
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_states import LineState

# The longest recording of one line in seconds. A longer file is probably not the recording of a line.
MAX_RECORDING_SECONDS = 600
# The shortest recording of one line in seconds. Nobody can speak a word in less.
MIN_RECORDING_SECONDS = Fraction(1, 10)


def add_line_recording(studio: Studio, state: LineState, path: Path) -> LineTake:
    """Import a sound file as a take of a line, and return the take. Raises BadInput for a file without sound
    or longer than `MAX_RECORDING_SECONDS`; NotFound, DiskFull.
    """
    asset = find_given_sound(studio, str(path), check_line_sound)
    line = state.film_line
    take = LineTake(
        id=new_id("line"),
        shot=line.shot,
        character=state.character,
        text=state.text,
        occurrence=line.occurrence,
        place=line.place,
        asset=asset.id,
        # The same file recorded twice for a line is two takes, so the id is new each time.
        job=new_id("recording"),
        seconds=asset.seconds or Fraction(0),
        created=HOST.now(),
    )
    studio.require_project().facts.add_line_take(take, asset)
    return take


def check_line_sound(path: Path, facts: MediaFileFacts) -> None:
    """Raise BadInput for a sound that can't be the recording of a line: too long, too short, silent
    or damaged.
    """
    if facts.seconds is not None and facts.seconds > MAX_RECORDING_SECONDS:
        raise BadInput(
            f"{path.name} is {float(facts.seconds):.0f} s long, too long for one line",
            f"use a recording of at most {MAX_RECORDING_SECONDS} s",
        )
    if facts.seconds is not None and facts.seconds < MIN_RECORDING_SECONDS:
        raise BadInput(
            f"{path.name} is {float(facts.seconds):.3f} s long, too short for a line",
            f"use a recording of at least {float(MIN_RECORDING_SECONDS):g} s",
        )
    require_audible_sound(path, float(facts.seconds or MAX_RECORDING_SECONDS))
