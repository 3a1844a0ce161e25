"""Describe the tracks and buses of a cut that are not heard because of solo and mute.

A forgotten solo is hard to notice in a rendered film, so a render warns of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from milimo_tui.core.format import format_count
from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.strips import iterate_outputs, list_strips
from milimo_tui.cut.plan.audio import is_audible_media
from milimo_tui.cut.plan.mixer import is_audible_track
from milimo_tui.cut.plan.sources import ResolvedSources
from milimo_tui.cut.values.cut import SourceKind, Track, TrackKind
from milimo_tui.cut.values.mixer import MixRole


def describe_unheard_strips(layout: Layout, source: ResolvedSources) -> tuple[str, ...]:
    """Return a sentence about solo and a sentence about mute, each only if sound is not heard because of it.
    `source` has the media of the clips.

    A muted video track is not named if spoken lines are on an audio track, because the lines replace its
    sound.
    """
    return tuple(filter(None, (_describe_solo(layout, source), _describe_mute(layout, source))))


def _describe_solo(layout: Layout, source: ResolvedSources) -> str:
    cut = layout.cut
    names = [strip.name for strip in list_strips(cut) if strip.solo]
    if not names:
        return ""
    lost = [
        track
        for track in _iterate_tracks_with_sound(layout, source)
        if not track.muted and not is_audible_track(cut, track)
    ]
    if not lost:
        return ""
    count = format_count(len(lost), "other track")
    return f"solo: {', '.join(names)}; {count} {'is' if len(lost) == 1 else 'are'} not heard"


def _describe_mute(layout: Layout, source: ResolvedSources) -> str:
    cut = layout.cut
    tracks = list(_iterate_tracks_with_sound(layout, source))
    has_lines = any(each.kind is TrackKind.AUDIO and each.role is MixRole.DIALOGUE for each in tracks)
    muted = {each.id for each in tracks if each.muted and not (has_lines and each.kind is TrackKind.VIDEO)}
    heard = [each for each in tracks if not each.muted]
    muted |= {bus.id for each in heard for bus in iterate_outputs(cut, each.bus) if bus.muted}
    names = [strip.name for strip in list_strips(cut) if strip.id in muted]
    return f"muted: {', '.join(names)}" if names else ""


def _iterate_tracks_with_sound(layout: Layout, source: ResolvedSources) -> Iterator[Track]:
    """Yield the tracks with a clip that has sound and is not muted itself."""
    for track in layout.tracks:
        for each in layout.get_row(track.id):
            clip = each.clip
            if clip.muted or clip.source.kind is SourceKind.GAP or not clip.effects.speed:
                continue
            if is_audible_media(source.get_clip_media(clip)):
                yield track
                break
