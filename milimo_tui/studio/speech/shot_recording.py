"""The recording of all lines of a shot: the picked takes of the lines at their times, as one sound file that
a take follows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import make_folders
from milimo_tui.core.time import frame_to_sample, round_half_up
from milimo_tui.cut.values.sound_presets import find_sound_preset
from milimo_tui.engines.specs.video_specs import Leading
from milimo_tui.media.encode.wav_file import write_wav_file
from milimo_tui.media.sound.changed_speed import SoundInMemory, change_speed
from milimo_tui.media.sound.effect_chains import open_effects
from milimo_tui.media.sound.resampled import SoundReader
from milimo_tui.media.sound.samples import FrameClock, Sound, make_silence
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, Shot, Story
from milimo_tui.studio.media import imports
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_states import FilmLines, LineState

# The part of a second by which the last line may reach over the end of its shot. It is cut off.
_SLACK = Fraction(1, 20)


def record_shot_lines(
    studio: Studio, film: FilmLines, shots: Sequence[Shot]
) -> tuple[Mapping[str, Leading], tuple[str, ...]]:
    """Write the recording of the lines of each shot, add it to the film's media, and return the leading
    sounds by shot id, and sentences about stale lines.

    A shot without lines is left out. The shots of a performance are one recording. Raises BadInput for a
    line without a take, and for lines that are longer than their shot.
    """
    story = studio.take_snapshot().story
    performances = FilmPerformances(story)
    found: dict[str, Leading] = {}
    notes: list[str] = []
    for shot in shots:
        parts = _list_parts(performances, shot)
        states = [(start, state) for start, part in parts for state in film.list_shot(part.id)]
        if not states:
            continue
        for _, state in states:
            if state.shown is None:
                raise BadInput(f"line {state.name} has no take", f"milimo line say {state.number} makes one")
            if state.stale:
                notes.append(f"line {state.name} is stale: {state.stale}")
        for _, part in parts:
            _require_lines_fit(film, part)
        frames = sum(part.frames for _, part in parts)
        sound = _mix_lines(studio, story, states, frames)
        asset = _import_recording(studio, states[0][1].number, sound, story.project.sample_rate)
        takes = tuple(state.shown.id for _, state in states if state.shown)
        path = get_asset_path(studio.require_project().paths, asset)
        found[shot.id] = Leading(input=str(path), lines=takes)
    return found, tuple(notes)


def _list_parts(performances: FilmPerformances, shot: Shot) -> list[tuple[int, Shot]]:
    """Return the shots whose lines a take speaks, with the frame of the take at which each begins."""
    performance = performances.get_performance(shot)
    if performance is None or performance.first_shot.id != shot.id:
        return [(0, shot)]
    return list(zip(performance.begins, performance.parts, strict=True))


def _require_lines_fit(film: FilmLines, shot: Shot) -> None:
    over = film.over.get(shot.id, Fraction(0))
    states = film.list_shot(shot.id)
    if over > _SLACK and states:
        number = states[0].number
        raise BadInput(
            f"the lines of {number} are {float(over):.2f} s longer than the shot",
            f"milimo shot set {number} --length makes the shot longer",
        )


def _mix_lines(studio: Studio, story: Story, states: Sequence[tuple[int, LineState]], frames: int) -> Sound:
    rate, sample_rate = story.project.rate, story.project.sample_rate
    out = make_silence(frame_to_sample(frames, rate, sample_rate))
    assets = {asset.id: asset for asset in story.assets}
    paths = studio.require_project().paths
    for first, state in states:
        assert state.shown is not None
        spoken = _read_line(get_asset_path(paths, assets[state.shown.asset]), state, sample_rate)
        start = frame_to_sample(first, rate, sample_rate) + round_half_up(state.time.start * sample_rate)
        piece = spoken[:, : max(0, out.shape[1] - start)]
        out[:, start : start + piece.shape[1]] += piece
    return np.clip(out, -1, 1)


def _read_line(path: Path, state: LineState, sample_rate: int) -> Sound:
    assert state.shown is not None
    samples = round_half_up((state.shown.seconds or Fraction(0)) * sample_rate)
    with SoundReader(path, sample_rate) as reader:
        sound = reader.read(0, samples)
    sound = change_speed(sound, sample_rate, float(state.time.speed))
    if not state.effect:
        return sound
    chain = find_sound_preset(state.effect.value).chain
    source = SoundInMemory(sound, sample_rate)
    return open_effects(source, chain, FrameClock(1.0)).read(0, sound.shape[1])


def _import_recording(studio: Studio, number: str, sound: Sound, sample_rate: int) -> Asset:
    folder = studio.require_project().paths.cache / "lines"
    make_folders(folder)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / f"lines of {number}.wav"
        write_wav_file(path, sound, sample_rate)
        return imports.add_media(studio, path, link=False)
