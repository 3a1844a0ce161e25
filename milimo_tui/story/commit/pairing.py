"""Pair the scenes and shots of a film with the drafts of a new script: first by equal text anywhere, then by
similarity.

Scenes are paired in stages: by equal heading and text, by equal text under another heading, and by similar
words. In the last stage, a similar heading and neighbours that are already paired raise the score. Shots are
paired by equal text in the same scene, then anywhere, then among the parked shots, and finally by similarity
inside one scene. The resulting pairs map the index of a new item to the index of an old item.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from milimo_tui.story.shots.shots import SceneDraft, ShotDraft
from milimo_tui.story.values.film import Line, Scene, Shot
from milimo_tui.story.values.similarity import (
    WeightedTexts,
    assign_best_pairs,
    compare_short_texts,
    compute_dice,
    count_trigrams,
)
from milimo_tui.story.values.text import fold

Pairs = dict[int, int]

# A scene whose heading has changed is recognized by equal text only if the text is longer than this number of
# characters. Short texts may be equal by chance.
_MIN_BODY_LENGTH = 40
_SURE, _LIKELY, _WORDS_NEEDED, _WITHOUT_WORDS = 0.45, 0.30, 0.12, 0.35
_NEIGHBOUR_BONUS = 0.08
# Each new text is compared in detail with at most this many old texts, the most likely ones.
_MAX_CANDIDATES = 8
_SHOT_LIKELY, _POSITION = 0.45, 0.02
# Up to this number of possible pairs, every pair of shots is compared. Above it, only likely pairs are
# compared.
_MAX_COMPARED_PAIRS = 2500


def pair_scenes(old: Sequence[Scene], new: Sequence[SceneDraft]) -> tuple[Pairs, frozenset[int]]:
    """Return the pairs of old scenes and new drafts, and the new drafts whose pair is doubtful.

    A parked scene is only paired by equal text or very high similarity. Manual scenes, whose line is 0, are
    never paired.
    """
    live = [index for index, scene in enumerate(old) if scene.line and not scene.parked]
    parked = [index for index, scene in enumerate(old) if scene.line and scene.parked]
    bodies = {index: fold(draft.text) for index, draft in enumerate(new)}
    wholes = {index: (fold(draft.heading), bodies[index]) for index, draft in enumerate(new)}
    pairs: Pairs = {}
    for candidates in (live, parked):
        whole = {index: (fold(old[index].heading), fold(old[index].text)) for index in candidates}
        _pair_equal_keys(pairs, whole, wholes)
        _pair_equal_keys(
            pairs, {at: key[1] for at, key in whole.items() if len(key[1]) > _MIN_BODY_LENGTH}, bodies
        )
    doubtful = _ScenePairing(old, new, live, pairs, _LIKELY).pair_by_score()
    _ScenePairing(old, new, parked, pairs, _SURE).pair_by_score()
    return pairs, frozenset(doubtful)


def _pair_equal_keys(pairs: Pairs, old: Mapping[int, Hashable], new: Mapping[int, Hashable]) -> None:
    """Pair old and new items whose keys are equal, and add the pairs to `pairs`. If a key occurs several
    times, its first old item is paired with its first new item, and so on.
    """
    taken = set(pairs.values())
    waiting: dict[Hashable, deque[int]] = defaultdict(deque)
    for index, key in old.items():
        if index not in taken:
            waiting[key].append(index)
    for index, key in new.items():
        if index not in pairs and key in waiting and waiting[key]:
            pairs[index] = waiting[key].popleft()


@dataclass(slots=True)
class _ScenePairing:
    """The pairing of scenes that have no equal text, by a score of similarity. Two paired scenes raise the
    scores of the scenes next to them, so pairing is repeated until no further pair is found.

    `candidates` are the old scenes that may be paired, and `least` is the smallest accepted score.
    """

    old: Sequence[Scene]
    new: Sequence[SceneDraft]
    candidates: Sequence[int]
    pairs: Pairs
    least: float
    position: dict[int, int] = field(default_factory=dict)

    def pair_by_score(self) -> set[int]:
        """Add pairs to `pairs`. Return the new scenes that were paired with a score below `_SURE`."""
        self.position = {index: place for place, index in enumerate(self.candidates)}
        similarities = self._compute_similarities()
        doubtful: set[int] = set()
        while True:
            taken = set(self.pairs.values())
            scores = [
                (score, old, new)
                for (old, new), parts in similarities.items()
                if new not in self.pairs
                and old not in taken
                and (score := self._score_scene_pair(old, new, *parts))
            ]
            if not scores:
                return doubtful
            best = [row for row in scores if row[0] >= _SURE] or scores
            found = assign_best_pairs(best)
            self.pairs.update(found)
            doubtful.update(new for score, old, new in best if score < _SURE and found.get(new) == old)

    def _compute_similarities(self) -> dict[tuple[int, int], tuple[float, float]]:
        """Compare those old scenes and new scenes that have something in common. For each compared pair (old,
        new), return the similarity of the texts and the similarity of the headings, each from 0 to 1.
        """
        taken = set(self.pairs.values())
        left_old = [index for index in self.candidates if index not in taken]
        left_new = [index for index in range(len(self.new)) if index not in self.pairs]
        if not left_old or not left_new:
            return {}
        weighed = WeightedTexts(
            [self.old[index].text for index in left_old], [self.new[index].text for index in left_new]
        )
        place = {index: at for at, index in enumerate(left_old)}
        headings: dict[str, list[int]] = defaultdict(list)
        for at, index in enumerate(left_old):
            headings[fold(self.old[index].heading)].append(at)
        out: dict[tuple[int, int], tuple[float, float]] = {}
        for at_new, new in enumerate(left_new):
            likely = set(weighed.find_likely(at_new, _MAX_CANDIDATES))
            likely.update(headings.get(fold(self.new[new].heading), ())[:_MAX_CANDIDATES])
            likely.update(place[old] for old in self._find_scenes_between_neighbours(new) if old in place)
            for at_old in likely:
                heading = compare_short_texts(self.old[left_old[at_old]].heading, self.new[new].heading)
                out[left_old[at_old], new] = (weighed.compute_weighted_dice(at_old, at_new), heading)
        return out

    def _find_scenes_between_neighbours(self, new: int) -> list[int]:
        """Return the old scenes that probably match the new scene `new`, judged by its neighbours. If the
        previous new scene is paired, this is the scene after its old scene. If the next new scene is paired,
        this is also the scene before its old scene.
        """
        out = []
        for step in (-1, 1):
            place = self.position.get(self.pairs.get(new + step, -1))
            if place is not None and 0 <= place - step < len(self.candidates):
                out.append(self.candidates[place - step])
        return out

    def _score_scene_pair(self, old: int, new: int, similarity: float, heading: float) -> float:
        """Return the score of a pair of scenes, or 0 if it is not accepted. `similarity` and `heading` are
        the similarities of text and heading.
        """
        near = sum(
            self.position.get(self.pairs.get(new + step, -1)) == self.position[old] + step for step in (-1, 1)
        )
        score = 0.8 * similarity + (0.2 * heading if heading > 0.6 else 0.0) + _NEIGHBOUR_BONUS * near
        accepted = score >= self.least and (similarity >= _WORDS_NEEDED or score >= _WITHOUT_WORDS)
        return score if accepted else 0.0


# ------------------------------------------------------------------ shots


def pair_shots(old: Sequence[Shot], new: Sequence[tuple[str, ShotDraft]]) -> Pairs:
    """Return the pairs of shots. `new` has each draft with the id of its scene. Manual shots are never
    paired.
    """
    pairs: Pairs = {}
    here = {index: (scene, draft.digest) for index, (scene, draft) in enumerate(new)}
    anywhere = {index: draft.digest for index, (_, draft) in enumerate(new)}
    for parked in (False, True):
        scripted = {index: shot for index, shot in enumerate(old) if shot.digest and shot.parked is parked}
        _pair_equal_keys(pairs, {index: (shot.scene, shot.digest) for index, shot in scripted.items()}, here)
        _pair_equal_keys(pairs, {index: shot.digest for index, shot in scripted.items()}, anywhere)
    _pair_shots_within_scenes(pairs, old, new)
    return pairs


def _pair_shots_within_scenes(
    pairs: Pairs, old: Sequence[Shot], new: Sequence[tuple[str, ShotDraft]]
) -> None:
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
            pairs.update(_pair_similar_shots(old, new, old_in[scene], places, left_old, left_new))
            _pair_rewritten_speeches(pairs, old, new, old_in[scene], places)


def _pair_similar_shots(
    old: Sequence[Shot],
    new: Sequence[tuple[str, ShotDraft]],
    old_places: Sequence[int],
    new_places: Sequence[int],
    left_old: Sequence[int],
    left_new: Sequence[int],
) -> Pairs:
    """Pair the shots of one scene whose spelling is similar (measured by trigrams). A similar position in the
    scene adds a small bonus.

    `old_places` and `new_places` are the indexes of all shots of the scene. `left_old` and `left_new` are the
    indexes of the shots that are not paired yet.
    """
    where_old = {index: at / len(old_places) for at, index in enumerate(old_places)}
    where_new = {index: at / len(new_places) for at, index in enumerate(new_places)}
    texts_old = [
        _join_comparable_text(old[index].dialogue, old[index].action, old[index].caption)
        for index in left_old
    ]
    texts_new = [
        _join_comparable_text(new[index][1].dialogue, new[index][1].action, new[index][1].caption)
        for index in left_new
    ]
    pieces_old, pieces_new = (
        [count_trigrams(text) for text in texts_old],
        [count_trigrams(text) for text in texts_new],
    )
    few = len(left_old) * len(left_new) <= _MAX_COMPARED_PAIRS
    weighed = None if few else WeightedTexts(texts_old, texts_new)
    scores: list[tuple[float, int, int]] = []
    for at_new, new_index in enumerate(left_new):
        for at_old in weighed.find_likely(at_new, _MAX_CANDIDATES) if weighed else range(len(left_old)):
            distance = abs(where_old[left_old[at_old]] - where_new[new_index])
            score = compute_dice(pieces_old[at_old], pieces_new[at_new]) + _POSITION * (1 - distance)
            if score >= _SHOT_LIKELY:
                scores.append((score, left_old[at_old], new_index))
    return assign_best_pairs(scores)


def _pair_rewritten_speeches(
    pairs: Pairs,
    old: Sequence[Shot],
    new: Sequence[tuple[str, ShotDraft]],
    old_places: Sequence[int],
    new_places: Sequence[int],
) -> None:
    """Pair speeches that were rewritten completely, and add the pairs to `pairs`. If the shot before a speech
    is paired, the speech is paired with the old shot that follows that shot's pair. Both must have the same
    speakers.
    """
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
        same_voice = _list_folded_speakers(old[candidate].dialogue) == _list_folded_speakers(
            new[new_index][1].dialogue
        )
        if candidate not in taken and before[candidate] == previous and same_voice:
            pairs[new_index] = candidate
            taken.add(candidate)


def _list_folded_speakers(dialogue: Sequence[Line]) -> set[str]:
    return {fold(line.character) for line in dialogue}


def _join_comparable_text(dialogue: Sequence[Line], action: str, caption: str) -> str:
    """Return the text by which a shot is compared: its dialogue with speakers, or else its action, and its
    caption.
    """
    spoken = " ".join(f"{line.character}: {line.text}" for line in dialogue)
    return f"{spoken or action} {caption}".strip()
