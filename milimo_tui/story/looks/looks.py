"""Choice of the look of an element that applies at a shot, and the words for its visible part. Pure
functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.story.values.film import Element, Look, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Era


@dataclass(frozen=True, slots=True)
class _PlacedLook:
    """A look with the range of the film in which it can apply: the positions of the first and last shot.
    `shots` is the number of shots in this range. `is_read` is True for a look that was found in a scene with
    an accepted reading, and that does not end before the film.
    """

    look: Look
    first: int
    last: int
    shots: int
    is_read: bool = False


@dataclass(slots=True)
class _LookIndex:
    """An index of a film: the position of each shot, and the looks of each element in order of precedence."""

    place: dict[str, int] = field(default_factory=dict)
    eras: dict[str, Era] = field(default_factory=dict)  # Maps a scene to its era.
    by_id: dict[str, Look] = field(default_factory=dict)
    by_element: dict[str, tuple[_PlacedLook, ...]] = field(default_factory=dict)
    found_words: dict[str, set[str]] = field(default_factory=dict)


_Source = tuple[tuple[Scene, ...], tuple[Shot, ...], tuple[Look, ...]]
# The index of the last film is cached, because callers ask about the same film shot by shot.
_last: tuple[_Source, _LookIndex] | None = None


def find_look_at_shot(story: Story, shot: Shot, element: Element) -> Look | None:
    """Return the look of an element that applies at a shot, or None. A look that the user chose for the shot
    takes precedence, then the look with the fewest shots. A look of the user takes precedence over looks of
    an accepted reading, which only add a later state (such as “soaked”) to it.

    If the user wrote a description of the element, a look found in the script only adds its state (such as
    “soaked”) to this description.
    """
    if not story.looks:
        return None
    index = _get_look_index(story)
    look = index.by_id.get(dict(shot.looks).get(element.id, ""))
    if look is None or look.element != element.id:
        look = _choose_look(index, element.id, _list_looks_at_shot(index, shot, element.id))
    return look if look is None else _add_user_description(index, element, look)


def _choose_look(index: _LookIndex, element: str, rows: Sequence[_PlacedLook]) -> Look | None:
    """Return the look that applies at a shot. `rows` are the looks there, in order of precedence."""
    mine = next((each for each in rows if not each.look.found), None)
    found = next((each for each in rows if each.look.found), None)
    if mine is None or found is None or not found.is_read:
        return rows[0].look if rows else None
    same_era = (each for each in index.by_element[element] if each.look.era == mine.look.era)
    before = next(
        (each for each in same_era if each.look.found and each.first <= mine.first <= each.last), None
    )
    if before is not None and before.look.age != found.look.age:
        return rows[0].look  # The look of another time, such as ten years later.
    state = found.look.condition
    is_older = before is not None and before.look.condition == state
    if found.first <= mine.first or not state or mine.look.condition or is_older:
        return mine.look
    text = f"{mine.look.text.strip().rstrip('.')}, {state}" if mine.look.text.strip() else ""
    return replace(mine.look, text=text, condition=state)


def _add_user_description(index: _LookIndex, element: Element, look: Look) -> Look:
    """Return a look found in the script with the description that the user wrote of its element. Other looks
    are returned unchanged.
    """
    if not look.found or not element.description:
        return look
    if element.found or element.description in index.found_words.get(element.id, ()):
        return look
    return replace(look, text=", ".join(filter(None, (element.description.rstrip("."), look.condition))))


def make_look_of_user(story: Story, element: Element, look: Look) -> Look:
    """Return a look as one of the user, which a commit preserves. A look found in the script keeps the words
    that it shows now.
    """
    if not look.found:
        return look
    shown = _add_user_description(_get_look_index(story), element, look)
    return replace(look, text=describe_visible_look(element, shown), found=False)


def describe_visible_look(element: Element, look: Look | None) -> str:
    """Return the words for the visible appearance of an element, without its name; empty if nothing is known.

    If a look found in the script has no words, the earlier appearance no longer applies, so nothing is known.
    """
    text = join_look_words(look) if look else ""
    if look is not None and look.found and element.found:
        return text
    return text or element.description.strip().rstrip(".")


def join_look_words(look: Look) -> str:
    """Return the text of a look, or its fields joined with commas if it has no text."""
    fields = (look.age, look.wardrobe, look.hair, look.condition)
    return look.text.strip().rstrip(".") or ", ".join(filter(None, fields))


def apply_looks_at_shot(story: Story, shot: Shot) -> tuple[Element, ...]:
    """Return all elements of the film, each with the description that its look gives it at a shot."""
    if not story.looks:
        return story.elements
    return tuple(
        element
        if (look := find_look_at_shot(story, shot, element)) is None
        else replace(element, description=describe_visible_look(element, look))
        for element in story.elements
    )


def list_shots_with_look(story: Story, look: Look) -> tuple[Shot, ...]:
    """Return the shots at which a look applies and is not overridden by another look, in film order."""
    element = next((each for each in story.elements if each.id == look.element), None)
    if element is None:
        return ()
    pairs = ((shot, find_look_at_shot(story, shot, element)) for shot in story.live_shots())
    return tuple(shot for shot, found in pairs if found is not None and found.id == look.id)


def is_look_placed(story: Story, look: Look) -> bool:
    """Return True if the first and the last shot of a look are in the film, so that the look can apply."""
    return any(each.look.id == look.id for each in _get_look_index(story).by_element.get(look.element, ()))


def apply_look_inputs(story: Story, shot: Shot, element: Element) -> Element:
    """Return an element with the pictures, LoRAs and voice that generation must use at a shot. They are those
    of the look that applies there. If the look does not have a value, the element's own value stays.
    """
    look = find_look_at_shot(story, shot, element)
    if look is None or not (look.references or look.loras or look.sample):
        return element
    return replace(
        element,
        sample=look.sample or element.sample,
        references=look.references or element.references,
        loras=look.loras or element.loras,
    )


def _list_looks_at_shot(index: _LookIndex, shot: Shot, element: str) -> list[_PlacedLook]:
    at = index.place.get(shot.id)
    if at is None:
        return []
    era = index.eras.get(shot.scene, Era.PRESENT)
    return [
        each
        for each in index.by_element.get(element, ())
        if each.first <= at <= each.last and each.look.era == era
    ]


def _get_look_index(story: Story) -> _LookIndex:
    global _last
    known = _last
    source = (story.scenes, story.shots, story.looks)
    if known is not None and all(mine is other for mine, other in zip(source, known[0], strict=True)):
        return known[1]
    index = _build_look_index(story)
    _last = (source, index)
    return index


def _build_look_index(story: Story) -> _LookIndex:
    shots = story.live_shots()
    index = _LookIndex(
        place={shot.id: at for at, shot in enumerate(shots)},
        eras={scene.id: scene.era for scene in story.scenes},
        by_id={look.id: look for look in story.looks},
    )
    # For each era, the number of its shots before each position.
    before: dict[Era, list[int]] = {era: [0] for era in Era}
    for shot in shots:
        shot_era = index.eras.get(shot.scene, Era.PRESENT)
        for era, counts in before.items():
            counts.append(counts[-1] + (era is shot_era))
    placed: dict[str, list[_PlacedLook]] = defaultdict(list)
    read = {scene.id for scene in story.scenes if scene.breakdown}
    read_shots = {shot.id for shot in shots if shot.scene in read}
    for look in story.looks:
        if look.found:
            index.found_words.setdefault(look.element, set()).add(join_look_words(look))
        first = index.place.get(look.begins) if look.begins else 0
        last = index.place.get(look.ends) if look.ends else len(shots) - 1
        if first is None or last is None or last < first:
            continue
        counts = before[look.era]
        is_read = look.found and not look.ends and look.begins in read_shots
        placed[look.element].append(_PlacedLook(look, first, last, counts[last + 1] - counts[first], is_read))
    for element, rows in placed.items():
        # The look with the fewest shots comes first. Of looks with equally many shots, the look that begins
        # later comes first, and then the look with the higher order number.
        by_order = sorted(rows, key=lambda each: (each.first, each.look.order), reverse=True)
        index.by_element[element] = tuple(sorted(by_order, key=lambda each: each.shots))
    return index
