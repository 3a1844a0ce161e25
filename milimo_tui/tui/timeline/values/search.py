"""The search on the timeline: find clips by words or by state. Pure.

Words are searched in a clip's name and label, in its shot's number, prompt, action, people and dialogue, in
an asset's name, and in a title's text. If the search text is the name of a state, such as `/missing`,
`/stale` or `/offline`, only clips in that state are found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from milimo_tui.cut.values.cut import Clip, SourceKind
from milimo_tui.story.values.film import Shot
from milimo_tui.tui.timeline.values.clip_style import ClipState, ClipStyles
from milimo_tui.tui.timeline.values.model import TimelineFilm

STATES = {
    "stale": (ClipState.STALE,),
    "offline": (ClipState.OFFLINE,),
    "picked": (ClipState.PICKED,),
    "making": (ClipState.WORKING, ClipState.WAITING),
    "failed": (ClipState.FAILED,),
}
# The search text that finds shots without a picked take, including shots whose take is being made.
MISSING = "missing"
GAP = "gap"


class SearchHit(NamedTuple):
    """The first frame and the lane of a clip that was found. Hits are sorted by frame, then by lane from the
    top.
    """

    start: int
    lane: int


def search_clips(
    film: TimelineFilm, clip_styles: ClipStyles, words: str, prompt_of: Callable[[Shot], str]
) -> tuple[SearchHit, ...]:
    """Return the clips that match the search text `words`, sorted by position. If the text is the name of a
    state, such as `stale`, these are the clips in that state; otherwise the clips that contain the words.
    `prompt_of` returns the prompt of a shot.
    """
    fits = _make_clip_filter(clip_styles, words.strip().casefold(), prompt_of)
    return tuple(
        sorted(
            SearchHit(span.start, index)
            for index, lane in enumerate(film.lanes)
            for span in lane.spans
            if fits(span.clip)
        )
    )


def describe_no_hits(words: str) -> str:
    """Return the message for a search without a result."""
    state = words.strip().casefold()
    if state in STATES or state == MISSING:
        what = "being made" if state == "making" else state
        return f"no clip of this cut is {what}"
    return "this cut has no gap" if state == GAP else f"“{words}” is in no clip of this cut"


def find_next_hit(hits: Sequence[SearchHit], here: SearchHit, step: int) -> int | None:
    """Return the index of the next hit after the position `here`, or of the previous hit if `step` is
    negative. After the last hit the search continues with the first, and the reverse. Return None if there
    are no hits.
    """
    if not hits:
        return None
    if step > 0:
        return next((index for index, hit in enumerate(hits) if hit > here), 0)
    return next((index for index in reversed(range(len(hits))) if hits[index] < here), len(hits) - 1)


def _make_clip_filter(
    clip_styles: ClipStyles, words: str, prompt_of: Callable[[Shot], str]
) -> Callable[[Clip], bool]:
    if words == GAP:
        return lambda clip: clip.source.kind is SourceKind.GAP
    if words == MISSING:
        return lambda clip: (
            (shot := clip_styles.shots.get(clip.source.ref)) is not None
            and not clip_styles.find_picked_take(shot)
        )
    if words in STATES:
        return lambda clip: clip_styles.find_clip_style(clip).state in STATES[words]
    known: dict[str, bool] = {}

    def matches_source(clip: Clip) -> bool:
        """Return True if the text of the clip's source contains the words. The result is cached, because many
        clips share a source.
        """
        ref = clip.source.ref
        if ref not in known:
            known[ref] = words in _join_source_words(clip_styles, clip, prompt_of).casefold()
        return known[ref]

    return lambda clip: (
        words in _join_clip_words(clip).casefold() or bool(clip.source.ref and matches_source(clip))
    )


def _join_clip_words(clip: Clip) -> str:
    title = clip.effects.title
    return f"{clip.label} {title.text if title is not None else ''}"


def _join_source_words(clip_styles: ClipStyles, clip: Clip, prompt_of: Callable[[Shot], str]) -> str:
    """Join all searchable words of a clip's source."""
    ref = clip.source.ref
    shot, asset = clip_styles.shots.get(ref), clip_styles.assets.get(ref)
    if shot is None:
        return f"{asset.name} {asset.path}" if asset is not None else ""
    lines_spoken = " ".join(f"{line.character} {line.text}" for line in shot.dialogue)
    names = (
        f"{clip_styles.numbers.get(ref, '')} {clip_styles.find_clip_style(clip).words} "
        f"{' '.join(shot.characters)}"
    )
    return f"{names} {prompt_of(shot)} {shot.action} {lines_spoken} {shot.caption}"
