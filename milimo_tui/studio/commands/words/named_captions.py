"""Functions shared by the commands for captions: find captions and tracks, and describe them as rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.time import format_ratio, format_timecode, parse_time, seconds_to_frames
from milimo_tui.cut.values.caption_text import remove_style_tags
from milimo_tui.cut.values.captions import CaptionTrack, CutCaption
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.words.caption_checks import compute_reading_speed
from milimo_tui.cut.words.caption_edits import find_caption_track, list_track_captions
from milimo_tui.studio.commands.cut.current_cut import get_current_cut
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio

COLUMNS = ("number", "start", "end", "speaker", "text")


class TrackArgs(Args):
    track: str = arg("", description="captions by name or language (default: the first)")


def find_captions(cut: Cut, names: Sequence[str], track: str = "") -> tuple[CutCaption, ...]:
    """Return the captions with these ids or numbers. A number counts from 1 in a track; `2..5` is a range.
    Raises NotFound, BadInput.
    """
    if not names:
        raise BadInput("no caption is named", "list their numbers: milimo caption list")
    by_id = {each.id: each for each in cut.captions}
    found: list[CutCaption] = []
    for name in names:
        if name in by_id:
            found.append(by_id[name])
        else:
            found += _find_numbered_captions(cut, name, track)
    return tuple(dict.fromkeys(found))


def _find_numbered_captions(cut: Cut, name: str, track: str) -> tuple[CutCaption, ...]:
    first, _, last = name.partition("..")
    if not first.isdecimal() or not (last or first).isdecimal() or len(name) > 20:
        raise NotFound(f"there is no caption “{name}”", "list their numbers: milimo caption list")
    rows = list_track_captions(cut, find_caption_track(cut, track).id)
    low, high = int(first), int(last or first)
    if not 1 <= low <= high <= len(rows):
        raise NotFound(f"there is no caption {name}", f"the captions have the numbers 1 to {len(rows)}")
    return rows[low - 1 : high]


def parse_caption_time(cut: Cut, text: str) -> Fraction:
    """Parse a time that the user typed and return exact seconds. An empty text means the playhead. Raises
    BadInput.
    """
    return parse_time(text, cut.rate) if text else Fraction(cut.playhead) / cut.rate


def parse_caption_shift(cut: Cut, text: str) -> Fraction:
    """Parse a time with an optional sign and return seconds. Raises BadInput."""
    word = text.strip().replace("−", "-")
    seconds = parse_time(word[1:] if word[:1] in ("+", "-") else word, cut.rate)
    return -seconds if word.startswith("-") else seconds


def describe_captions(cut: Cut, track: CaptionTrack) -> list[dict[str, Any]]:
    """Return the captions of a track as rows of JSON data."""
    return [
        build_caption_row(cut, each, number)
        for number, each in enumerate(list_track_captions(cut, track.id), start=1)
    ]


def build_caption_row(cut: Cut, caption: CutCaption, number: int) -> dict[str, Any]:
    """Return a caption as JSON data. `number` is its number in its track."""
    return {
        "id": caption.id,
        "number": number,
        "start": format_ratio(caption.start),
        "end": format_ratio(caption.end),
        "timecode": format_timecode(seconds_to_frames(caption.start, cut.rate), cut.rate),
        "until": format_timecode(seconds_to_frames(caption.end, cut.rate), cut.rate),
        "speaker": caption.speaker,
        "text": caption.text,
        "place": caption.place.value,
        "word_times": list(caption.word_times),
        "letters_per_second": round(compute_reading_speed(caption), 1),
    }


def build_track_row(cut: Cut, track: CaptionTrack) -> dict[str, Any]:
    """Return a track of captions as JSON data."""
    return {
        "id": track.id,
        "name": track.name,
        "language": track.language,
        "captions": sum(each.track == track.id for each in cut.captions),
        "hidden": track.hidden,
        "place": track.place.value,
        "size": track.size,
        "colour": track.colour,
        "boxed": track.boxed,
        "highlight": track.highlight,
        "shows_speakers": track.shows_speakers,
        "sync_lock": track.sync_lock,
    }


def shorten_caption(caption: CutCaption) -> str:
    """Return the text of a caption for the name of an edit."""
    words = " ".join(remove_style_tags(caption.text).split())
    return words if len(words) <= 40 else f"{words[:39]}…"


def build_track_outcome(studio: Studio, name: str, message: str, **more: Any) -> Outcome:
    """Return the outcome of an edit with all captions of a track as data."""
    cut = get_current_cut(studio)
    track = find_caption_track(cut, name)
    data = {
        "cut": cut.id,
        "track": build_track_row(cut, track),
        "captions": describe_captions(cut, track),
    }
    return Outcome(data=data | more, message=message)


def make_caption_command(id: str, title: str, help: str, run: Any, args: Any, *positional: str) -> Command:
    """Create a `caption …` command, which needs an open film."""
    words = f"caption {id}"
    return Command(
        f"caption.{id}", title, help, run, args, refuse_without_film, cli=words, positional=positional
    )
