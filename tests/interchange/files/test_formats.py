"""Test of edit lists and XML of other programs: an exported file opens again with the same cuts, exact to the
frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, TrackKind
from milimo_tui.cut.values.effects import NO_EFFECTS, Effects
from milimo_tui.interchange.files import edl
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.event_list import (
    TrackEvent,
    TrackEventList,
    list_track_events,
    split_by_track_kind,
)
from milimo_tui.interchange.values.source_times import convert_source_times
from milimo_tui.interchange.xml import fcp7, fcpxml
from tests.interchange.strategies import MEDIA, IdCounter, bundles

SEVERAL = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
BEACH = ClipSource(SourceKind.ASSET, "asset_1")


def calm(bundle: CutBundle) -> CutBundle:
    """Return the bundle without features that these formats store differently: titles, names of compound
    clips, transitions next to gaps or longer than half a clip, and effects other than speed. Sources start
    later, so that the media have frames for each transition.
    """

    def clip(each: Clip) -> Clip:
        if each.source.kind is SourceKind.GAP:
            return replace(each, label="")
        if each.source.kind is SourceKind.CUT:
            each = replace(each, label="")
        source = BEACH if each.source.kind is SourceKind.TITLE else each.source
        speed = each.effects.speed
        return replace(
            each,
            source=source,
            source_in=each.source_in + 40,
            effects=Effects(speed=speed) if speed != 1 else NO_EFFECTS,
        )

    def cut(each: Cut) -> Cut:
        long = {one.id: one.frames for one in each.clips if one.source.kind is not SourceKind.GAP}
        return replace(
            each,
            clips=tuple(map(clip, each.clips)),
            transitions=tuple(
                join
                for join in each.transitions
                if 2 * join.frames <= min(long.get(join.left, 0), long.get(join.right, 0))
            ),
        )

    cuts = {id: cut(each) for id, each in bundle.cuts.items()}
    return replace(bundle, cut=cut(bundle.cut), cuts=cuts)


def shape(
    bundle: CutBundle,
    rows: Callable[[tuple[TrackEventList, ...]], list[TrackEventList]],
    *,
    parted: bool = True,
) -> Any:
    """Return for every clip its record in and out, source in and out with timecode, speed and transition at
    the start.

    If `parted` is False, a sound clip under its own picture clip counts as part of the picture clip.
    """
    out = []
    chosen = rows(list_track_events(bundle, bundle.cut))
    pictures = [
        event
        for row in chosen
        if row.track.kind is TrackKind.VIDEO and not parted
        for event in row.events
        if not event.is_gap
    ]
    for row in chosen:
        events = [each for each in row.events if not each.is_gap]
        if row.track.kind is TrackKind.AUDIO:
            events = [each for each in events if not _is_own(each, pictures)]
        told = []
        for each in events:
            begin = (each.medium.starts + each.clip.source_in) * bundle.cut.rate
            told.append(
                (
                    each.name,
                    each.start,
                    each.end,
                    round_half_up(begin),
                    each.clip.effects.speed,
                    each.before and each.before.frames,
                )
            )
        if told:
            out.append((row.track.kind, told))
    return out


def _is_own(sound: TrackEvent, pictures: list[TrackEvent]) -> bool:
    """Return True if a sound clip has the same source, position and transition as one of the picture
    clips.
    """
    speed = abs(sound.clip.effects.speed)
    room = Fraction(0) if speed in (0, 1) else max(Fraction(1), speed)
    return any(
        (each.clip.source, each.start, each.end, each.clip.effects.speed)
        == (sound.clip.source, sound.start, sound.end, sound.clip.effects.speed)
        and abs(each.into - sound.into) <= room
        and _joins(sound) in ((0, 0), _joins(each))
        for each in pictures
    )


def _joins(event: TrackEvent) -> tuple[int, int]:
    before, after = event.before, event.after
    return before.frames if before else 0, after.frames if after else 0


def ties(bundle: CutBundle, name: str, *, parted: bool = True) -> list[list[tuple[str, str, int, int]]]:
    """Return the groups of clips that share a `link` or `group` (`name`). Each clip is given as track kind,
    name, record in and record out.
    """
    rows = list_track_events(bundle, bundle.cut)
    pictures = [
        event for row in rows if row.track.kind is TrackKind.VIDEO for event in row.events if not event.is_gap
    ]
    found: dict[str, list[tuple[str, str, int, int]]] = {}
    for row in rows:
        for event in row.events:
            own = row.track.kind is TrackKind.AUDIO and not parted and _is_own(event, pictures)
            if getattr(event.clip, name) and not event.is_gap and not own:
                told = row.track.kind.value, event.name, event.start, event.end
                found.setdefault(getattr(event.clip, name), []).append(told)
    return sorted(sorted(row) for row in found.values() if len(row) > 1)


def every(rows: tuple[TrackEventList, ...]) -> list[TrackEventList]:
    return list(rows)


def listed(rows: tuple[TrackEventList, ...]) -> list[TrackEventList]:
    """Return the tracks of an EDL's first file: one picture track and two sound tracks."""
    pictures, sounds = split_by_track_kind(rows)
    return pictures[:1] + sounds[:2]


def there_and_back(bundle: CutBundle, name: str, text: str, folder: Path) -> CutBundle:
    path = folder / name
    path.write_text(text)
    return read_cut_file(path, IdCounter(), bundle.cut.rate).bundle


@pytest.mark.long("files")
@given(bundles())
@SEVERAL
def test_fcpxml_is_equal_after_reading_at_every_rate(
    tmp_path_factory: pytest.TempPathFactory, bundle: CutBundle
) -> None:
    bundle = calm(bundle)
    back = there_and_back(bundle, "a.fcpxml", fcpxml.write_fcpxml(bundle), tmp_path_factory.getbasetemp())
    assert shape(back, every) == shape(bundle, every)
    assert ties(back, "link") == ties(bundle, "link")
    assert ties(back, "group") == ties(bundle, "group")
    assert (back.cut.rate, back.cut.width, back.cut.height) == (
        bundle.cut.rate,
        bundle.cut.width,
        bundle.cut.height,
    )


@pytest.mark.long("files")
@given(bundles())
@SEVERAL
def test_edl_is_equal_after_reading(tmp_path_factory: pytest.TempPathFactory, bundle: CutBundle) -> None:
    bundle = calm(bundle)
    path = tmp_path_factory.getbasetemp() / "a.edl"
    path.write_text(edl.write_edl(bundle)[""])
    arrival = read_cut_file(path, IdCounter(), bundle.cut.rate)
    back = arrival.bundle
    files = {medium.path: medium for medium in MEDIA.values() if medium.path}
    media = {
        source: replace(files.get(medium.path, medium), name=medium.name)
        for source, medium in back.media.items()
    }
    found = {clip.id: media[clip.source] for clip in back.cut.clips if clip.source in media}
    cut = convert_source_times(back.cut, arrival.times, found, bundle.cut.rate)
    first = CutBundle(cut=cut, media=media)
    # Source times are rounded to frames of the file, which may be longer than a frame of the cut.
    has_one_rate = all(medium.rate in (None, bundle.cut.rate) for medium in media.values())
    slack = 0 if has_one_rate else 2
    assert _near(shape(first, listed, parted=False), shape(bundle, listed, parted=False), slack=slack)


@pytest.mark.long("files")
@given(bundles())
@SEVERAL
def test_final_cut_7_file_is_equal_after_reading(
    tmp_path_factory: pytest.TempPathFactory, bundle: CutBundle
) -> None:
    bundle = calm(bundle)
    back = there_and_back(bundle, "a.xml", fcp7.write_fcp7(bundle), tmp_path_factory.getbasetemp())
    assert _near(shape(back, every, parted=False), shape(bundle, every, parted=False), slack=1)
    assert ties(back, "link", parted=False) == ties(bundle, "link", parted=False)


def _near(one: Any, other: Any, slack: int = 0) -> bool:
    """Return True if two shapes are equal. The source time of a clip with a changed speed may differ by the
    format's rounding.

    `slack` is an additional tolerance in frames, for formats that round a file's timecode and the position in
    the file separately.
    """
    if [kind for kind, _ in one] != [kind for kind, _ in other]:
        return False
    for (_, left), (_, right) in zip(one, other, strict=True):
        if len(left) != len(right):
            return False
        for a, b in zip(left, right, strict=True):
            room = slack + (0 if a[4] in (0, 1) else max(1, abs(a[4])))
            if (a[:3], a[4:]) != (b[:3], b[4:]) or abs(a[3] - b[3]) > room:
                return False
    return True
