"""Find the existing sound from which new sound is made: a take, an asset, a library sound, or a file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.time import frames_to_seconds, parse_frame
from milimo_tui.engines.specs.music_specs import SoundSource
from milimo_tui.media.read.probe import probe
from milimo_tui.story.values.sound_take import SoundTake
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.lookup import find_asset_by_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.sounds.library import find_library_sound
from milimo_tui.studio.sounds.sound_orders import find_sound_take

USUAL_STRENGTH = 0.6


@dataclass(frozen=True, slots=True)
class FoundSource:
    """The file of an existing sound and its length; and the take of sound that made it, if one did."""

    path: Path
    seconds: Fraction
    take: SoundTake | None = None

    def count_frames(self, rate: Fraction) -> int:
        """Return the number of frames that the sound covers, rounded up."""
        return max(1, self.take.frames if self.take is not None else math.ceil(self.seconds * rate))


def find_source(studio: Studio, name: str) -> FoundSource:
    """Find an existing sound by the number or id of its take, by its path, or by its name in the film or in
    the library. Raises NotFound, Ambiguous, and BadInput if the file has no sound.
    """
    story, paths = studio.take_snapshot().story, studio.require_project().paths
    assets = {asset.id: asset for asset in story.assets}
    file = parse_user_path(name).absolute()
    try:
        take = find_sound_take(story, name)
    except NotFound:
        take = None
    if take is not None:
        file = get_asset_path(paths, assets[take.asset])
    elif not file.is_file():
        asset = find_asset_by_name(story.assets, name)
        file = get_asset_path(paths, asset) if asset is not None else _find_library_source(studio, name)
    facts = probe(file)
    if not facts.sample_rate or not facts.seconds:
        raise BadInput(f"{file.name} has no sound", "name a sound file, or a take: milimo sound list")
    return FoundSource(file, facts.seconds, take)


def _find_library_source(studio: Studio, name: str) -> Path:
    try:
        return find_library_sound(studio.home, name).path
    except NotFound:
        raise NotFound(
            f"there is no sound “{name}”: no take, file, asset or sound of the library",
            "milimo sound list shows takes, milimo sound library list the library",
        ) from None


def parse_source_range(text: str, rate: Fraction) -> tuple[int, int]:
    """Parse the range `START-END` of a sound into frames, such as `2s-4.5s`. Raises BadInput."""
    start, mark, end = text.replace("..", "-").partition("-")
    if not mark or not end:
        raise BadInput(f"“{text}” is not a range of times", "write START-END, for example 2s-4.5s")
    first, last = parse_frame(start or "0", rate), parse_frame(end, rate)
    if last <= first:
        raise BadInput(f"the range {text} ends before it starts", "write START-END, for example 2s-4.5s")
    return first, last


def make_sound_source(
    found: FoundSource, strength: float | None, span: tuple[int, int] | None, rate: Fraction
) -> SoundSource:
    """Return the source of a request. With `span`, only these frames are made again."""
    if span is None:
        return SoundSource(input=str(found.path), strength=strength or USUAL_STRENGTH)
    since, until = (frames_to_seconds(frame, rate) for frame in span)
    return SoundSource(input=str(found.path), strength=1.0, since=since, until=until)
