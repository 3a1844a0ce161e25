"""Lay sounds in the current cut: on a track for their role, at a level below dialogue, ducked under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import round_half_up, seconds_to_frames
from milimo_tui.cut.edit.ducking import duck_clip
from milimo_tui.cut.layout.dialogue_tracks import is_dialogue_track
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.scene_spans import SceneSpan
from milimo_tui.cut.plan.spoken_frames import FrameRanges
from milimo_tui.cut.sound.sound_beds import SoundBed, find_sound_track, lay_sound_bed
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind, TrackKind
from milimo_tui.cut.values.effects import GAIN_RANGE_DB
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.media.loudness.loudness import measure_loudness
from milimo_tui.media.sound.sound_file import SoundFile
from milimo_tui.story.sound.tables import find_bed_level
from milimo_tui.story.values.film import Asset, Scene
from milimo_tui.story.values.sound_take import SoundTake, SoundTakeRole
from milimo_tui.studio.media.spoken_ranges import measure_speech_beside
from milimo_tui.studio.render.deliveries import list_spoken_ranges
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.sounds.sound_orders import collect_sound_facts

# The names of the tracks on which sounds are laid, by role.
TRACK_NAMES = {
    SoundTakeRole.MUSIC: "Music",
    SoundTakeRole.EFFECT: "Effects",
    SoundTakeRole.AMBIENCE: "Ambience",
}
MIX_ROLES = {
    SoundTakeRole.MUSIC: MixRole.MUSIC,
    SoundTakeRole.EFFECT: MixRole.EFFECTS,
    SoundTakeRole.AMBIENCE: MixRole.AMBIENCE,
}
DIALOGUE_LUFS = -20.0  # the loudness of dialogue from which the levels of other sounds count
QUIETEST_LUFS = -70.0  # below this loudness, a sound is silence, and its level is not changed
PLACEHOLDER_DB = -12.0  # noise of tiny weights is laid softer, because it is unpleasant to hear
FADE_SECONDS = {
    SoundTakeRole.MUSIC: Fraction(1),
    SoundTakeRole.EFFECT: Fraction(1, 25),
    SoundTakeRole.AMBIENCE: Fraction(1, 4),
}
# Ducking of each role under dialogue in decibels; None for roles that are not ducked.
DUCK_DB: dict[SoundTakeRole, float | None] = {
    SoundTakeRole.MUSIC: 12.0,
    SoundTakeRole.EFFECT: None,
    SoundTakeRole.AMBIENCE: 4.0,
}
Cues = Literal["auto", "script", "speech"]
CUES_HELP = "duck by the script or by speech measured in the clips; auto: the script if it has dialogue"
DUCK_FADE, SPEECH_GAP = Fraction(3, 10), Fraction(6, 5)  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidSound:
    """A sound to lay: its file, its role, and the ranges of the cut under which it is laid. `gain_db` is its
    level with the rule `why`.
    """

    asset: Asset
    role: SoundTakeRole
    spans: tuple[SceneSpan, ...]
    gain_db: float
    why: str
    loops: bool = False
    label: str = ""


def measure_file_loudness(path: Path, seconds: Fraction | None) -> float | None:
    """Return the integrated loudness of a sound file in LUFS; None for silence."""
    file = SoundFile(path)
    try:
        sound = _WholeFile(file, round_half_up((seconds or Fraction(0)) * file.sample_rate))
        return measure_loudness(sound, peaks=False).lufs
    finally:
        file.close()


class _WholeFile:
    """A sound file with its length, as the measurement of loudness reads it."""

    def __init__(self, file: SoundFile, samples: int) -> None:
        self.sample_rate, self.channels, self.samples = file.sample_rate, file.channels, samples
        self.read, self.close = file.read, file.close


def choose_sound_level(
    studio: Studio, asset: Asset, role: SoundTakeRole, scene: Scene | None
) -> tuple[float, str]:
    """Return the gain in decibels that brings a file to the level of its role, and the rule."""
    story = studio.take_snapshot().story
    action = collect_sound_facts(story, scene).action.value
    rule = find_bed_level(role.value, action)
    loudness = measure_file_loudness(get_asset_path(studio.require_project().paths, asset), asset.seconds)
    if loudness is None or loudness < QUIETEST_LUFS:
        return 0.0, "the file is silent"
    low, high = GAIN_RANGE_DB
    gain = round(min(high, max(low, DIALOGUE_LUFS + rule.level_db - loudness)), 1)
    return gain, f"{rule.why}: {rule.level_db:+g} dB from dialogue; the file has {loudness:.1f} LUFS"


def prepare_laid_sound(
    studio: Studio,
    asset: Asset,
    role: SoundTakeRole,
    scene: Scene | None,
    spans: tuple[SceneSpan, ...],
    take: SoundTake | None = None,
) -> LaidSound:
    """Return the order to lay a file in the current cut. `take` is the take of sound that made the file."""
    if not spans:
        what = f"scene {scene.number}" if scene else "the film"
        raise NotFound(f"{what} is not in this cut", "milimo cut show lists the clips")
    gain, why = choose_sound_level(studio, asset, role, scene)
    if take is not None and take.placeholder and role is not SoundTakeRole.AMBIENCE:
        gain, why = gain + PLACEHOLDER_DB, f"{why}; {PLACEHOLDER_DB:g} dB because it is a placeholder"
    loops = take is not None and '"loop": true' in take.spec
    label = take.placeholder if take is not None else ""
    return LaidSound(
        asset=asset, role=role, spans=spans, gain_db=round(gain, 1), why=why, loops=loops, label=label
    )


def lay_sounds(cut: Cut, sounds: Sequence[LaidSound], spoken: FrameRanges) -> Cut:
    """Return the cut with sounds laid on the tracks of their roles, and ducked during the ranges in which
    somebody speaks.
    """
    for sound in sounds:
        cut = _lay_sound(cut, sound, spoken)
    return cut


def find_duck_ranges(studio: Studio, cues: Cues = "auto") -> FrameRanges:
    """Return the ranges of frames of the current cut in which somebody speaks.

    - `script` uses the recordings of lines that are laid, and the dialogue of the script for other lines.
    - `speech` measures the sound of the clips that are on no track for music, effects or ambience.
    - `auto` uses the script, and measures if the film has no dialogue.
    """
    snapshot = studio.take_snapshot()
    cut = snapshot.cut
    scripted = list_spoken_ranges(snapshot.story, cut) if cut is not None else ()
    if cut is None or cues == "script" or (cues == "auto" and scripted):
        return scripted
    laid = {clip for role in SoundTakeRole for clip in list_laid_clips(cut, role)}
    try:
        return measure_speech_beside(studio, laid, _list_speech_tracks(cut))
    except Refused:
        if cues == "speech":
            raise
        return ()  # No other clip has sound, so nobody speaks.


def _list_speech_tracks(cut: Cut) -> tuple[str, ...]:
    """Return the names of the tracks with speech: the tracks of dialogue and the picture tracks. Empty if no
    track is for dialogue, so that the measurement chooses.
    """
    spoken = [
        track.name for track in cut.tracks if is_dialogue_track(track) or track.role is MixRole.DIALOGUE
    ]
    pictures = [track.name for track in cut.tracks if track.kind is TrackKind.VIDEO]
    return tuple(dict.fromkeys([*spoken, *pictures])) if spoken else ()


def replace_laid_takes(cut: Cut, sound: LaidSound, others: Mapping[str, float]) -> Cut | None:
    """Return the cut in which the clips that play another take of the same sound play this take instead. Each
    clip keeps its position, fades and ducking. Return None if no clip plays another take, or if this take is
    too short for one of the clips.

    `others` are the assets of the other takes with the gains at which they are laid. A change of the gain by
    the user stays.
    """
    tracks = {track.id for track in cut.tracks if track.kind is TrackKind.AUDIO}
    here = [clip for clip in cut.clips if clip.track in tracks and clip.source.ref in others]
    seconds = sound.asset.seconds or Fraction(0)
    if not here or any(clip.source_in + clip.frames / cut.rate > seconds + 1 / cut.rate for clip in here):
        return None
    low, high = GAIN_RANGE_DB
    changed = {
        clip.id: replace(
            clip,
            source=ClipSource(SourceKind.ASSET, sound.asset.id),
            gain_db=round(min(high, max(low, clip.gain_db + sound.gain_db - others[clip.source.ref])), 1),
            label=sound.label,
        )
        for clip in here
    }
    return replace(cut, clips=tuple(changed.get(clip.id, clip) for clip in cut.clips))


def _lay_sound(cut: Cut, sound: LaidSound, spoken: FrameRanges) -> Cut:
    before = {clip.id for clip in cut.clips}
    frames = seconds_to_frames(sound.asset.seconds or Fraction(0), cut.rate)
    for span in sound.spans:
        bed = SoundBed(
            source=ClipSource(SourceKind.ASSET, sound.asset.id),
            start=span.start,
            end=span.end,
            source_frames=frames,
            loops=sound.loops,
            gain_db=sound.gain_db,
            fade=min(round_half_up(FADE_SECONDS[sound.role] * cut.rate), (span.end - span.start) // 2),
            label=sound.label,
        )
        cut = lay_sound_bed(cut, TRACK_NAMES[sound.role], bed, MIX_ROLES[sound.role], new_id=new_id)
    by = DUCK_DB[sound.role]
    if by is None:
        return cut
    fade, apart = (round_half_up(seconds * cut.rate) for seconds in (DUCK_FADE, SPEECH_GAP))
    for clip in [clip for clip in cut.clips if clip.id not in before]:
        try:
            cut = duck_clip(cut, clip.id, spoken, by_db=by, fade=fade, apart=apart)
        except Refused:
            continue  # Nobody speaks during this clip.
    return cut


def list_laid_clips(cut: Cut, role: SoundTakeRole) -> tuple[str, ...]:
    """Return the ids of the clips on the track of a role, in order."""
    track = find_sound_track(cut, TRACK_NAMES[role])
    return tuple(each.clip.id for each in layout(cut).get_row(track.id)) if track else ()
