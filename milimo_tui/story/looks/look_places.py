"""Store the looks that were found in a script in the film. Each look begins at the shot that was made from
the same words. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.story.looks.look_draft import STRANGER, LookDraft, UnreadLookSentence, shorten_quote
from milimo_tui.story.looks.looks import join_look_words
from milimo_tui.story.values.doubts import find_doubt_answer
from milimo_tui.story.values.film import Element, ElementKind, Look, Shot, Story
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import collapse_text, fold

NewId = Callable[[str], str]


def replace_found_looks(story: Story, drafts: Sequence[LookDraft], *, new_id: NewId) -> Story:
    """Return the film with the looks that its current script describes. Looks that the user made or changed
    are preserved.

    A found look that the script still describes in the same way keeps its id. If the user changed a found
    look, the same look is not added again. If the user chose a found look for a shot, and the look is no
    longer found, it becomes a look of the user for that shot.
    """
    people = {
        fold(name): each
        for each in story.elements
        if each.kind is ElementKind.CHARACTER and not each.dismissed
        for name in (each.name, *each.aliases)
    }
    by_hand = [look for look in story.looks if not look.found]
    touched = {(look.element, look.quote) for look in by_hand if look.quote}
    old = {(look.element, look.quote, look.text): look for look in story.looks if look.found}
    scenes = {scene.line: scene for scene in story.live_scenes()}
    firsts: dict[str, str] = {}  # Maps a scene to its first shot.
    for each in story.live_shots():
        firsts.setdefault(each.scene, each.id)
    # Maps a person and a paragraph to the last look that this paragraph introduces. Earlier looks of the
    # paragraph then also apply from the scene's first shot on. A garment that the person takes off in this
    # paragraph thus counts as off from the beginning.
    last_opens = {(each.name, each.scene_line, each.line): at for at, each in enumerate(drafts) if each.opens}
    looks: list[Look] = []
    for at, draft in enumerate(drafts):
        scene = scenes.get(draft.scene_line)
        era = draft.era if scene is None or scene.era is draft.era else scene.era
        shots = [shot for shot in story.live_shots() if scene is not None and shot.scene == scene.id]
        shot = find_shot_of_draft(draft, shots)
        opening = scenes.get(draft.since)
        first = firsts.get(opening.id, "") if opening is not None else ""
        opens = draft.opens or at < last_opens.get((draft.name, draft.scene_line, draft.line), 0)
        if shot is None or scene is None:
            continue
        # The script described an unnamed person, and a rule guessed who it is. The user may have answered
        # that it is somebody else.
        is_stranger = draft.rule is STRANGER
        name = (is_stranger and find_doubt_answer(shot.own, shorten_quote(draft.quote))) or draft.name
        element = people.get(fold(name))
        if element is None or (element.id, draft.quote) in touched:
            continue
        # The words are about another era, but the film counts the scene as present. The look must not
        # continue in later scenes.
        alone = draft.era is not Era.PRESENT and scene.era is Era.PRESENT
        known = old.pop((element.id, draft.quote, draft.text), None)
        looks.append(
            Look(
                id=known.id if known else new_id("look"),
                element=element.id,
                order="",
                name=_make_look_name(draft),
                text=draft.text,
                age=draft.age,
                wardrobe=draft.wardrobe,
                hair=draft.hair,
                condition=draft.condition,
                begins=(first or shots[0].id) if opens else shot.id,
                ends=shots[-1].id if alone else "",
                era=Era.PRESENT if alone else era,
                quote=draft.quote,
                line=draft.line,
                found=True,
            )
        )
    by_hand += _list_chosen_looks(story, old.values())
    return replace(story, looks=_assign_look_orders(story.elements, [*looks, *by_hand]))


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


def find_shot_of_draft(draft: LookDraft | UnreadLookSentence, shots: Sequence[Shot]) -> Shot | None:
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


def _make_look_name(draft: LookDraft) -> str:
    """Return the name of a look in lists, shortened. A first look is named after all its facts, a later look
    after its new words.
    """
    is_told = bool(draft.action) and not draft.opens
    return (draft.quote if is_told else draft.text)[:40].strip(" ,")
