"""Preserve split, joined and duplicated shots in a commit as long as the text that they were made from is
unchanged.

The script only has the original shots. Before the merge, drafts of the original shots are replaced by drafts
of the film's split, joined or duplicated shots. If the text has changed, or one of these shots is missing,
the original shot is used. There is one exception: a split shot with changed text is split again if the point
of the split is found in the new text (`reworded_splits`). Pure functions.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.commit.reworded_splits import split_draft_again
from milimo_tui.story.shots.own_fields import is_deleted_by_user
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.shot_text import get_shot_words
from milimo_tui.story.values.similarity import compute_dice, count_trigrams
from milimo_tui.story.values.text_pieces import (
    count_complete_texts,
    is_piece_digest,
    list_own_sources,
    list_sources,
)

_SAME = tuple(one.name for one in fields(ShotDraft) if one.name in {each.name for each in fields(Shot)})
# A shot of the script counts as the reworded text of a split shot if their texts are at least this similar
# (Dice coefficient of trigrams, 0 to 1).
MIN_REWORDED_SIMILARITY = 0.45
DraftPosition = tuple[int, int]  # the index of a draft's scene, and the index of the draft in that scene


@dataclass(frozen=True, slots=True)
class DraftsWithPieces:
    """The drafts of a script in which the user's split, joined and duplicated shots are restored.

    `told` has one sentence for each such shot that could not be preserved.
    """

    drafts: tuple[SceneDraft, ...]
    told: tuple[str, ...] = ()


def insert_pieces(
    story: Story, drafts: Sequence[SceneDraft], binned: Collection[str] = ()
) -> DraftsWithPieces:
    """Return the drafts of a script in which the shots that the user split, joined or duplicated in the film
    replace the script's original shots.

    A shot that was split and then reworded is split again where its second half begins. Shots that the user
    deleted are left out. `binned` are the digests of the shots in the bin.
    """
    deleted_digests = {*binned, *(shot.digest for shot in story.shots if is_deleted_by_user(shot))} - {""}
    places: dict[str, deque[DraftPosition]] = defaultdict(deque)
    for at, scene in enumerate(drafts):
        for index, shot in enumerate(scene.shots):
            places[shot.digest].append((at, index))
    put: dict[DraftPosition, list[ShotDraft]] = {}
    # Groups of shots (units) for which the script no longer has the complete text. The Boolean is True if the
    # script still has a part of that text.
    broken: list[tuple[list[Shot], bool]] = []
    for members in _group_related_shots(story, deleted_digests):
        for unit in _split_into_units(members, deleted_digests):
            wanted = sorted(_collect_unit_texts(unit, deleted_digests))
            found = [places[source].popleft() for source in wanted if places[source]]
            if len(found) < len(wanted):
                if not unit[0].parked:
                    broken.append((unit, bool(found)))
                continue
            replaced = [drafts[at].shots[index] for at, index in found]
            put |= {place: [] for place in found}
            put[min(found)] = _restore_performances(
                story, unit, [_draft_from_shot(shot, replaced) for shot in unit]
            )
    messages = _split_reworded_units(story, drafts, broken, put) if broken else ()
    whole = count_complete_texts(digest for digest in deleted_digests if is_piece_digest(digest))
    left_out = deleted_digests | {digest for digest, times in whole.items() if times}
    return DraftsWithPieces(
        tuple(
            replace(scene, shots=tuple(_replace_scene_shots(scene, at, put, left_out)))
            for at, scene in enumerate(drafts)
        ),
        messages,
    )


def _split_reworded_units(
    story: Story,
    drafts: Sequence[SceneDraft],
    broken: Sequence[tuple[list[Shot], bool]],
    put: dict[DraftPosition, list[ShotDraft]],
) -> tuple[str, ...]:
    """Split the shots again that the user had split and whose text was reworded since. Add the pieces to
    `put`, under the position of the reworded shot.

    `broken` has the groups of pieces whose complete text was not found in the script, each with True if a
    part of the text was found. Returns one sentence for each shot that is no longer split.
    """
    written = [replace(scene, heading=scene.get_script_value("heading")) for scene in story.scenes]
    scene_at = {story.scenes[old].id: at for at, old in pair_scenes(written, drafts)[0].items()}
    known = frozenset().union(*(list_sources(shot.digest) for shot in story.shots))
    messages = []
    for unit, some_stands in broken:
        at = scene_at.get(unit[0].scene, -1)
        mine = enumerate(drafts[at].shots if at >= 0 else ())
        fresh = {(at, index): draft for index, draft in mine if draft.digest not in known}
        place = _find_reworded_position(unit, fresh, put)
        draft = drafts[place[0]].shots[place[1]] if place else None
        pieces = split_draft_again(unit, draft, story.project.rate) if draft is not None else ()
        if place and pieces:
            put[place] = _restore_performances(story, unit, pieces)
        elif place or some_stands:
            messages.append(_describe_lost_pieces(story, unit))
    return tuple(messages)


def _find_reworded_position(
    unit: Sequence[Shot], drafts: Mapping[DraftPosition, ShotDraft], put: Mapping[DraftPosition, object]
) -> DraftPosition | None:
    """Return the position in the script of the shot whose words are most similar to the words of `unit`, the
    pieces of one shot. Return None if no shot is similar enough.

    Positions in `put` are not used, because their shots are already replaced.
    """
    trigrams = count_trigrams(" ".join(map(get_shot_words, unit)))
    likely = [
        (compute_dice(trigrams, count_trigrams(get_shot_words(draft))), place)
        for place, draft in drafts.items()
        if place not in put and bool(draft.dialogue) == bool(unit[0].dialogue)
    ]
    best, place = max(likely, default=(0.0, None))
    return place if best >= MIN_REWORDED_SIMILARITY else None


def _describe_lost_pieces(story: Story, unit: Sequence[Shot]) -> str:
    """Return a message that a split or joined shot was lost, such as `2B and 2C were split, but the text is
    changed: they are one shot again`.
    """
    numbers = [story.numbers.get(shot.id, "") for shot in unit]
    is_one = len(numbers) == 1
    names = numbers[0] if is_one else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    if any("+" in shot.digest for shot in unit):
        return (
            f"{names} {'was' if is_one else 'were'} joined, but the text has changed: they are separate again"
        )
    if any("/" in shot.digest for shot in unit):
        return (
            f"{names} {'was' if is_one else 'were'} split, but the text has changed: they are one shot again"
        )
    return f"{names}: the text has changed, and no shot has it twice"


def _restore_performances(story: Story, unit: Sequence[Shot], drafts: Sequence[ShotDraft]) -> list[ShotDraft]:
    """Return the drafts of the shots in `unit` (a group of consecutive shots). If a shot of the group
    continues the performance of another shot, its draft is changed so that it does so too.
    """
    digests = {shot.id: draft.digest for shot, draft in zip(unit, drafts, strict=True)}
    known = {shot.id: shot.digest for shot in story.shots} | digests
    return [
        replace(draft, within=shot.continues_as, leader=known.get(shot.continues, ""))
        if shot.continues_as
        else draft
        for shot, draft in zip(unit, drafts, strict=True)
    ]


def _replace_scene_shots(
    scene: SceneDraft, at: int, put: dict[DraftPosition, list[ShotDraft]], left_out: Collection[str]
) -> Iterator[ShotDraft]:
    for index, shot in enumerate(scene.shots):
        if (at, index) in put:
            yield from put[at, index]
        elif shot.digest not in left_out:
            yield shot


def _group_related_shots(story: Story, deleted_digests: Collection[str]) -> Iterator[list[Shot]]:
    """Yield groups of related shots, each in film order. Shots are related if they were made from the same
    texts of the script.

    Only texts that were split, joined or duplicated count. A group contains its live shots, or its parked
    shots if none is live. `deleted_digests` are the digests of deleted shots.
    """
    kin: dict[str, set[str]] = {}
    scripted = [shot for shot in story.shots if shot.digest and not is_deleted_by_user(shot)]
    texts = (*(shot.digest for shot in scripted), *deleted_digests)
    pieces = {source for digest in texts if is_piece_digest(digest) for source in list_sources(digest)}
    for digest in texts:
        mine = list_sources(digest) & pieces
        if mine:
            merged = set().union(mine, *(kin.get(source, set()) for source in mine))
            kin |= dict.fromkeys(merged, merged)
    family: dict[int, list[Shot]] = defaultdict(list)
    for shot in scripted:
        found = next((kin[source] for source in list_sources(shot.digest) if source in kin), None)
        if found is not None:
            family[id(found)].append(shot)
    for members in family.values():
        yield [shot for shot in members if not shot.parked] or members


def _split_into_units(members: Sequence[Shot], deleted_digests: Collection[str]) -> Iterator[list[Shot]]:
    """Divide related shots into units of consecutive shots. The shots of a unit together have the complete
    text of one or more shots of the script.

    A duplicated shot belongs to the unit of the shot before it. The texts of deleted shots (digests
    `deleted_digests`) count as present.
    """
    mine = frozenset().union(*(list_sources(shot.digest) for shot in members))
    deleted = [digest for digest in deleted_digests if list_sources(digest) & mine]
    unit: list[Shot] = []
    closed: list[list[Shot]] = []
    for shot in members:
        if closed and not unit and not list_own_sources(shot.digest):
            closed[-1].append(shot)
            continue
        unit.append(shot)
        texts = _collect_unit_texts(unit, deleted)
        if texts and texts <= set(count_complete_texts([*(one.digest for one in unit), *deleted])):
            closed.append(unit)
            unit, deleted = [], []
    yield from closed


def _collect_unit_texts(unit: Iterable[Shot], deleted: Collection[str]) -> frozenset[str]:
    """Return the digests of the script texts that belong to a unit, which is a group of consecutive shots.
    These are all texts that the shots contain as originals. A text that they contain only as a copy is
    included if the deleted shots have all of it.
    """
    own = frozenset().union(*(list_own_sources(shot.digest) for shot in unit))
    every = frozenset().union(*(list_sources(shot.digest) for shot in unit))
    return own | (every & set(count_complete_texts(deleted)))


def _draft_from_shot(shot: Shot, replaced: Sequence[ShotDraft]) -> ShotDraft:
    """Return a draft that has the text and framing of a shot in the film, as if the script contained that
    shot. Its line range covers the drafts that it replaces.
    """
    lines = [one for one in replaced if one.digest in list_sources(shot.digest)] or replaced
    draft = ShotDraft(**{name: getattr(shot, name) for name in _SAME})
    return replace(draft, line=min(one.line for one in lines), end_line=max(one.end_line for one in lines))
