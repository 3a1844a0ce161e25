"""Edits of captions: add tracks and captions, change, split, merge, shift and remove captions.

Each edit takes a cut and returns the cut with the change. Raises Refused for an edit that is not possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.order_keys import create_key_between, create_spread_keys
from milimo_tui.cut.values.caption_text import (
    LINE_LENGTH,
    StyledText,
    clean_caption_text,
    clean_speaker_name,
    count_caption_words,
    join_styled_text,
    remove_style_tags,
    split_styled_text,
)
from milimo_tui.cut.values.captions import (
    CaptionPlace,
    CaptionTrack,
    CutCaption,
    match_caption_track,
    order_caption,
)
from milimo_tui.cut.values.cut import Cut, NewId
from milimo_tui.cut.values.guards import require_unfrozen
from milimo_tui.cut.working.caption_moves import MovedSpan, move_captions

_SENTENCE_END = re.compile(r"[.?!…。！？][\"'”’»)\]]*$")
MOST_CAPTIONS = 20_000  # Maximum number of captions of a cut.
LONGEST_TIME = Fraction(360_000)  # 100 hours: SubRip can't represent a later time.


def list_track_captions(cut: Cut, track_id: str) -> tuple[CutCaption, ...]:
    """Return the captions of a track in order."""
    return tuple(sorted((each for each in cut.captions if each.track == track_id), key=order_caption))


def find_caption_track(cut: Cut, name: str = "") -> CaptionTrack:
    """Return the caption track with this id, name or language; without a name, the first track. Raises
    NotFound.
    """
    track = match_caption_track(cut.caption_tracks, name) if name else next(iter(cut.caption_tracks), None)
    if track is not None:
        return track
    if not cut.caption_tracks:
        raise NotFound(
            f"“{cut.name}” has no captions yet",
            "milimo caption make, caption import FILE, or caption add WORDS --at TIME",
        )
    names = ", ".join(track.name for track in cut.caption_tracks)
    raise NotFound(f"“{cut.name}” has no captions “{name}”", f"tracks of captions: {names}")


def add_caption_track(
    cut: Cut, captions: Iterable[CutCaption], *, name: str, language: str = "", new_id: NewId
) -> Cut:
    """Add a track with captions. `captions` need no ids. The captions of a track with the same name are
    replaced, and the style of that track is retained.
    """
    require_unfrozen(cut)
    same = next((each for each in cut.caption_tracks if each.name == name), None)
    if same is None:
        last = cut.caption_tracks[-1].order if cut.caption_tracks else None
        order = create_key_between(last, None) if last else create_spread_keys(1)[0]
        track = CaptionTrack(id=new_id("captions"), cut=cut.id, name=name, order=order, language=language)
        tracks: tuple[CaptionTrack, ...] = (*cut.caption_tracks, track)
    else:
        track = replace(same, language=language or same.language)
        tracks = tuple(track if each is same else each for each in cut.caption_tracks)
    fresh = [_make_track_caption(each, track, new_id) for each in captions]
    others = (each for each in cut.captions if each.track != track.id)
    return _replace_captions(replace(cut, caption_tracks=tracks), (*others, *fresh))


def set_caption_track(cut: Cut, track_id: str, **fields: object) -> Cut:
    """Change the name, language or style of a track of captions."""
    require_unfrozen(cut)
    name = fields.get("name")
    if name is not None and any(each.name == name and each.id != track_id for each in cut.caption_tracks):
        raise Refused(f"the cut already has captions “{name}”", "choose another name")
    tracks = tuple(
        replace(each, **fields) if each.id == track_id else each  # type: ignore[arg-type]
        for each in cut.caption_tracks
    )
    return replace(cut, caption_tracks=tracks)


def remove_caption_track(cut: Cut, track_id: str) -> Cut:
    """Remove a track and its captions."""
    require_unfrozen(cut)
    return replace(
        cut,
        caption_tracks=tuple(each for each in cut.caption_tracks if each.id != track_id),
        captions=tuple(each for each in cut.captions if each.track != track_id),
    )


def add_caption(cut: Cut, track_id: str, caption: CutCaption, *, new_id: NewId) -> Cut:
    """Add one caption to a track. `caption` needs no id."""
    require_unfrozen(cut)
    track = next(each for each in cut.caption_tracks if each.id == track_id)
    return _replace_captions(cut, (*cut.captions, _make_track_caption(caption, track, new_id)))


def _make_track_caption(caption: CutCaption, track: CaptionTrack, new_id: NewId) -> CutCaption:
    fresh = replace(
        caption,
        id=new_id("caption"),
        cut=track.cut,
        track=track.id,
        text=clean_caption_text(caption.text),
        speaker=clean_speaker_name(caption.speaker),
    )
    _require_valid_caption(fresh)
    return fresh


def set_caption(
    cut: Cut,
    caption_id: str,
    *,
    start: Fraction | None = None,
    end: Fraction | None = None,
    text: str | None = None,
    speaker: str | None = None,
    place: CaptionPlace | None = None,
) -> Cut:
    """Change the times, the text, the speaker or the place of a caption. The times of its words are dropped
    if its number of words changes, because they would belong to other words.
    """
    require_unfrozen(cut)
    old = _find_caption(cut, caption_id)
    new = replace(
        old,
        start=old.start if start is None else start,
        end=old.end if end is None else end,
        text=old.text if text is None else clean_caption_text(text),
        speaker=old.speaker if speaker is None else clean_speaker_name(speaker),
        place=old.place if place is None else place,
    )
    if new.word_times:
        moved = int((old.start - new.start) * 1000)
        times = tuple(max(0, each + moved) for each in new.word_times)
        same = count_caption_words(new.text) == len(times)
        new = replace(new, word_times=times if same else ())
    _require_valid_caption(new)
    return _replace_captions(cut, (new if each is old else each for each in cut.captions))


def split_caption(cut: Cut, caption_id: str, word: int | None = None, *, new_id: NewId) -> Cut:
    """Split a caption before its word number `word`, counted from 1. Without a number it is split in the
    middle, at the end of a line if there is one.

    The time of the split is the start of that word if the times of the words are known. Otherwise the time is
    divided in proportion to the number of letters.
    """
    require_unfrozen(cut)
    old = _find_caption(cut, caption_id)
    count = count_caption_words(old.text)
    if count < 2:
        raise Refused("a caption of one word can't be split", "choose a longer caption")
    before = _choose_split_word(old.text) if word is None else word - 1
    if not 1 <= before < count:
        raise Refused(f"the caption has {count} words", f"split before a word from 2 to {count}")
    left, right = _split_text_at_word(old.text, before)
    if old.word_times:
        at = old.start + Fraction(old.word_times[before], 1000)
    else:
        letters = len("".join(left.split())), len("".join(right.split()))
        at = old.start + (old.end - old.start) * letters[0] / sum(letters)
        at = Fraction(round(at * 1000), 1000)
    if not old.start < at < old.end:
        raise Refused("the caption is too short to be split", "lengthen it first: milimo caption set")
    offset = int((at - old.start) * 1000)
    first = replace(old, end=at, text=clean_caption_text(left), word_times=old.word_times[:before])
    second = replace(
        old,
        id=new_id("caption"),
        start=at,
        text=clean_caption_text(right),
        word_times=tuple(each - offset for each in old.word_times[before:]),
    )
    others = (each for each in cut.captions if each is not old)
    return _replace_captions(cut, (*others, first, second))


def merge_captions(cut: Cut, caption_ids: Sequence[str]) -> Cut:
    """Merge captions of one track to one caption, with the times and the texts of all."""
    require_unfrozen(cut)
    found = sorted((_find_caption(cut, each) for each in dict.fromkeys(caption_ids)), key=order_caption)
    if len(found) < 2 or len({each.track for each in found}) > 1:
        raise Refused("only captions of one track can be merged", "name two or more captions of a track")
    first = found[0]
    between = _list_captions_between(cut, found)
    if between:
        raise Refused("another caption is between these captions", "merge neighbouring captions")
    timed = all(each.word_times for each in found)
    merged = replace(
        first,
        end=max(each.end for each in found),
        text=clean_caption_text(_join_caption_texts(found)),
        speaker=first.speaker if len({each.speaker for each in found}) == 1 else "",
        word_times=tuple(
            at + int((each.start - first.start) * 1000) for each in found for at in each.word_times
        )
        if timed
        else (),
    )
    _require_valid_caption(merged)
    gone = {each.id for each in found}
    others = (each for each in cut.captions if each.id not in gone)
    return _replace_captions(cut, (*others, merged))


def _join_caption_texts(captions: Sequence[CutCaption]) -> str:
    """Join the texts of captions. Parts of one sentence are joined with a space, as before a split. A new
    line begins between two complete sentences, between two speakers, next to a text with lines of its own,
    and if the line would be too long.
    """
    text = captions[0].text
    for left, right in pairwise(captions):
        parts = [remove_style_tags(each.text).strip() for each in (left, right)]
        has_own_lines = any("\n" in part for part in parts)
        are_sentences = all(_SENTENCE_END.search(part) for part in parts)
        last_line = remove_style_tags(text).rpartition("\n")[2]
        is_long = len(last_line) + 1 + len(parts[1]) > LINE_LENGTH
        is_new_line = has_own_lines or are_sentences or is_long or left.speaker != right.speaker
        text += ("\n" if is_new_line else " ") + right.text
    return text


def shift_captions(cut: Cut, caption_ids: Iterable[str], seconds: Fraction) -> Cut:
    """Move captions in time. Raises Refused if a caption would begin before the start of the cut."""
    require_unfrozen(cut)
    wanted = set(caption_ids)
    moved = [
        replace(each, start=each.start + seconds, end=each.end + seconds) if each.id in wanted else each
        for each in cut.captions
    ]
    if any(each.start < 0 for each in moved):
        raise Refused("a caption would begin before the start of the cut", "shift by a smaller time")
    for each in moved:
        _require_valid_caption(each)
    return _replace_captions(cut, moved)


def remove_captions(cut: Cut, caption_ids: Iterable[str]) -> Cut:
    """Remove captions. Their track remains."""
    require_unfrozen(cut)
    gone = set(caption_ids)
    return _replace_captions(cut, (each for each in cut.captions if each.id not in gone))


def remove_caption_time(cut: Cut, start: Fraction, end: Fraction, *, new_id: NewId) -> Cut:
    """Remove the seconds [start, end) from the captions of tracks with a sync lock, as when the same part of
    the cut is removed. Later captions move to an earlier time, and a caption inside the removed part is
    removed. If the times of its words are known, a caption loses the words that begin in the removed part.
    """
    spans = [
        MovedSpan(Fraction(0), start, Fraction(0), start),
        MovedSpan(end, LONGEST_TIME, start, start + LONGEST_TIME - end),
    ]
    locked = {track.id for track in cut.caption_tracks if track.sync_lock}
    spans = [each for each in spans if each.start < each.end]
    return _replace_captions(cut, move_captions(cut.captions, spans, locked, 1 / cut.rate, new_id))


def _replace_captions(cut: Cut, captions: Iterable[CutCaption]) -> Cut:
    found = tuple(sorted(captions, key=order_caption))
    if len(found) > MOST_CAPTIONS:
        raise Refused(f"the cut would have {len(found)} captions", f"a cut has at most {MOST_CAPTIONS}")
    return replace(cut, captions=found)


def _find_caption(cut: Cut, caption_id: str) -> CutCaption:
    for each in cut.captions:
        if each.id == caption_id:
            return each
    raise Refused(f"there is no caption {caption_id} in the cut “{cut.name}”")


def _require_valid_caption(caption: CutCaption) -> None:
    if not caption.text.strip():
        raise Refused("a caption needs text", "milimo caption delete removes a caption")
    if not 0 <= caption.start < caption.end <= LONGEST_TIME:
        raise Refused(
            "a caption must end after its start, between 0 and 100 hours", "give an end after the start"
        )


def _list_captions_between(cut: Cut, found: Sequence[CutCaption]) -> list[CutCaption]:
    ids = {each.id for each in found}
    row = list_track_captions(cut, found[0].track)
    places = [index for index, each in enumerate(row) if each.id in ids]
    return [each for each in row[places[0] : places[-1] + 1] if each.id not in ids]


def _choose_split_word(text: str) -> int:
    """Return the number of words before the split that divides the letters most evenly. Ends of lines are
    preferred.
    """
    lines = [len(line.split()) for line in text.split("\n")]
    if len(lines) > 1:
        ends = [sum(lines[: count + 1]) for count in range(len(lines) - 1)]
        return min(ends, key=lambda end: abs(2 * end - sum(lines)))
    lengths = [len(word) for word in text.split()]
    return min(range(1, len(lengths)), key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))


def _split_text_at_word(text: str, before: int) -> tuple[str, str]:
    """Split a text with tags after `before` words. Both parts have the tags of their words."""
    left: list[StyledText] = []
    right: list[StyledText] = []
    seen, inside = 0, False
    for part in split_styled_text(text):
        for letter in part.text:
            if letter.isspace():
                inside = False
            elif not inside:
                seen, inside = seen + 1, True
            (left if seen <= before else right).append(StyledText(letter, part.marks))
    return join_styled_text(tuple(left)), join_styled_text(tuple(right))
