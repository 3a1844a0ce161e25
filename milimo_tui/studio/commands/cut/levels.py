"""Commands for the loudness of clips and tracks in the current cut: louder, softer, and ducking under
speech.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.time import half_up
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind
from milimo_tui.studio.commands.cut.current_cut import (
    current_cut,
    cut_command,
    edit_cut,
    find_clip,
    find_track,
    name_of,
)
from milimo_tui.studio.commands.cut.effects import ClipArgs
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.render.deliveries import spoken_in
from milimo_tui.studio.session.studio import Studio

FADE_SECONDS = Fraction(3, 10)  # Length of the fade down before speech and of the fade up after speech.
APART_SECONDS = Fraction(6, 5)  # The level stays down between two speeches that are closer than this.


class LouderArgs(ClipArgs):
    by: float = arg(1.0, description="how many dB louder; below 0 softer")


def _louder(studio: Studio, args: LouderArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    gain = round(clip.gain_db + args.by, 3)
    level = f"{gain:+g}".replace("-", "−") if gain else "0"
    label = f"{name_of(studio, clip)} at {level} dB"
    return edit_cut(studio, label, lambda cut: edits.set_clip(cut, clip.id, gain_db=gain))


class DuckArgs(Args):
    ONE_OF = ("clip", "track")

    clip: str = arg("", description="a clip of music (its id or its name)")
    track: str = arg("", description="or all clips of a track (its name or id)")
    by: float = arg(12.0, ge=0.5, le=60, description="how many dB softer")


def _duck(studio: Studio, args: DuckArgs) -> Outcome:
    cut = current_cut(studio)
    if bool(args.clip) == bool(args.track):
        raise BadInput("name a clip, or a track", "for example cut duck --track A2")
    if args.clip:
        clips = [find_clip(studio, args.clip)]
        on = name_of(studio, clips[0])
    else:
        track = find_track(cut, args.track)
        clips = [
            each.clip for each in layout(cut).on(track.id) if each.clip.source.kind is not SourceKind.GAP
        ]
        on = track.name
    spoken = spoken_in(studio.snapshot().story, cut)
    fade, apart = (half_up(seconds * cut.rate) for seconds in (FADE_SECONDS, APART_SECONDS))

    def change(cut: Cut) -> Cut:
        done, refused = cut, None
        for clip in clips:
            try:
                ranges = _without(cut, clip, spoken)
                done = edits.duck(done, clip.id, ranges, by_db=args.by, fade=fade, apart=apart)
            except Refused as error:
                refused = error
        if done is cut and refused is not None:
            raise refused
        return done

    return edit_cut(studio, f"{on} {args.by:g} dB softer under speech", change)


def _without(cut: Cut, clip: Clip, spoken: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of speech that a clip is ducked under.

    Raises Refused if the clip itself is what speaks.
    """
    placed = layout(cut)
    here = placed.placed(clip.id)
    if placed.track(clip.track).magnetic or (clip.link and clip.source.kind is SourceKind.SHOT):
        own = [each for each in spoken if each[0] < here.end and each[1] > here.start]
        if own:
            raise Refused("this clip is what speaks", "go to the music's track, then again")
    return spoken


LEVELS: tuple[Command, ...] = (
    cut_command("louder", "Louder", "a clip, by so many dB", _louder, LouderArgs, "clip", "by"),
    cut_command("duck", "Duck", "music softer under speech", _duck, DuckArgs, "clip"),
)
