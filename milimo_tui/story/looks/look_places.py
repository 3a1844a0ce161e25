"""Store the looks that were found in a script in the film. Each look begins at the shot that was made from
the same words. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.story.looks.earlier_looks import EarlierLooks, join_plain_words
from milimo_tui.story.looks.look_draft import READ, LookDraft
from milimo_tui.story.looks.looks import join_look_words
from milimo_tui.story.reading.eras import parse_heading_year
from milimo_tui.story.values.film import Element, ElementKind, Look, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import collapse_text, fold

NewId = Callable[[str], str]


def replace_found_looks(
    story: Story, drafts: Sequence[LookDraft], *, new_id: NewId, before: Story | None = None
) -> Story:
    """Return the film with the looks that its current script describes. Looks that the user made or changed
    are preserved. `before` is the film before the commit; None means that there was none.

    A found look that the script still describes in the same way keeps its id. Looks that an earlier version
    found are described in `earlier_looks`. If the user changed a found look, the same look is not added
    again. If the user chose a found look for a shot, and the look is no longer found, it becomes a look of
    the user for that shot.
    """
    people = {
        fold(name): each
        for each in story.elements
        if each.kind is ElementKind.CHARACTER and not each.dismissed
        for name in (each.name, *each.aliases)
    }
    by_hand = [look for look in story.looks if not look.found]
    old = {(look.element, look.quote, look.text): look for look in story.looks if look.found}
    earlier = EarlierLooks(before, story)
    found: list[tuple[LookDraft, Look]] = []
    for draft in drafts:
        element = people.get(fold(draft.name))
        look = _place_draft(story, draft, element.id) if element is not None else None
        if look is None or _is_changed_by_user(draft, look, by_hand):
            continue
        known = old.pop((look.element, draft.quote, draft.text), None)
        if known is not None or draft.rule is READ or not earlier.was_read_before(look):
            found.append((draft, replace(look, id=known.id if known else new_id("look"))))
    stayed = earlier.list_kept_looks(old.values(), found)
    at = {shot.id: index for index, shot in enumerate(story.live_shots())}
    looks = sorted((*stayed, *(look for _, look in found)), key=lambda look: at[look.begins])
    stayed_ids = {look.id for look in stayed}
    by_hand += _list_chosen_looks(story, (look for look in old.values() if look.id not in stayed_ids))
    return replace(story, looks=_assign_look_orders(story.elements, [*looks, *by_hand]))


def _place_draft(story: Story, draft: LookDraft, element: str) -> Look | None:
    """Return the look of a draft, without an id, or None if the film has no shot for it."""
    scene = next((each for each in story.live_scenes() if each.line == draft.scene_line), None)
    shots = [shot for shot in story.live_shots() if scene is not None and shot.scene == scene.id]
    shot = find_shot_of_draft(draft, shots)
    if shot is None or scene is None:
        return None
    # The words may be about another era, although the film counts the scene as present. The look must then
    # not continue in later scenes.
    is_alone = draft.era is not Era.PRESENT and scene.era is Era.PRESENT
    return Look(
        id="",
        element=element,
        order="",
        name=(draft.text if draft.opens or not draft.action else draft.quote)[:40].strip(" ,"),
        text=draft.text,
        age=draft.age,
        wardrobe=draft.wardrobe,
        hair=draft.hair,
        condition=draft.condition,
        begins=shots[0].id if draft.opens else shot.id,
        ends=shots[-1].id if is_alone else _find_last_shot_of_year(story, scene),
        era=Era.PRESENT if is_alone else scene.era,
        quote=draft.quote,
        line=draft.line,
        found=True,
    )


def _find_last_shot_of_year(story: Story, scene: Scene) -> str:
    """Return the last shot before a later flashback whose heading has another year, or an empty text. A look
    in a flashback of one year says nothing about another year.
    """
    scenes = story.live_scenes()
    later = scenes[[each.id for each in scenes].index(scene.id) :]
    if scene.era is Era.PRESENT:
        return ""
    year = parse_heading_year(scene.heading)
    last = ""
    for each in later:
        if each.era is scene.era and parse_heading_year(each.heading) not in (0, year):
            return last
        shots = [shot.id for shot in story.live_shots() if shot.scene == each.id]
        last = shots[-1] if shots else last
    return ""


def _is_changed_by_user(draft: LookDraft, look: Look, by_hand: Sequence[Look]) -> bool:
    """Return True if the user changed a look that was found in the words of a draft. An earlier version may
    have quoted the words without the name, or more of them.
    """
    words = join_plain_words(draft.quote.casefold().removeprefix(draft.name.casefold()))
    return any(
        each.element == look.element and each.quote and (each.quote == draft.quote or words in quoted)
        for each in by_hand
        for quoted in (join_plain_words(each.quote),)
    )


def _list_chosen_looks(story: Story, looks: Iterable[Look]) -> list[Look]:
    """Return the looks that the user chose for a shot, as looks of the user for the first of these shots."""
    first_shots: dict[str, str] = {}  # Maps the id of a look to the first shot that names it.
    for shot in story.live_shots():
        for _, look_id in shot.looks:
            first_shots.setdefault(look_id, shot.id)
    return [
        replace(look, text=join_look_words(look), begins=at, ends=at, quote="", found=False)
        for look in looks
        if (at := first_shots.get(look.id))
    ]


def _assign_look_orders(elements: Sequence[Element], looks: Sequence[Look]) -> tuple[Look, ...]:
    """Return the looks with new order numbers, element by element: first the found looks in script order,
    then the looks set by the user.
    """
    places = {element.id: at for at, element in enumerate(sorted(elements, key=lambda each: each.id))}
    rows = sorted((look for look in looks if look.element in places), key=lambda look: places[look.element])
    out: list[Look] = []
    for _, group in groupby(rows, key=lambda look: look.element):
        mine = list(group)
        keys = create_spread_keys(len(mine))
        out += [replace(look, order=key) for look, key in zip(mine, keys, strict=True)]
    return tuple(out)


def find_shot_of_draft(draft: LookDraft, shots: Sequence[Shot]) -> Shot | None:
    """Return the shot for a found look: the shot that shows its action, otherwise a shot made from its lines,
    otherwise the next shot, otherwise the last shot of the scene. `shots` are the shots of the scene; the
    result is None if there are none.
    """
    if not shots or not draft.action:
        return shots[0] if shots else None
    inside = [shot for shot in shots if shot.line <= draft.end_line and shot.end_line >= draft.line]
    quote = fold(draft.action)
    for shot in inside:
        action = fold(collapse_text(shot.action))
        if action and (quote in action or action in quote):
            return shot
    later = (shot for shot in shots if shot.line >= draft.line)
    return inside[0] if inside else next(later, shots[-1])
