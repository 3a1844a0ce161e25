"""Commands for the loudness of clips and tracks in the current cut: louder, softer, and ducking (lowering the
level while somebody speaks).
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from milimo_tui.core.errors import Ambiguous, BadInput, NotFound, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.ducking import AlreadyDucked, NoSpeechHere
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.plan.spoken_frames import FrameRanges
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind, Track
from milimo_tui.cut.values.effects import DUCKING
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    find_clip,
    find_track,
    get_clip_name,
    get_current_cut,
    list_called_clips,
    make_cut_command,
)
from milimo_tui.studio.commands.cut.effects import EffectClipArgs
from milimo_tui.studio.commands.cut.sources import list_clip_sounds
from milimo_tui.studio.media.spoken_ranges import measure_speech_beside
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.render.deliveries import list_spoken_ranges
from milimo_tui.studio.session.studio import Studio

FADE_SECONDS = 0.3  # The default length of the fades before and after speech.
# Minimum pause between two speeches, in seconds. During a shorter pause, the level stays down.
MIN_SPEECH_GAP_SECONDS = Fraction(6, 5)


class ClipGainArgs(EffectClipArgs):
    by: float = arg(1.0, description="change in decibels; negative is softer")


def _change_clip_gain(studio: Studio, args: ClipGainArgs) -> Outcome:
    try:
        clip = find_clip(studio, args.clip)
    except NotFound as error:
        strip = _find_track_called(studio, args.clip)
        if strip is None:
            raise error
        named = shlex.join(["milimo", "mix", "set", strip.name, f"--louder={args.by:g}"])
        raise BadInput(f"{strip.name} is a track, not a clip", f"{named} changes its level") from None
    gain = round(clip.gain_db + args.by, 3)
    level = f"{gain:+g}".replace("-", "−") if gain else "0"
    label = f"{get_clip_name(studio, clip)} at {level} dB"
    return edit_cut(studio, label, lambda cut: edits.set_clip(cut, clip.id, gain_db=gain))


def _find_track_called(studio: Studio, name: str) -> Track | None:
    """Return the track with a name or id of the current cut, or None."""
    try:
        return find_track(get_current_cut(studio), name)
    except NotFound:
        return None


class DuckArgs(Args):
    ONE_OF = ("clip", "track")

    clip: str = arg("", description="a clip of music (its id or its name); with --track, all clips so named")
    track: str = arg("", description="a track (its name or id), with all its clips")
    by: float = arg(12.0, ge=0.5, le=60, description="reduction in decibels")
    cues: Literal["auto", "script", "speech"] = arg(
        "auto", description="find speech by the script or in the sound; auto: the script if it has dialogue"
    )
    under: tuple[str, ...] = arg((), description="tracks in whose sound to find speech")
    fade: float = arg(FADE_SECONDS, ge=0, le=5, description="seconds of the fades before and after speech")
    off: bool = arg(False, description="remove the ducking")


def _duck_under_speech(studio: Studio, args: DuckArgs) -> Outcome:
    cut = get_current_cut(studio)
    if not args.clip and not args.track:
        raise BadInput("name a clip or a track", "for example --track A2")
    clips = _find_clips_to_duck(studio, cut, args)
    on = args.clip if args.clip and args.track else args.track and find_track(cut, args.track).name
    on = on or get_clip_name(studio, clips[0])
    if args.off:
        return _remove_ducking(studio, clips, on)
    if args.under and args.cues == "script":
        raise BadInput("the script names no tracks", "leave out --under, or give --cues speech")
    scripted = list_spoken_ranges(studio.take_snapshot().story, cut)
    is_measured = args.cues == "speech" or bool(args.under) or (args.cues == "auto" and not scripted)
    spoken = _measure_speech(studio, clips, args.under) if is_measured else scripted
    fade = round_half_up(Fraction(str(args.fade)) * cut.rate)
    apart = round_half_up(MIN_SPEECH_GAP_SECONDS * cut.rate)

    refused = list[Refused]()
    unchanged = list[Clip]()

    def change(cut: Cut) -> Cut:
        done = cut
        refused.clear()
        unchanged.clear()
        for clip in clips:
            before = done
            try:
                ranges = spoken if is_measured else _exclude_own_speech(cut, clip, spoken)
                done = edits.duck_clip(done, clip.id, ranges, by_db=args.by, fade=fade, apart=apart)
            except Refused as error:
                refused.append(error)
            else:
                unchanged.extend([clip] if done is before else [])
        if done is cut and refused and not unchanged:
            raise _explain_refused_ducking(refused, args.track and on, _advise_streams(studio, cut, clips))
        return done

    edited = edit_cut(studio, f"{on} {args.by:g} dB softer under speech", change)
    if "frames" not in edited.data and unchanged:
        already = f"nothing changed: {on} is {args.by:g} dB softer under speech already"
        return replace(edited, message=f"{already}\n--by changes it, --off removes it")
    ducked = len(unchanged) + sum(isinstance(each, AlreadyDucked) for each in refused)
    counts = [
        (sum(isinstance(each, NoSpeechHere) for each in refused), "without speech"),
        (ducked, "ducked in this way already"),
    ]
    left = ", ".join(f"{count} {words}" for count, words in counts if count)
    return (
        edited
        if not left
        else replace(edited, message=f"{edited.message}: {format_count(len(clips), 'clip')}, {left}")
    )


def _find_clips_to_duck(studio: Studio, cut: Cut, args: DuckArgs) -> list[Clip]:
    """Return the clips that the arguments name: one clip, all clips of a track, or all clips of one name on a
    track. Raises NotFound, and Ambiguous with the way to name them all.
    """
    if not args.track:
        try:
            return [find_clip(studio, args.clip)]
        except Ambiguous as error:
            tracks = dict.fromkeys(
                find_track(cut, clip.track).name for clip in list_called_clips(studio, cut, args.clip)
            )
            named = shlex.join(["milimo", "cut", "duck", args.clip, "--track", next(iter(tracks))])
            raise Ambiguous(
                error.message,
                f"{named} ducks all of them on the track; {error.hint}",
                name=error.name,
                candidates=error.candidates,
            ) from None
        except NotFound as error:
            track = _find_track_called(studio, args.clip)
            if track is None:
                raise error
            named = shlex.join(["milimo", "cut", "duck", "--track", track.name])
            raise BadInput(f"{track.name} is a track, not a clip", f"{named} ducks its clips") from None
    row = [each.clip for each in layout(cut).get_row(find_track(cut, args.track).id)]
    clips = [clip for clip in row if clip.source.kind is not SourceKind.GAP]
    if args.clip:
        called = {clip.id for clip in list_called_clips(studio, cut, args.clip)}
        clips = [clip for clip in clips if clip.id in called or clip.id == args.clip]
        if not clips:
            raise NotFound(f"{args.track} has no clip “{args.clip}”", "milimo cut show lists the clips")
    return clips


def _advise_streams(studio: Studio, cut: Cut, ducked: Sequence[Clip]) -> str:
    """Return advice to hear another sound stream, if a clip that is heard has several. Otherwise empty."""
    quiet = {clip.id for clip in ducked}
    for clip in cut.clips:
        is_heard = clip.source.kind is SourceKind.ASSET and clip.id not in quiet and not clip.muted
        count = len(list_clip_sounds(studio, clip)[1]) if is_heard else 0
        if count > 1:
            name = get_clip_name(studio, clip)
            other = clip.stream % count + 1
            named = shlex.join(["milimo", "cut", "set", name, "--stream", str(other)])
            return f"{name} has {count} sound streams: {named} hears another"
    return ""


def _explain_refused_ducking(refused: Sequence[Refused], track: str, streams: str) -> Refused:
    """Return the error of a ducking that changes no clip. `track` is the name of the track, or empty for one
    clip. Clips without speech are the reason only if there are no others. `streams` is advice for the case
    that a clip has several sound streams.
    """
    main = next((each for each in refused if not isinstance(each, NoSpeechHere)), refused[0])
    if isinstance(main, NoSpeechHere):
        where = f"the clips of {track}" if track else "this clip"
        return Refused(f"there is no dialogue during {where}", streams or main.hint)
    if track and isinstance(main, AlreadyDucked):
        return Refused(f"the clips of {track} are already ducked under the dialogue", main.hint)
    return main


def _remove_ducking(studio: Studio, clips: Sequence[Clip], on: str) -> Outcome:
    def change(cut: Cut) -> Cut:
        for clip in clips:
            cut = edits.set_curve(cut, clip.id, DUCKING.name, ())
        return cut

    return edit_cut(studio, f"{on} not softer under speech", change)


def _measure_speech(studio: Studio, clips: Sequence[Clip], under: Sequence[str]) -> FrameRanges:
    """Return the ranges of frames in which somebody speaks, measured in the sound of other clips."""
    tracks = {find_track(get_current_cut(studio), name).name for name in under}
    return measure_speech_beside(studio, {clip.id for clip in clips}, tracks)


def _exclude_own_speech(cut: Cut, clip: Clip, spoken: FrameRanges) -> FrameRanges:
    """Return the ranges of frames, from `spoken`, during which a clip is ducked (made softer under speech).

    Raises Refused if the clip itself contains the speech.
    """
    placed = layout(cut)
    here = placed.get_placed(clip.id)
    if placed.get_track(clip.track).magnetic or (clip.link and clip.source.kind is SourceKind.SHOT):
        own = [each for each in spoken if each[0] < here.end and each[1] > here.start]
        if own:
            raise Refused("this clip is the speech itself", "select the track of the music, then try again")
    return spoken


LEVELS: tuple[Command, ...] = (
    make_cut_command(
        "louder",
        "Change level",
        "change the level of a clip by decibels",
        _change_clip_gain,
        ClipGainArgs,
        "clip",
        "by",
    ),
    make_cut_command(
        "duck", "Duck under speech", "lower music under speech", _duck_under_speech, DuckArgs, "clip"
    ),
)
