"""The sound of a render plan: the clips that are heard, considering mute, solo, transitions and speed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import (
    PlacedTransition,
    PlacedTransitions,
    count_frames_after_edit,
    count_frames_before_edit,
)
from milimo_tui.cut.plan.mixer import is_audible_track
from milimo_tui.cut.plan.plan import Media, SoundClip
from milimo_tui.cut.plan.sources import ResolvedSources
from milimo_tui.cut.values.curves import get_sound_effects
from milimo_tui.cut.values.cut import Clip, SourceKind
from milimo_tui.cut.values.sound_effects import measure_chain_tail
from milimo_tui.cut.values.timing import compute_source_frames, get_source_second
from milimo_tui.cut.values.transition_kinds import get_transition_facts


def list_plan_sounds(
    layout: Layout,
    meeting: PlacedTransitions,
    source: ResolvedSources,
    start: int,
    end: int,
    strips: Mapping[str, int],
) -> tuple[SoundClip, ...]:
    """Return all sounds in frames [start, end) of a cut: the clips of audio tracks, and the clips of video
    tracks whose media has sound.

    `meeting` are the transitions of the cut and `source` the media of its clips. A transition cross-fades the
    sounds of its two clips. A dip fades the first sound out, and then the second sound in.

    `strips` are the numbers of the tracks' strips in the mixer, by track id. If the plan has no mixer,
    `strips` is empty, and the gain of each track is added to the gains of its clips.
    """
    out = []
    for track in layout.tracks:
        if not is_audible_track(layout.cut, track):
            continue
        for each in layout.get_row(track.id):
            if each.clip.muted or each.clip.source.kind is SourceKind.GAP or not each.clip.effects.speed:
                continue
            media = source.get_clip_media(each.clip)
            if not is_audible_media(media):
                continue
            sound = _build_sound_clip(layout, meeting, each, media, start, end)
            if sound is not None:
                chain = source.resolve_impulse_files(sound.effects.chain)
                gain = sound.gain_db if strips else sound.gain_db + track.gain_db
                of_track = {"track": track.name, "gain_db": gain, "strip": strips.get(track.id)}
                effects = replace(sound.effects, chain=chain) if chain else sound.effects
                out.append(sound.model_copy(update={**of_track, "effects": effects}))
    return tuple(out)


def _build_sound_clip(
    layout: Layout, meeting: PlacedTransitions, each: PlacedClip, media: Media, start: int, end: int
) -> SoundClip | None:
    """Return the sound of a clip in frames [start, end) of the cut, including the cross-fades at its edges
    and the end of a reverb. None if the clip is not heard in these frames.
    """
    clip, rate = each.clip, layout.cut.rate
    head, tail = meeting.head.get(clip.id), meeting.tail.get(clip.id)
    rise, fall = _get_cross_fade_frames(head), _get_cross_fade_frames(tail)
    first, last = (
        max(start, each.start - count_frames_before_edit(rise)),
        min(end, each.end + count_frames_after_edit(fall) + _count_tail_frames(clip, rate)),
    )
    if first >= last:
        return None
    speed = clip.effects.speed
    source_in = media.head + get_source_second(clip, first - each.start, rate)
    if speed < 0:
        # `source_in` is the second at which the first picture begins in the source. Sound that is played
        # backwards starts where this picture ends, one frame later.
        source_in -= compute_source_frames(clip.effects, first - each.start, first - each.start + 1) / rate
    return SoundClip(
        clip=clip.id,
        media=media,
        start=first - start,
        frames=last - first,
        source_in=source_in,
        speed=speed,
        gain_db=clip.gain_db,
        fade_in=clip.fade_in
        if head is None
        else 0
        if rise
        else count_frames_after_edit(head.transition.frames),
        fade_out=clip.fade_out
        if tail is None
        else 0
        if fall
        else count_frames_before_edit(tail.transition.frames),
        clip_offset=first - each.start,
        clip_frames=clip.frames,
        rise=rise,
        fall=fall,
        effects=get_sound_effects(clip.effects),
        stream=clip.stream,
        channels=clip.channels,
    )


def _count_tail_frames(clip: Clip, rate: Fraction) -> int:
    """Return the number of frames for which a reverb or an echo sounds on after a clip."""
    return math.ceil(measure_chain_tail(clip.effects.chain) * rate)


def _get_cross_fade_frames(join: PlacedTransition | None) -> int:
    """Return the number of frames of the cross-fade at an edge of a clip. 0 if there is no transition, or if
    it is a dip, which has no cross-fade.
    """
    return (
        0
        if join is None or get_transition_facts(join.transition.kind).shows_one_clip
        else join.transition.frames
    )


def is_audible_media(media: Media) -> bool:
    """Return True if media has sound.

    Pictures, slates, titles and offline media never do. Video files and compound clips may.
    """
    return media.kind == "sound" or (media.kind in ("video", "cut") and media.has_sound)
