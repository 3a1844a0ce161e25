"""The command `mix auto`: make the automatic mix as one edit, or only show its plan with a reason per row."""

from __future__ import annotations

from dataclasses import asdict, replace
from fractions import Fraction
from typing import Literal

from milimo_tui.core.errors import Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.plan.spoken_frames import FrameRanges
from milimo_tui.cut.sound.auto_mix import (
    BY_SCRIPT,
    AutoMixOptions,
    TrackContent,
    make_auto_mix,
    may_have_speech,
)
from milimo_tui.cut.values.cut import Cut, SourceKind, TrackKind
from milimo_tui.cut.values.effects import DUCKING
from milimo_tui.story.values.film import AssetKind
from milimo_tui.studio.commands.cut.current_cut import get_current_cut, get_source_name, save_cut_edit
from milimo_tui.studio.commands.cut.levels import FADE_SECONDS, MIN_SPEECH_GAP_SECONDS
from milimo_tui.studio.media.spoken_ranges import measure_spoken_ranges
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.deliveries import list_spoken_ranges
from milimo_tui.studio.render.render_plan import plan_current_cut
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.sounds import laying

_COLUMNS = ("strip", "setting", "before", "after", "priority", "reason")


class MixAutoArgs(Args):
    mood: Literal["", "action", "tension", "emotion"] = arg(
        "", description="mood of the music, which sets its level"
    )
    duck: float = arg(12.0, ge=0, le=60, description="reduction in dB while somebody speaks")
    cues: Literal["auto", "script", "speech"] = arg(
        "auto", description="find speech by the script or in the sound; auto: the script if it has dialogue"
    )
    dry_run: bool = arg(False, description="only show the plan")


def _mix_automatically(studio: Studio, args: MixAutoArgs) -> Outcome:
    cut = get_current_cut(studio)
    contents = _list_track_contents(studio, cut)
    if not contents:
        raise Refused("the cut has no sound to mix", "add clips with sound first")
    fade = round_half_up(Fraction(str(FADE_SECONDS)) * cut.rate)
    apart = round_half_up(MIN_SPEECH_GAP_SECONDS * cut.rate)
    spoken, cues = list_spoken_ranges(studio.take_snapshot().story, cut), BY_SCRIPT
    if args.cues == "speech" or (args.cues == "auto" and not spoken):
        contents, spoken, cues = _measure_track_speech(studio, cut, contents)
    options = AutoMixOptions(mood=args.mood, duck_db=args.duck, fade=fade, apart=apart, cues=cues)
    after, plan = make_auto_mix(cut, contents, spoken, options=options, new_id=new_id)
    rows = [asdict(row) for row in plan]
    if args.dry_run:
        message = f"{format_count(len(rows), 'setting')} would change" if rows else "the mix would not change"
    else:
        message = save_cut_edit(studio, "automatic mix", cut, after).message
    return Outcome(data=rows, message=message, columns=_COLUMNS)


def _measure_track_speech(
    studio: Studio, cut: Cut, contents: dict[str, TrackContent]
) -> tuple[dict[str, TrackContent], FrameRanges, str]:
    """Measure the speech on the tracks that may have some. Return the contents of the tracks with the share
    of speech, the ranges of frames in which somebody speaks, and words for the plan.
    """
    plan = plan_current_cut(studio.take_snapshot(), studio.require_project())
    found, spoken, names = dict(contents), list[tuple[int, int]](), list[str]()
    for track in cut.tracks:
        content = contents.get(track.id)
        if content is None or not may_have_speech(track, content):
            continue
        sounds = [sound for sound in plan.sounds if sound.track == track.name]
        ranges = measure_spoken_ranges(studio, sounds, plan)
        if ranges:
            share = sum(end - first for first, end in ranges) / max(1, sum(each.frames for each in sounds))
            found[track.id] = replace(content, speech_share=min(1.0, share))
            spoken += ranges
            names.append(track.name)
    return found, tuple(sorted(spoken)), f"measured on {' and '.join(names)}"


def _list_track_contents(studio: Studio, cut: Cut) -> dict[str, TrackContent]:
    """Return the content of each track with sound that is heard, by track id."""
    story = studio.take_snapshot().story
    silent = {asset.id for asset in story.assets if asset.kind is AssetKind.PICTURE}
    speaking = {shot.id for shot in story.shots if shot.dialogue}
    placed, out = layout(cut), {}
    for track in cut.tracks:
        clips = [
            each.clip
            for each in placed.get_row(track.id)
            if each.clip.source.kind not in (SourceKind.GAP, SourceKind.TITLE)
            and each.clip.source.ref not in silent
            and not each.clip.muted
        ]
        if clips and not (track.kind is TrackKind.VIDEO and track.hidden and track.muted):
            names = dict.fromkeys(get_source_name(studio, each.source.ref) for each in clips)
            out[track.id] = TrackContent(
                (track.name, *names),
                any(each.source.kind is SourceKind.SHOT and each.source.ref in speaking for each in clips),
                is_levelled=track.name in laying.TRACK_NAMES.values() and any(each.gain_db for each in clips),
                is_ducked=any(each.effects.get_curve(DUCKING.name) for each in clips),
            )
    return out


AUTO_MIX = Command(
    "mix.auto",
    "Mix automatically",
    "set roles, buses and levels, and lower music under speech",
    _mix_automatically,
    MixAutoArgs,
    refuse_without_film,
    cli="mix auto",
)
