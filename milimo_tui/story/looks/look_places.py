"""Looks that the script gives brought into a film: each from the shot on that was made of its words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from milimo_tui.core.order_keys import spread
from milimo_tui.story.looks.look_draft import STRANGER, LookDraft, Unread, quoted
from milimo_tui.story.values.doubts import answer_to
from milimo_tui.story.values.film import Element, ElementKind, Era, Look, Shot, Story
from milimo_tui.story.values.text import collapse, fold

NewId = Callable[[str], str]


def with_found(story: Story, drafts: Sequence[LookDraft], *, new_id: NewId) -> Story:
    """The film with the looks that its script gives now; those that a person made or changed stay.

    A found look that is the same again keeps its id. One that a person changed is not found a second time.
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
    firsts: dict[str, str] = {}  # the first shot of each scene
    for each in story.live_shots():
        firsts.setdefault(each.scene, each.id)
    # What a paragraph takes off somebody before it brings them into a scene is off from its first shot on.
    last_opens = {(each.name, each.scene_line, each.line): at for at, each in enumerate(drafts) if each.opens}
    made: list[Look] = []
    for at, draft in enumerate(drafts):
        scene = scenes.get(draft.scene_line)
        era = draft.era if scene is None or scene.era is draft.era else scene.era
        shots = [shot for shot in story.live_shots() if scene is not None and shot.scene == scene.id]
        shot = shot_of(draft, shots)
        opening = scenes.get(draft.since)
        first = firsts.get(opening.id, "") if opening is not None else ""
        opens = draft.opens or at < last_opens.get((draft.name, draft.scene_line, draft.line), 0)
        if shot is None or scene is None:
            continue
        is_stranger = draft.rule is STRANGER  # of whom a person may have said who it is
        name = (is_stranger and answer_to(shot.own, quoted(draft.quote))) or draft.name
        element = people.get(fold(name))
        if element is None or (element.id, draft.quote) in touched:
            continue
        # Without an era of its own a scene of another time keeps its looks to itself.
        alone = draft.era is not Era.PRESENT and scene.era is Era.PRESENT
        known = old.pop((element.id, draft.quote, draft.text), None)
        made.append(
            Look(
                id=known.id if known else new_id("look"),
                element=element.id,
                order="",
                name=_name(draft),
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
    return replace(story, looks=_in_order(story.elements, [*made, *by_hand]))


def _in_order(elements: Sequence[Element], looks: Sequence[Look]) -> tuple[Look, ...]:
    """Looks by element; found ones as the script has them, those by hand behind them."""
    places = {element.id: at for at, element in enumerate(sorted(elements, key=lambda each: each.id))}
    rows = sorted((look for look in looks if look.element in places), key=lambda look: places[look.element])
    out: list[Look] = []
    for _, group in groupby(rows, key=lambda look: look.element):
        mine = list(group)
        keys = spread(len(mine))
        out += [replace(look, order=key) for look, key in zip(mine, keys, strict=True)]
    return tuple(out)


def shot_of(draft: LookDraft | Unread, shots: Sequence[Shot]) -> Shot | None:
    """Return the shot that shows the action, else the first of its lines, else the next one of its scene."""
    if not shots or not draft.action:
        return shots[0] if shots else None
    inside = [shot for shot in shots if shot.line <= draft.end_line and shot.end_line >= draft.line]
    quote = fold(draft.action)
    for shot in inside:
        action = fold(collapse(shot.action))
        if action and (quote in action or action in quote):
            return shot
    later = (shot for shot in shots if shot.line >= draft.line)
    return inside[0] if inside else next(later, shots[-1])


def _name(draft: LookDraft) -> str:
    """What a look is called in lists: all of the first one, of others the words that are new, in short."""
    is_told = bool(draft.action) and not draft.opens
    return (draft.quote if is_told else draft.text)[:40].strip(" ,")
