"""Impulse responses from files: check a recording and add it to the film's media."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.sound_effects import MAX_IMPULSE_SECONDS, ImpulseFile
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.studio.media.given_sounds import find_given_sound, require_audible_sound
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio

NO_IMPULSE = ("", "none")


def find_impulse_file(studio: Studio, name: str) -> ImpulseFile | None:
    """Return the impulse response of a file, or of a sound in the film by its name or id. The file is copied
    into the film. Return None for `none`.

    Raises BadInput and NotFound for a file that can't be an impulse response; the film is then unchanged.
    """
    if name.strip().casefold() in NO_IMPULSE:
        return None

    def check_impulse(path: Path, facts: MediaFileFacts) -> None:
        if facts.seconds is not None and facts.seconds > MAX_IMPULSE_SECONDS:
            raise BadInput(
                f"{path.name} is {float(facts.seconds):.1f} s long, too long for an impulse response",
                f"use a file of at most {MAX_IMPULSE_SECONDS:g} s",
            )
        require_audible_sound(path, MAX_IMPULSE_SECONDS)

    asset = find_given_sound(studio, name, check_impulse)
    return ImpulseFile(asset.id, asset.name, float(asset.seconds or MAX_IMPULSE_SECONDS))


def is_impulse_missing(studio: Studio, impulse: ImpulseFile) -> bool:
    """Return True if the file of an impulse response is not there."""
    found = next((each for each in studio.take_snapshot().story.assets if each.id == impulse.asset), None)
    return found is None or not get_asset_path(studio.require_project().paths, found).is_file()
