"""The preview of a commit: its effects on shots, scenes and people, each listed by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.format import plural
from milimo_tui.story.commit.scene_changes import changes_between
from milimo_tui.story.commit.shot_changes import change_of, has_moved
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_text import words_of
from milimo_tui.studio.script.screenplays import Prepared
from milimo_tui.studio.takes import shot_spec, staleness
from milimo_tui.studio.takes.shot_spec import ShotState

KINDS = ("renamed", "stale", "parked", "moved", "renumbered", "changed", "back", "new")
AROUND = 2  # Number of unchanged words shown before and after a change.
KEPT = "its take stays until another is picked"
COSTLY = frozenset(KINDS[:5])  # Effects that the user should check before the commit.


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a commit on a shot, a scene or a person: its costliest kind, and a description of all of
    it.

    `before` and `after` are the complete text of a shot (the heading of a scene) in the film and in the
    script. `reasons` are the other changes.
    """

    kind: str
    name: str
    words: str
    shot: str = ""
    before: str = ""
    after: str = ""
    reasons: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # The other kinds of effect on a shot.
    line: int = 0  # Line of the current script.
    scene: str = ""  # Id of the scene, for an effect on a scene.
    element: str = ""
    follows: bool = False  # For a rename: True if the element gets the new name.


def effects_of(found: Prepared) -> tuple[Effect, ...]:
    """Return all effects of a commit, the costly first; each shot is listed once, with all its changes."""
    old = {shot.id: shot for shot in found.story.shots}
    before, after = found.story.numbers, shot_spec.numbered(found.then).numbers
    stale_before = {state.shot.id for state in shot_spec.states(found.story) if state.stale}
    out = [*_renamed(found)]
    for state in shot_spec.states(shot_spec.numbered(found.then)):
        shot, was = state.shot, old.get(state.shot.id)
        number = after.get(shot.id, "")
        change = change_of(was, shot)
        if was is None:
            out.append(Effect("new", number, words_of(shot), shot.id, after=_whole(shot), line=shot.line))
            continue
        if was.parked:
            back = Effect("back", number, words_of(shot), shot.id, _whole(was), _whole(shot), line=shot.line)
            out.append(back)
            continue
        reasons: dict[str, str] = {}
        if change == "changed":
            reasons["changed"] = _changed(was, shot)
        if state.stale and shot.id not in stale_before:
            reasons["stale"] = KEPT if reasons else f"{_why_stale(state)}; {KEPT}"
        if has_moved(was, shot):
            reasons["moved"] = f"from {before.get(shot.id, '')}"
        elif before.get(shot.id) != number:
            reasons["renumbered"] = f"was {before.get(shot.id, '')}"
        if reasons:
            kind = min(reasons, key=KINDS.index)
            out.append(
                Effect(
                    kind,
                    number,
                    _together(kind, reasons),
                    shot.id,
                    _whole(was),
                    _whole(shot),
                    _reasons(was, shot, reasons),
                    tuple(each for each in reasons if each != kind),
                    shot.line,
                )
            )
    for shot in found.then.shots:
        was = old.get(shot.id)
        if was is not None and change_of(was, shot) == "parked":
            told = ", ".join(_left_of(found, shot))
            number, words = before.get(shot.id, ""), f"{told}{': ' if told else ''}{words_of(was)}"
            out.append(Effect("parked", number, words, shot.id, _whole(was), reasons=(told,) if told else ()))
    out += [
        Effect(
            each.kind,
            f"scene {each.number}",
            each.words,
            before=each.before,
            after=each.after,
            line=each.line,
            scene=each.scene,
        )
        for each in changes_between(found.story, found.then)
    ]
    return tuple(sorted(out, key=lambda effect: KINDS.index(effect.kind)))


def counted(effects: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the number of effects of each kind: `8 renumbered`, `1 scene moved`. Shots and people come
    before scenes.

    `effects` are those of `list_commit_effects` as data. A shot counts under each of its kinds, as in the
    commit itself: a shot that is changed and moved counts as changed.
    """
    counts = Counter((kind, bool(effect["scene"])) for effect in effects for kind in _kinds(effect))
    out = [f"{counts[kind, False]} {kind}" for kind in KINDS if counts[kind, False]]
    scenes = ((counts[kind, True], kind) for kind in KINDS if counts[kind, True])
    return out + [f"{plural(count, 'scene')} {kind}" for count, kind in scenes]


def _kinds(effect: Mapping[str, Any]) -> set[str]:
    kinds = {effect["kind"], *effect["also"]}
    return kinds - {"moved"} if "changed" in kinds else kinds


def _why_stale(state: ShotState) -> str:
    """Return the input that changed for a shot with unchanged text: `the scene’s heading: Rain on the
    window.`
    """
    why = "; ".join(staleness.of(state).why)
    return f"{why}: {words_of(state.shot)}" if why else words_of(state.shot)


def _left_of(found: Prepared, shot: Shot) -> Iterable[str]:
    """Yield what remains of a parked shot: its OMITTED number, its takes."""
    if shot.omitted:
        yield "OMITTED"
    if any(take.shot == shot.id for take in found.story.takes):
        yield "its takes stay"


def _renamed(found: Prepared) -> list[Effect]:
    out = []
    for each, follows in found.renames:
        if not each.name:
            continue
        old, new = each.element.name, each.name
        words = f"{old} → {new}: looks and pictures go along" if follows else f"{old} stays, {new} is another"
        out.append(Effect("renamed", new, words, element=each.element.id, follows=follows))
    return out


def _together(kind: str, reasons: Mapping[str, str]) -> str:
    """Return all effects on one shot: `… tin → … wet tin; its take stays …; moved from 4A`."""
    said = {"changed", "stale", kind}  # These texts are clear without the name of their kind.
    return "; ".join(words if name in said else f"{name} {words}" for name, words in reasons.items())


def _reasons(was: Shot, now: Shot, reasons: Mapping[str, str]) -> tuple[str, ...]:
    """Return the changes of a shot other than its text, one sentence each."""
    out = [] if was.characters == now.characters else [_people(was, now)]
    out += [KEPT] if "stale" in reasons else []
    return (*out, *(f"{kind} {words}" for kind, words in reasons.items() if kind in ("moved", "renumbered")))


def _people(was: Shot, now: Shot) -> str:
    """Return the people in a shot before and after."""
    return f"{', '.join(was.characters) or 'nobody'} → {', '.join(now.characters) or 'nobody'}"


def _changed(was: Shot, now: Shot) -> str:
    """Return the changed words of a shot with their context, or the change of its people."""
    old, new = words_of(was).split(), words_of(now).split()
    if old == new:
        return f"{_people(was, now)}: {' '.join(new)}"
    ahead, behind = _same(old, new), _same(old[::-1], new[::-1])
    behind = min(behind, min(len(old), len(new)) - ahead)
    return f"{_around(old, ahead, behind)} → {_around(new, ahead, behind)}"


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the number of equal words before the first difference."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


def _around(words: Sequence[str], ahead: int, behind: int) -> str:
    """Return the words with the unchanged beginning and end shortened. `ahead` and `behind` are their
    lengths.
    """
    first, last = max(0, ahead - AROUND), len(words) - max(0, behind - AROUND)
    parts = ("…" if first else "", *words[first:last], "…" if last < len(words) else "")
    return " ".join(filter(None, parts))


def _whole(shot: Shot) -> str:
    """Return the complete script text of a shot: its caption, action and dialogue."""
    lines = (f"{line.character}: “{line.text}”" for line in shot.dialogue)
    return " ".join(filter(None, (shot.caption, shot.action, *lines)))
