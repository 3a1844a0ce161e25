"""What a commit would do to shots and people, each named, before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.shots.shots import words_of
from milimo_tui.story.values.film import Shot
from milimo_tui.studio.script.screenplays import Prepared
from milimo_tui.studio.takes import shot_spec

KINDS = ("renamed", "stale", "parked", "moved", "renumbered", "changed", "back", "new")
COSTLY = frozenset(KINDS[:5])  # what a person wants to have seen before


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a commit does: its kind, the shot or person, and in words what becomes of it."""

    kind: str
    name: str
    words: str
    shot: str = ""


def effects_of(found: Prepared) -> tuple[Effect, ...]:
    """Return everything that a commit does, the costly first."""
    old = {shot.id: shot for shot in found.story.shots}
    before, after = found.story.numbers, shot_spec.numbered(found.then).numbers
    stale_before = {state.shot.id for state in shot_spec.states(found.story) if state.stale}
    out = [*_renamed(found)]
    for state in shot_spec.states(shot_spec.numbered(found.then)):
        shot, was = state.shot, old.get(state.shot.id)
        number = after.get(shot.id, "")
        if was is None:
            out.append(Effect("new", number, words_of(shot), shot.id))
            continue
        if was.parked:
            out.append(Effect("back", number, words_of(shot), shot.id))
            continue
        if state.stale and shot.id not in stale_before:
            out.append(
                Effect("stale", number, f"its take stays until another is picked: {words_of(shot)}", shot.id)
            )
        if _text_of(was) != _text_of(shot):
            out.append(Effect("changed", number, f"{words_of(was)} → {words_of(shot)}", shot.id))
        if was.order != shot.order or was.scene != shot.scene:
            out.append(Effect("moved", number, f"from {before.get(shot.id, '')}", shot.id))
        elif before.get(shot.id) != number:
            out.append(Effect("renumbered", number, f"was {before.get(shot.id, '')}", shot.id))
    for shot in found.then.shots:
        was = old.get(shot.id)
        if was is not None and shot.parked and not was.parked:
            out.append(Effect("parked", before.get(shot.id, ""), f"its takes stay: {words_of(was)}", shot.id))
    return tuple(sorted(out, key=lambda effect: KINDS.index(effect.kind)))


def _renamed(found: Prepared) -> list[Effect]:
    names = {element.id: element.name for element in found.story.elements}
    return [
        Effect("renamed", element.name, f"{names[element.id]} → {element.name}: looks and pictures go along")
        for element in found.then.elements
        if names.get(element.id, element.name) != element.name
    ]


def _text_of(shot: Shot) -> tuple[object, ...]:
    return (shot.action, shot.dialogue, shot.characters, shot.caption)
