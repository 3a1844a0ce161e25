"""A commit after somebody split, joined or duplicated shots: where their text still stands they stay so.

The script's own shots are put together as the film has them, before they are merged; where a text is another
by now, or a piece of it is missing, the script's shot comes as it is. Pure.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields, replace

from milimo_tui.story.shots.own_fields import is_deleted
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.text_pieces import is_piece, own_sources, sources, whole_texts

_SAME = tuple(one.name for one in fields(ShotDraft) if one.name in {each.name for each in fields(Shot)})
Place = tuple[int, int]  # of a draft: its scene, and where in it


def with_pieces(
    story: Story, drafts: Sequence[SceneDraft], binned: Collection[str] = ()
) -> tuple[SceneDraft, ...]:
    """The drafts of a screenplay with the shots of the film that are pieces of theirs in their places.

    `binned` are the digests of shots in the bin; those that a person deleted are left out of the drafts.
    """
    gone = {*binned, *(shot.digest for shot in story.shots if is_deleted(shot))} - {""}
    places: dict[str, deque[Place]] = defaultdict(deque)
    for at, scene in enumerate(drafts):
        for index, shot in enumerate(scene.shots):
            places[shot.digest].append((at, index))
    put: dict[Place, list[ShotDraft]] = {}
    for members in _families(story, gone):
        for unit in _units(members, gone):
            wanted = sorted(_texts(unit, gone))
            found = [places[source].popleft() for source in wanted if places[source]]
            if len(found) < len(wanted):
                continue
            replaced = [drafts[at].shots[index] for at, index in found]
            put |= {place: [] for place in found}
            put[min(found)] = [_draft(shot, replaced) for shot in unit]
    whole = whole_texts(digest for digest in gone if is_piece(digest))
    left_out = gone | {digest for digest, times in whole.items() if times}
    return tuple(
        replace(scene, shots=tuple(_shots(scene, at, put, left_out))) for at, scene in enumerate(drafts)
    )


def _shots(
    scene: SceneDraft, at: int, put: dict[Place, list[ShotDraft]], left_out: Collection[str]
) -> Iterator[ShotDraft]:
    for index, shot in enumerate(scene.shots):
        if (at, index) in put:
            yield from put[at, index]
        elif shot.digest not in left_out:
            yield shot


def _families(story: Story, gone: Collection[str]) -> Iterator[list[Shot]]:
    """Shots that have text of the same shots of the script, in film order, where any of them is a piece.

    The live ones; where there are none, those that were parked.
    """
    kin: dict[str, set[str]] = {}
    scripted = [shot for shot in story.shots if shot.digest and not is_deleted(shot)]
    texts = (*(shot.digest for shot in scripted), *gone)
    pieces = {source for digest in texts if is_piece(digest) for source in sources(digest)}
    for digest in texts:
        mine = sources(digest) & pieces
        if mine:
            merged = set().union(mine, *(kin.get(source, set()) for source in mine))
            kin |= dict.fromkeys(merged, merged)
    family: dict[int, list[Shot]] = defaultdict(list)
    for shot in scripted:
        found = next((kin[source] for source in sources(shot.digest) if source in kin), None)
        if found is not None:
            family[id(found)].append(shot)
    for members in family.values():
        yield [shot for shot in members if not shot.parked] or members


def _units(members: Sequence[Shot], gone: Collection[str]) -> Iterator[list[Shot]]:
    """Shots, one after the other, that have the whole text of some shots of the script between them.

    A copy goes along with what stands before it.
    """
    mine = frozenset().union(*(sources(shot.digest) for shot in members))
    deleted = [digest for digest in gone if sources(digest) & mine]
    unit: list[Shot] = []
    closed: list[list[Shot]] = []
    for shot in members:
        if closed and not unit and not own_sources(shot.digest):
            closed[-1].append(shot)
            continue
        unit.append(shot)
        texts = _texts(unit, deleted)
        if texts and texts <= set(whole_texts([*(one.digest for one in unit), *deleted])):
            closed.append(unit)
            unit, deleted = [], []
    yield from closed


def _texts(unit: Iterable[Shot], deleted: Collection[str]) -> frozenset[str]:
    """What shots have the text of, deleted ones beside them."""
    own = frozenset().union(*(own_sources(shot.digest) for shot in unit))
    every = frozenset().union(*(sources(shot.digest) for shot in unit))
    return own | (every & set(whole_texts(deleted)))


def _draft(shot: Shot, replaced: Sequence[ShotDraft]) -> ShotDraft:
    """A shot of the film as the script would have made it, at the lines of what it has text of."""
    lines = [one for one in replaced if one.digest in sources(shot.digest)] or replaced
    draft = ShotDraft(**{name: getattr(shot, name) for name in _SAME})
    return replace(draft, line=min(one.line for one in lines), end_line=max(one.end_line for one in lines))
