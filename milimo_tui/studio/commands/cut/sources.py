"""Sources of new clips in the current cut: a shot, an asset or another cut."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

from milimo_tui.core.errors import BadInput, Damaged, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import frames_to_seconds, parse_time
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.cut.edit.clip_effects import require_valid_effects
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.compound import find_nested_cuts
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Track, TrackKind
from milimo_tui.cut.values.effects import NO_EFFECTS, Effects
from milimo_tui.cut.values.effects_text import effects_from_json
from milimo_tui.cut.values.sound_choice import MOST_STREAMS, parse_channels, require_existing_sound
from milimo_tui.cut.values.streams import SoundFacts, parse_stream_facts
from milimo_tui.cut.values.timing import STILL_CLIP_SECONDS
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import AssetKind
from milimo_tui.studio.commands.cut.current_cut import find_track, get_current_cut
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.render.render_plan import get_asset_end
from milimo_tui.studio.session.lookup import require_cut
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


class NewClipArgs(Args):
    ONE_OF = ("shot", "asset", "other_cut")
    HEADINGS = (
        "Source: shot asset other_cut source_in frames",
        "Position: track at connected",
        "Sound: stream channels gain_db",
        "Effects: opacity fade_in fade_out effects",
    )

    track: str = arg("V1", description="a track (its name or id)")
    at: str = arg("", description="position: a timecode or frame (default: the playhead)")
    shot: str = arg("", description="the shot to show")
    asset: str = arg("", description="or the asset to show")
    other_cut: str = arg("", description="or another cut, as one clip")
    frames: int | None = arg(None, ge=1, description="length in frames (default: all of the source)")
    source_in: str = arg("0/1", description="start in the source: a time (50, 2.5s, 00:02)")
    gain_db: float = arg(0.0, description="level of the sound in dB")
    opacity: float = arg(1.0, ge=0, le=1, description="opacity, from 0 to 1")
    fade_in: int = arg(0, ge=0, description="length of the fade in frames")
    fade_out: int = arg(0, ge=0, description="length of the fade in frames")
    stream: int = arg(1, ge=1, le=MOST_STREAMS, description="sound stream of the file, from 1")
    channels: str = arg("all", description="channels that are heard: 1, or 3,4 for a pair")
    connected: bool = arg(False, description="on a free track: connect it to the clip below")
    effects: str = arg("", description="effects as JSON, as printed by milimo cut show --json")


class SourceArguments(Protocol):
    """Arguments of a command that name the source of a new clip. The argument classes of several commands
    satisfy this protocol.
    """

    @property
    def shot(self) -> str: ...
    @property
    def asset(self) -> str: ...
    @property
    def other_cut(self) -> str: ...


def resolve_source(
    studio: Studio,
    args: SourceArguments,
    start: Fraction,
    kind: TrackKind = TrackKind.VIDEO,
    *,
    rate: Fraction | None = None,
) -> tuple[ClipSource, int]:
    """Return the source that the arguments name, and its length from `start` to its end. `start` is in
    seconds of the source, the length in frames at `rate`, which is by default the current cut's.

    On an audio track (`kind`) a file ends with its sound, on a video track with its picture. Raises BadInput,
    NotFound, Ambiguous, Refused.
    """
    rate = rate or get_current_cut(studio).rate
    if [bool(args.shot), bool(args.asset), bool(args.other_cut)].count(True) != 1:
        raise BadInput("a clip shows one shot, one asset or one cut", "give --shot 3B or --asset ID")
    if args.shot:
        shot = shot_spec.find_shot(studio.take_snapshot().story, args.shot)
        return ClipSource(SourceKind.SHOT, shot.id), shot.frames
    if args.other_cut:
        return _resolve_cut_source(studio, args.other_cut, start)
    asset = find_asset(studio, args.asset)
    if asset.kind is AssetKind.LUT:
        raise BadInput(
            f"{asset.name or asset.id} is a LUT, which is an effect of a clip",
            "milimo cut effect CLIP lut ID",
        )
    end = get_asset_end(asset) if kind is TrackKind.AUDIO else asset.seconds
    length = int((end - start) * rate) if end else int(STILL_CLIP_SECONDS * rate)
    return ClipSource(SourceKind.ASSET, asset.id), max(1, length)


def require_matching_track(studio: Studio, source: ClipSource, track: Track) -> None:
    """Raise Refused if a track cannot show a source: sound on a video track, or a still picture on an audio
    track.
    """
    if source.kind is not SourceKind.ASSET:
        return
    asset = find_asset(studio, source.ref)
    if asset.kind is AssetKind.SOUND and track.kind is TrackKind.VIDEO:
        raise Refused(f"{asset.name} is sound, and {track.name} shows pictures", "name an audio track")
    if asset.kind is AssetKind.PICTURE and track.kind is TrackKind.AUDIO:
        raise Refused(f"{asset.name} is a picture, and {track.name} takes sound", "name a video track")


def _resolve_cut_source(studio: Studio, name: str, start: Fraction) -> tuple[ClipSource, int]:
    """Return another cut as a source, and its length in frames of the current cut. Raises Refused if the
    current cut would then contain itself.
    """
    cuts, cut = studio.take_snapshot().cuts, get_current_cut(studio)
    inner = require_cut(cuts, name)
    if cut.id in find_nested_cuts(inner, cuts):
        raise Refused(
            f"“{inner.name}” shows “{cut.name}”, and a cut can't show itself", "nest a copy of one of them"
        )
    seconds = frames_to_seconds(layout(inner).frames, inner.rate)
    return ClipSource(SourceKind.CUT, inner.id), max(1, int((seconds - start) * cut.rate))


def _parse_effects_json(text: str) -> Effects:
    """Parse effects from their JSON text. Raises BadInput, Refused."""
    if not text:
        return NO_EFFECTS
    try:
        effects = effects_from_json(parse_untrusted_json(text))
    except (ValueError, AttributeError, Damaged) as error:
        raise BadInput(
            f"these effects can't be read: {reason(error)}", "milimo cut show --json shows the format"
        ) from None
    require_valid_effects(effects)
    return effects


def build_new_clip(studio: Studio, args: NewClipArgs, cut: Cut) -> Clip:
    """Build the clip that the arguments describe for a cut, without adding it to the cut."""
    start = parse_time(args.source_in, cut.rate)
    effects = _parse_effects_json(args.effects)
    source, length = resolve_source(studio, args, start, rate=cut.rate)
    track = find_track(cut, args.track)
    if track.kind is TrackKind.AUDIO:  # A wrong source is refused before a wrong track.
        source, length = resolve_source(studio, args, start, track.kind, rate=cut.rate)
    require_matching_track(studio, source, track)
    if effects.speed:
        length = max(1, int(length / abs(effects.speed)))
    clip = Clip(
        id=new_id("clip"),
        cut=cut.id,
        track=track.id,
        source=source,
        frames=args.frames or length,
        source_in=start,
        gain_db=args.gain_db,
        opacity=args.opacity,
        fade_in=args.fade_in,
        fade_out=args.fade_out,
        effects=effects,
        stream=args.stream,
        channels=parse_channels(args.channels),
    )
    if clip.stream != 1 or clip.channels:
        require_clip_sound(studio, clip, clip.stream, clip.channels)
    return clip


def require_clip_sound(studio: Studio, clip: Clip, stream: int, channels: tuple[int, ...]) -> None:
    """Raise BadInput if the media of a clip doesn't have a sound stream with these channels."""
    name, sounds = list_clip_sounds(studio, clip)
    if not sounds:
        raise BadInput(f"{name} has no sound streams to choose from", "name a clip of a film or sound file")
    require_existing_sound(name, [one.channels for one in sounds], stream, channels)


def list_clip_sounds(studio: Studio, clip: Clip) -> tuple[str, tuple[SoundFacts, ...]]:
    """Return the name of the media that a clip shows, and its sound streams."""
    story = studio.take_snapshot().story
    if clip.source.kind is SourceKind.SHOT:
        shot = next((each for each in story.shots if each.id == clip.source.ref), None)
        take = FilmPerformances(story).find_shown_take(shot) if shot else None
        name, wanted = story.numbers.get(clip.source.ref, "the shot"), take.asset if take else ""
    else:
        name, wanted = clip.label or "the clip", clip.source.ref
    asset = next((each for each in story.assets if each.id == wanted), None)
    if asset is None:
        return name, ()
    return asset.name or name, parse_stream_facts(asset.facts).sounds
