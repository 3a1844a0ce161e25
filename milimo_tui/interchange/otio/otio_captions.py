"""Captions of a cut as metadata of an OpenTimelineIO stack, and back. OpenTimelineIO has no captions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.values.caption_text import clean_caption_text, clean_speaker_name
from milimo_tui.cut.values.captions import CaptionPlace, CaptionTrack, CutCaption
from milimo_tui.cut.values.cut import Cut
from milimo_tui.interchange.otio.otio_facts import (
    convert_to_plain_values,
    read_flag_field,
    read_number_field,
    read_ratio_field,
    read_text_field,
)

KEY = "captions"
_NO_TRACK = CaptionTrack(id="", cut="", name="", order="")
_TRACK_TEXTS = ("language", "colour", "highlight")
_TRACK_FLAGS = ("hidden", "boxed", "shows_speakers", "sync_lock")


def make_caption_metadata(cut: Cut) -> list[dict[str, Any]]:
    """Return the caption tracks of a cut as plain values. Values that are the default are left out."""
    return [
        {
            "name": track.name,
            **{
                name: getattr(track, name)
                for name in (*_TRACK_TEXTS, *_TRACK_FLAGS, "size")
                if getattr(track, name) != getattr(_NO_TRACK, name)
            },
            **({} if track.place is _NO_TRACK.place else {"place": track.place.value}),
            "captions": [_make_caption(each) for each in cut.captions if each.track == track.id],
        }
        for track in cut.caption_tracks
    ]


def read_caption_metadata(cut: Cut, metadata: Mapping[str, Any], mint: Callable[[str], str]) -> Cut:
    """Return the cut with the captions in this program's metadata of its stack. Captions that this program
    could not have written are skipped. `mint` creates ids.
    """
    rows = convert_to_plain_values(metadata).get(KEY)
    found = [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
    tracks: list[CaptionTrack] = []
    captions: list[CutCaption] = []
    for row, order in zip(found, create_spread_keys(len(found)), strict=True):
        track = CaptionTrack(
            id=mint("captions"),
            cut=cut.id,
            name=read_text_field(row, "name"),
            order=order,
            place=_read_caption_place(row, CaptionPlace.BOTTOM),
            size=read_number_field(row, "size", 0.25, 4.0, 1.0),
        )
        fields: dict[str, Any] = {name: read_text_field(row, name) for name in _TRACK_TEXTS if name in row}
        fields |= {name: read_flag_field(row, name) for name in _TRACK_FLAGS if name in row}
        track = replace(track, **fields)
        tracks.append(track)
        captions += _read_captions(row.get("captions"), track, mint)
    return replace(cut, caption_tracks=tuple(tracks), captions=tuple(captions))


def _make_caption(caption: CutCaption) -> dict[str, Any]:
    return {
        "start": format_ratio(caption.start),
        "end": format_ratio(caption.end),
        "text": caption.text,
        **({"speaker": caption.speaker} if caption.speaker else {}),
        **({"place": caption.place.value} if caption.place else {}),
        **({"word_times": list(caption.word_times)} if caption.word_times else {}),
    }


def _read_captions(rows: object, track: CaptionTrack, mint: Callable[[str], str]) -> Iterable[CutCaption]:
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        start, end, text = (
            read_ratio_field(row, "start"),
            read_ratio_field(row, "end"),
            clean_caption_text(read_text_field(row, "text")),
        )
        times = row.get("word_times")
        if start is None or end is None or not Fraction(0) <= start < end or not text:
            continue
        yield CutCaption(
            id=mint("caption"),
            cut=track.cut,
            track=track.id,
            start=start,
            end=end,
            text=text,
            speaker=clean_speaker_name(read_text_field(row, "speaker")),
            place=_read_caption_place(row, CaptionPlace.OF_TRACK),
            word_times=tuple(int(each) for each in times if isinstance(each, int | float))
            if isinstance(times, list)
            else (),
        )


def _read_caption_place(row: Mapping[str, Any], default: CaptionPlace) -> CaptionPlace:
    word = read_text_field(row, "place")
    return CaptionPlace(word) if word in CaptionPlace.__members__.values() else default
