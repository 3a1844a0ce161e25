"""Split a shot, join two neighbouring shots, and duplicate a shot. Pure functions.

A shot that is split, or that is joined with its neighbour, keeps its id and its takes. The second half of a
split is a new shot. When two shots are joined, the neighbour is parked with its takes and settings. Commits
preserve the result while the script text is unchanged (`story.commit.preserved_pieces`), or if the halves are
found again in a reworded text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from milimo_tui.core.errors import BadInput
from milimo_tui.story.shots import film_order
from milimo_tui.story.shots.own_fields import is_deleted_by_user
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.shots.reworded_pieces import join_prompt_words, split_prompt_words
from milimo_tui.story.shots.shots import ShotDraft, compute_natural_frames
from milimo_tui.story.values.film import Line, Shot, Story
from milimo_tui.story.values.making import Conditioning
from milimo_tui.story.values.shot_words import Continuing
from milimo_tui.story.values.text import fold, split_sentences
from milimo_tui.story.values.text_pieces import (
    MANUAL_TEXT,
    join_digests,
    list_joined_parts,
    make_copy_digest,
    make_half_digests,
    split_joined_digest,
)

NewId = Callable[[str], str]
S = TypeVar("S", Shot, ShotDraft)
SHOWN_BEAT_LENGTH = 24  # Maximum number of characters of a beat that are quoted in messages.


@dataclass(frozen=True, slots=True)
class TextBeat:
    """A sentence of a shot's dialogue or action: its text, the index of its line, and its position in the
    line.
    """

    text: str
    line: int = 0
    start: int = 0


def list_beats(shot: Shot) -> tuple[TextBeat, ...]:
    """Return the sentences of a shot's dialogue, or of its action if nobody speaks."""
    texts = [line.text for line in shot.dialogue] or [shot.action]
    return tuple(_split_into_beats(texts))


def _split_into_beats(texts: Sequence[str]) -> Iterator[TextBeat]:
    for line, text in enumerate(texts):
        at = 0
        for sentence in split_sentences(text):
            at = max(at, text.find(sentence, at))
            yield TextBeat(sentence, line, at)
            at += len(sentence)


def find_beat_by_text(shot: Shot, words: str) -> TextBeat:
    """Return a beat that begins where `words` first occur in the dialogue of a shot, or in its action if
    nobody speaks. Raises BadInput if they do not occur.
    """
    texts = [line.text for line in shot.dialogue] or [shot.action]
    wanted = fold(words)
    for line, text in enumerate(texts):
        ends = (at for at in range(len(text)) if not at or not text[at - 1].isalnum())
        starts = (at for at in ends if not text[at].isspace())
        place = next((at for at in starts if wanted and fold(text[at:]).startswith(wanted)), None)
        if place is not None:
            return TextBeat(text[place:], line, place)
    raise BadInput(
        f"“{words[:SHOWN_BEAT_LENGTH]}” is not in the action or dialogue of the shot",
        "use words of its action or dialogue",
    )


def find_beat_at_frame(shot: Shot, frame: int) -> TextBeat | None:
    """Return the beat whose beginning is nearest to `frame`, except the first beat. Return None if the shot
    has a single beat.
    """
    found = list_beats(shot)
    whole = sum(len(beat.text) for beat in found) or 1
    starts, at = [], 0
    for beat in found:
        starts.append(shot.frames * at / whole)
        at += len(beat.text)
    return min(
        zip(starts[1:], found[1:], strict=True), key=lambda one: abs(one[0] - frame), default=(0, None)
    )[1]


@dataclass(frozen=True, slots=True)
class ShotEdit:
    """The result of splitting, joining or duplicating: the changed shots before and after the edit. New shots
    are only in `after`.

    `stayed` names prompt words that could not be divided or joined. In a split they stay with the first half.
    When shots are joined, they stay with the parked shot.
    """

    before: tuple[Shot, ...]
    after: tuple[Shot, ...]
    stayed: tuple[str, ...] = ()


def split_shot(
    story: Story, shot: Shot, beat: TextBeat | None, frames: int | None, new_id: NewId
) -> ShotEdit:
    """Split a shot. The first half has `frames` frames, and the second half begins with `beat`.

    If `beat` is None, both halves have the complete text. If `frames` is None, the lengths follow from the
    texts of the halves, or are equal if `beat` is None too. If a joined shot is split at its seam, its parked
    neighbour is restored. Raises BadInput.
    """
    if beat is not None and not (beat.line or beat.start):
        raise BadInput("the first half would have no words", "name a later beat, or later words")
    if beat is None and frames is None:
        frames = shot.frames // 2
    first, second = split_text_at(shot, beat)
    at = _share_first_frames(shot, first, second, story.project.rate) if frames is None else frames
    if not 0 < at < shot.frames:
        raise BadInput(
            f"the shot has {shot.frames} frames and can't be split at {at}",
            f"choose a frame from 1 to {shot.frames - 1}",
        )
    words = split_prompt_words(shot, first, second, at)
    first, second = words.first, words.second
    back = _find_absorbed_neighbour(story, shot, second)
    if back is not None:
        parts = list_joined_parts(shot.digest)
        left = split_joined_digest(shot.digest, len(parts) - 1)[0]
        rest = max(1, shot.frames - back.frames)
        before, after = _split_conditioning(shot, rest)
        first = replace(first, frames=rest, digest=left, conditioning=before)
        # The neighbour's own controls did not become part of the joined shot.
        controls = tuple(one for one in back.conditioning if one.control)
        moved = tuple(replace(one, id=new_id("follow"), shot=back.id) for one in after if not one.control)
        second = replace(
            back,
            parked=False,
            scene=shot.scene,
            order=film_order.make_shot_order_key(story, shot.scene, shot.id),
            conditioning=(*controls, *moved),
        )
        return ShotEdit((shot, back), (first, second))
    left, right = make_half_digests(shot.digest)
    # Both halves of a shot in a performance show parts of the same take.
    is_performed = FilmPerformances(story).get_performance(shot) is not None
    before, after = _split_conditioning(shot, at)
    id = new_id("shot")
    first = replace(first, frames=at, digest=left, conditioning=before)
    second = replace(
        second,
        id=id,
        order=film_order.make_shot_order_key(story, shot.scene, shot.id),
        number="",
        frames=shot.frames - at,
        caption="",
        digest=right,
        take="",
        board="",
        chosen=False,
        continues=shot.id,
        continues_as=shot.continues_as or (Continuing.CLOSER if is_performed else Continuing.END),
        own=tuple(pair for pair in shot.own if not pair[0].startswith("continues")),
        conditioning=tuple(replace(one, id=new_id("follow"), shot=id) for one in after),
    )
    return ShotEdit((shot,), (first, second), words.stayed)


def split_text_at(shot: S, beat: TextBeat | None) -> tuple[S, S]:
    """Return two copies of a shot or draft: one with the text before the beat, one with the text from the
    beat on.

    If `beat` is None, both copies have the complete text.
    """
    if beat is None:
        return shot, shot
    line: int = beat.line
    start: int = beat.start
    if not shot.dialogue:
        head, tail = shot.action[:start].rstrip(), shot.action[start:]
        return replace(shot, action=head), replace(shot, action=tail)
    spoken = shot.dialogue[line]
    head, tail = spoken.text[:start].rstrip(), spoken.text[start:]
    before = (*shot.dialogue[:line], replace(spoken, text=head)) if head else shot.dialogue[:line]
    after = (replace(spoken, text=tail), *shot.dialogue[line + 1 :])
    return replace(shot, dialogue=before), replace(shot, dialogue=after)


def _share_first_frames(shot: Shot, first: Shot, second: Shot, rate: Fraction) -> int:
    """Return the number of frames for the first half of a split shot. `shot` is the undivided shot. Its
    length is divided in proportion to the lengths that the texts of the two halves need.
    """
    left, right = (compute_natural_frames(one.action, one.dialogue, "", rate) for one in (first, second))
    return max(1, min(shot.frames - 1, round(shot.frames * left / (left + right))))


def _find_absorbed_neighbour(story: Story, shot: Shot, second: Shot) -> Shot | None:
    """Return the parked shot that was last joined into `shot`, if its text equals the text of the half
    `second`. Return None otherwise.
    """
    parts = list_joined_parts(shot.digest)
    if len(parts) < 2 or parts[-1] == MANUAL_TEXT:
        return None
    for one in story.shots:
        is_it = (
            one.parked and one.digest == parts[-1] and one.scene == shot.scene and not is_deleted_by_user(one)
        )
        if is_it and one.dialogue == second.dialogue and (one.dialogue or one.action == second.action):
            return one
    return None


def _split_conditioning(shot: Shot, at: int) -> tuple[tuple[Conditioning, ...], tuple[Conditioning, ...]]:
    """Divide the conditions (pictures and clips that the takes follow) of a shot that is split at frame `at`.
    Return the conditions of the first and of the second half.

    A condition at a frame goes to the half that contains the frame. A control map, which applies to the
    complete shot, goes to both halves.
    """
    before: list[Conditioning] = []
    after: list[Conditioning] = []
    for one in shot.conditioning:
        from_start = _count_from_start(one, shot.frames)
        if one.control or from_start.frame < at:
            before.append(from_start)
        if one.control or one.frame < 0 <= from_start.frame - at:
            after.append(one)  # A frame that is counted from the end stays the same.
        elif from_start.frame >= at:
            after.append(replace(from_start, frame=from_start.frame - at))
    return tuple(before), tuple(after)


def _count_from_start(one: Conditioning, frames: int) -> Conditioning:
    """Return a condition of a shot with `frames` frames, with its frame counted from the first frame.

    A frame outside the shot, which was set when the shot was longer, becomes the first or the last frame.
    Otherwise it would belong to a neighbouring shot after a join. A control has no frame.
    """
    if one.control:
        return one
    frame = one.frame + frames if one.frame < 0 else one.frame
    return replace(one, frame=max(0, min(frame, frames - 1)))


def join_shots(story: Story, shot: Shot, other: Shot, new_id: NewId) -> ShotEdit:
    """Join two neighbouring shots: `shot` also gets the text and length of `other`.

    `other` is parked with its takes. Shots that continued `other` continue `shot` instead.
    """
    moved = tuple(
        replace(_move_to_joined_shot(one, shot, other), id=new_id("follow"), shot=shot.id)
        for one in other.conditioning
        if not one.control
    )
    worded, stayed = join_prompt_words(shot, other)
    whole = replace(
        worded,
        action=_join_distinct_texts(shot.action, other.action),
        dialogue=_join_dialogue(shot, other),
        characters=tuple(dict.fromkeys((*shot.characters, *other.characters))),
        caption=_join_distinct_texts(shot.caption, other.caption),
        frames=shot.frames + other.frames,
        end_line=max(shot.end_line, other.end_line),
        digest=join_digests(shot.digest, other.digest),
        conditioning=(*(_count_from_start(one, shot.frames) for one in shot.conditioning), *moved),
    )
    later = [one for one in story.shots if one.continues == other.id and one.id not in (shot.id, other.id)]
    return ShotEdit(
        (shot, other, *later),
        (whole, replace(other, parked=True), *(replace(one, continues=shot.id) for one in later)),
        stayed,
    )


def _move_to_joined_shot(one: Conditioning, shot: Shot, other: Shot) -> Conditioning:
    """Return a condition of `other` with its frame in the shot that `shot` and `other` are joined to."""
    if -other.frames <= one.frame < 0:
        return one  # A frame that is counted from the end stays the same.
    from_start = _count_from_start(one, other.frames)
    return replace(from_start, frame=from_start.frame + shot.frames)


def _join_distinct_texts(first: str, second: str) -> str:
    return first if first == second else " ".join(filter(None, (first, second)))


def _join_dialogue(shot: Shot, other: Shot) -> tuple[Line, ...]:
    """Return the lines of both shots. A line that was divided between them is joined again."""
    is_one = "+" not in join_digests(shot.digest, other.digest) and shot.digest
    if not (is_one and shot.dialogue and other.dialogue):
        return (*shot.dialogue, *other.dialogue)
    last, first = shot.dialogue[-1], other.dialogue[0]
    if replace(last, text="") != replace(first, text=""):
        return (*shot.dialogue, *other.dialogue)
    return (*shot.dialogue[:-1], replace(last, text=f"{last.text} {first.text}"), *other.dialogue[1:])


def duplicate_shot(story: Story, shot: Shot, new_id: NewId) -> ShotEdit:
    """Duplicate a shot and insert the copy after it, without takes."""
    id = new_id("shot")
    copy = replace(
        shot,
        id=id,
        order=film_order.make_shot_order_key(story, shot.scene, shot.id),
        number="",
        digest=make_copy_digest(shot.digest, {one.digest for one in story.shots}),
        take="",
        board="",
        chosen=False,
        continues="",
        continues_as=Continuing.END,
        conditioning=tuple(replace(one, id=new_id("follow"), shot=id) for one in shot.conditioning),
    )
    return ShotEdit((), (copy,))
