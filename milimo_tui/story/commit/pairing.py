"""Which old scene or shot a new one is: by equal text wherever it stands, then by likeness.

Scenes go in stages: equal text, equal body under another heading, then likeness of words helped by the
heading and by neighbours already paired. Shots: equal text in the same scene, anywhere, among the parked;
then likeness inside one scene. Pairs are kept as new index → old index.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from milimo_tui.story.shots.shots import SceneDraft, ShotDraft
from milimo_tui.story.values.film import Line, Scene, Shot
from milimo_tui.story.values.similarity import Weighed, assign, dice, ratio, trigrams
from milimo_tui.story.values.text import fold

Pairs = dict[int, int]

_BODY_ALONE = 40  # characters of a body that may be recognised under another heading
_SURE, _LIKELY, _WORDS_NEEDED, _WITHOUT_WORDS = 0.45, 0.30, 0.12, 0.35
_NEIGHBOUR = 0.08
_LOOKED_AT = 8  # old texts compared with a new one
_SHOT_LIKELY, _POSITION = 0.45, 0.02
_ALL_PAIRS = 2500  # up to here every pair of shots is compared, beyond it only the likely ones


def pair_scenes(old: Sequence[Scene], new: Sequence[SceneDraft]) -> tuple[Pairs, frozenset[int]]:
    """Pair scenes, and the new ones whose pair is doubtful.

    Parked scenes come back for equal text or a sure likeness; scenes added by hand (line 0) never pair.
    """
    live = [index for index, scene in enumerate(old) if scene.line and not scene.parked]
    parked = [index for index, scene in enumerate(old) if scene.line and scene.parked]
    bodies = {index: fold(draft.text) for index, draft in enumerate(new)}
    wholes = {index: (fold(draft.heading), bodies[index]) for index, draft in enumerate(new)}
    pairs: Pairs = {}
    for candidates in (live, parked):
        whole = {index: (fold(old[index].heading), fold(old[index].text)) for index in candidates}
        _pair_equal(pairs, whole, wholes)
        _pair_equal(pairs, {at: key[1] for at, key in whole.items() if len(key[1]) > _BODY_ALONE}, bodies)
    doubtful = _Likeness(old, new, live, pairs, _LIKELY).pair()
    _Likeness(old, new, parked, pairs, _SURE).pair()
    return pairs, frozenset(doubtful)


def _pair_equal(pairs: Pairs, old: Mapping[int, Hashable], new: Mapping[int, Hashable]) -> None:
    """Pair equal keys; of several alike the first goes to the first, the second to the second."""
    taken = set(pairs.values())
    waiting: dict[Hashable, deque[int]] = defaultdict(deque)
    for index, key in old.items():
        if index not in taken:
            waiting[key].append(index)
    for index, key in new.items():
        if index not in pairs and key in waiting and waiting[key]:
            pairs[index] = waiting[key].popleft()


@dataclass(slots=True)
class _Likeness:
    """Pairs the scenes that are left, by score, as long as new pairs make new neighbours."""

    old: Sequence[Scene]
    new: Sequence[SceneDraft]
    candidates: Sequence[int]
    pairs: Pairs
    least: float
    position: dict[int, int] = field(default_factory=dict)

    def pair(self) -> set[int]:
        """Extend `pairs`; the new scenes paired below the sure threshold."""
        self.position = {index: place for place, index in enumerate(self.candidates)}
        alike = self._alike()
        doubtful: set[int] = set()
        while True:
            taken = set(self.pairs.values())
            scores = [
                (score, old, new)
                for (old, new), parts in alike.items()
                if new not in self.pairs and old not in taken and (score := self._score(old, new, *parts))
            ]
            if not scores:
                return doubtful
            best = [row for row in scores if row[0] >= _SURE] or scores
            found = assign(best)
            self.pairs.update(found)
            doubtful.update(new for score, old, new in best if score < _SURE and found.get(new) == old)

    def _alike(self) -> dict[tuple[int, int], tuple[float, float]]:
        """(old, new) → likeness of bodies and of headings, for the pairs worth a look."""
        taken = set(self.pairs.values())
        left_old = [index for index in self.candidates if index not in taken]
        left_new = [index for index in range(len(self.new)) if index not in self.pairs]
        if not left_old or not left_new:
            return {}
        weighed = Weighed(
            [self.old[index].text for index in left_old], [self.new[index].text for index in left_new]
        )
        place = {index: at for at, index in enumerate(left_old)}
        headings: dict[str, list[int]] = defaultdict(list)
        for at, index in enumerate(left_old):
            headings[fold(self.old[index].heading)].append(at)
        out: dict[tuple[int, int], tuple[float, float]] = {}
        for at_new, new in enumerate(left_new):
            likely = set(weighed.likely(at_new, _LOOKED_AT))
            likely.update(headings.get(fold(self.new[new].heading), ())[:_LOOKED_AT])
            likely.update(place[old] for old in self._between(new) if old in place)
            for at_old in likely:
                heading = ratio(self.old[left_old[at_old]].heading, self.new[new].heading)
                out[left_old[at_old], new] = (weighed.dice(at_old, at_new), heading)
        return out

    def _between(self, new: int) -> list[int]:
        """Old scenes that stand where the new one's neighbours stood."""
        out = []
        for step in (-1, 1):
            place = self.position.get(self.pairs.get(new + step, -1))
            if place is not None and 0 <= place - step < len(self.candidates):
                out.append(self.candidates[place - step])
        return out

    def _score(self, old: int, new: int, alike: float, heading: float) -> float:
        """The score of a pair, 0 if it is not to be accepted."""
        near = sum(
            self.position.get(self.pairs.get(new + step, -1)) == self.position[old] + step for step in (-1, 1)
        )
        score = 0.8 * alike + (0.2 * heading if heading > 0.6 else 0.0) + _NEIGHBOUR * near
        accepted = score >= self.least and (alike >= _WORDS_NEEDED or score >= _WITHOUT_WORDS)
        return score if accepted else 0.0


# ------------------------------------------------------------------ shots


def pair_shots(old: Sequence[Shot], new: Sequence[tuple[str, ShotDraft]]) -> Pairs:
    """Pair shots; `new` holds drafts with the id of the scene each will be in. Hand-added ones never pair."""
    pairs: Pairs = {}
    here = {index: (scene, draft.digest) for index, (scene, draft) in enumerate(new)}
    anywhere = {index: draft.digest for index, (_, draft) in enumerate(new)}
    for parked in (False, True):
        scripted = {index: shot for index, shot in enumerate(old) if shot.digest and shot.parked is parked}
        _pair_equal(pairs, {index: (shot.scene, shot.digest) for index, shot in scripted.items()}, here)
        _pair_equal(pairs, {index: shot.digest for index, shot in scripted.items()}, anywhere)
    _pair_by_scene(pairs, old, new)
    return pairs


def _pair_by_scene(pairs: Pairs, old: Sequence[Shot], new: Sequence[tuple[str, ShotDraft]]) -> None:
    taken = set(pairs.values())
    old_in: dict[str, list[int]] = defaultdict(list)
    new_in: dict[str, list[int]] = defaultdict(list)
    for index, shot in enumerate(old):
        if shot.digest and not shot.parked:
            old_in[shot.scene].append(index)
    for index, (scene, _) in enumerate(new):
        new_in[scene].append(index)
    for scene, places in new_in.items():
        left_old = [index for index in old_in[scene] if index not in taken]
        left_new = [index for index in places if index not in pairs]
        if left_old and left_new:
            pairs.update(_alike_shots(old, new, old_in[scene], places, left_old, left_new))
            _pair_rewritten(pairs, old, new, old_in[scene], places)


def _alike_shots(
    old: Sequence[Shot],
    new: Sequence[tuple[str, ShotDraft]],
    old_places: Sequence[int],
    new_places: Sequence[int],
    left_old: Sequence[int],
    left_new: Sequence[int],
) -> Pairs:
    """Shots of one scene by likeness of letters, with a small bonus for standing at the same place."""
    where_old = {index: at / len(old_places) for at, index in enumerate(old_places)}
    where_new = {index: at / len(new_places) for at, index in enumerate(new_places)}
    texts_old = [_text(old[index].dialogue, old[index].action, old[index].caption) for index in left_old]
    texts_new = [
        _text(new[index][1].dialogue, new[index][1].action, new[index][1].caption) for index in left_new
    ]
    pieces_old, pieces_new = [trigrams(text) for text in texts_old], [trigrams(text) for text in texts_new]
    few = len(left_old) * len(left_new) <= _ALL_PAIRS
    weighed = None if few else Weighed(texts_old, texts_new)
    scores: list[tuple[float, int, int]] = []
    for at_new, new_index in enumerate(left_new):
        for at_old in weighed.likely(at_new, _LOOKED_AT) if weighed else range(len(left_old)):
            distance = abs(where_old[left_old[at_old]] - where_new[new_index])
            score = dice(pieces_old[at_old], pieces_new[at_new]) + _POSITION * (1 - distance)
            if score >= _SHOT_LIKELY:
                scores.append((score, left_old[at_old], new_index))
    return assign(scores)


def _pair_rewritten(
    pairs: Pairs,
    old: Sequence[Shot],
    new: Sequence[tuple[str, ShotDraft]],
    old_places: Sequence[int],
    new_places: Sequence[int],
) -> None:
    """A speech written anew between the same neighbours, by the same voice, is still that shot."""
    before = {index: old_places[at - 1] if at else -1 for at, index in enumerate(old_places)}
    taken = set(pairs.values())
    at_place = {index: at for at, index in enumerate(old_places)}
    for at, new_index in enumerate(new_places):
        if new_index in pairs or not new[new_index][1].dialogue:
            continue
        previous = pairs.get(new_places[at - 1], -2) if at else -1
        expected = at_place[previous] + 1 if previous in at_place else 0 if previous == -1 else None
        if expected is None or expected >= len(old_places):
            continue
        candidate = old_places[expected]
        same_voice = _voices(old[candidate].dialogue) == _voices(new[new_index][1].dialogue)
        if candidate not in taken and before[candidate] == previous and same_voice:
            pairs[new_index] = candidate
            taken.add(candidate)


def _voices(dialogue: Sequence[Line]) -> set[str]:
    return {fold(line.character) for line in dialogue}


def _text(dialogue: Sequence[Line], action: str, caption: str) -> str:
    """What a shot is compared by: its words, and who says them; a speech's own action is left out."""
    spoken = " ".join(f"{line.character}: {line.text}" for line in dialogue)
    return f"{spoken or action} {caption}".strip()
