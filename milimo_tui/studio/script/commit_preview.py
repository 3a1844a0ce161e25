"""Preview a commit of the screenplay. The preview lists every change that the commit will make to shots,
scenes and characters, by their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.story.commit.scene_changes import list_scene_changes
from milimo_tui.story.commit.shot_changes import classify_shot_change, has_shot_moved
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_text import get_shot_words
from milimo_tui.studio.script.screenplays import PreparedCommit
from milimo_tui.studio.takes import shot_spec, staleness
from milimo_tui.studio.takes.shot_spec import ShotState

EFFECT_KINDS = ("renamed", "stale", "parked", "moved", "renumbered", "changed", "back", "new")
CONTEXT_WORDS = 2  # The number of unchanged words that an excerpt shows before and after a changed passage.
TAKE_STAYS_NOTE = "its take stays until another is picked"
COSTLY_EFFECTS = frozenset(EFFECT_KINDS[:5])  # Effects that the user should check before the commit.


@dataclass(frozen=True, slots=True)
class CommitEffect:
    """The effect of a commit on a shot, a scene or a character.

    - `kind` is the kind of effect, such as `changed` or `moved`. If there are several, it is the one with the
      most consequences, and `also` has the others.
    - `words` describes the complete effect.
    - `before` and `after` are the complete text of a shot in the film and in the screenplay. For a scene,
      they are its heading.
    - `reasons` are sentences on changes other than the text.
    """

    kind: str
    name: str
    words: str
    shot: str = ""
    before: str = ""
    after: str = ""
    reasons: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # The other kinds of effect that the commit has on the same shot.
    line: int = 0  # The line number in the current screenplay; 0 if there is none.
    scene: str = ""  # The id of the scene; empty unless the effect is on a scene.
    element: str = ""
    # True if a character was renamed and its element gets the new name. False if a new element is made
    # instead.
    follows: bool = False


def list_commit_effects(found: PreparedCommit) -> tuple[CommitEffect, ...]:
    """Return all effects of a prepared commit, those with the most consequences first. Each shot is listed
    once, with all its changes.
    """
    old = {shot.id: shot for shot in found.story.shots}
    before, after = found.story.numbers, shot_spec.number_story(found.then).numbers
    stale_before = {state.shot.id for state in shot_spec.list_shot_states(found.story) if state.stale}
    out = [*_list_rename_effects(found)]
    for state in shot_spec.list_shot_states(shot_spec.number_story(found.then)):
        shot, was = state.shot, old.get(state.shot.id)
        number = after.get(shot.id, "")
        change = classify_shot_change(was, shot)
        if was is None:
            out.append(
                CommitEffect(
                    "new",
                    number,
                    get_shot_words(shot),
                    shot.id,
                    after=_join_script_text(shot),
                    line=shot.line,
                )
            )
            continue
        if was.parked:
            back = CommitEffect(
                "back",
                number,
                get_shot_words(shot),
                shot.id,
                _join_script_text(was),
                _join_script_text(shot),
                line=shot.line,
            )
            out.append(back)
            continue
        reasons: dict[str, str] = {}
        if change == "changed":
            reasons["changed"] = _describe_text_change(was, shot)
        if state.stale and shot.id not in stale_before:
            reasons["stale"] = (
                TAKE_STAYS_NOTE if reasons else f"{_describe_stale_reason(state)}; {TAKE_STAYS_NOTE}"
            )
        if has_shot_moved(was, shot):
            reasons["moved"] = f"from {before.get(shot.id, '')}"
        elif before.get(shot.id) != number:
            reasons["renumbered"] = f"was {before.get(shot.id, '')}"
        if reasons:
            kind = min(reasons, key=EFFECT_KINDS.index)
            out.append(
                CommitEffect(
                    kind,
                    number,
                    _join_effect_texts(kind, reasons),
                    shot.id,
                    _join_script_text(was),
                    _join_script_text(shot),
                    _list_other_changes(was, shot, reasons),
                    tuple(each for each in reasons if each != kind),
                    shot.line,
                )
            )
    for shot in found.then.shots:
        was = old.get(shot.id)
        if was is not None and classify_shot_change(was, shot) == "parked":
            text = ", ".join(_list_parked_remains(found, shot))
            number, words = before.get(shot.id, ""), f"{text}{': ' if text else ''}{get_shot_words(was)}"
            out.append(
                CommitEffect(
                    "parked", number, words, shot.id, _join_script_text(was), reasons=(text,) if text else ()
                )
            )
    out += [
        CommitEffect(
            each.kind,
            f"scene {each.number}",
            each.words,
            before=each.before,
            after=each.after,
            line=each.line,
            scene=each.scene,
        )
        for each in list_scene_changes(found.story, found.then)
    ]
    return tuple(sorted(out, key=lambda effect: EFFECT_KINDS.index(effect.kind)))


def count_commit_effects(effects: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the number of effects of each kind, such as `8 renumbered` and `1 scene moved`. Shots and
    characters come before scenes.

    `effects` are the results of `list_commit_effects` as mappings. A shot with several kinds of effects is
    counted once for each kind. As in the report of the commit, a shot that is both changed and moved counts
    only as changed.
    """
    counts = Counter(
        (kind, bool(effect["scene"])) for effect in effects for kind in _list_counted_kinds(effect)
    )
    out = [f"{counts[kind, False]} {kind}" for kind in EFFECT_KINDS if counts[kind, False]]
    scenes = ((counts[kind, True], kind) for kind in EFFECT_KINDS if counts[kind, True])
    return out + [f"{format_count(count, 'scene')} {kind}" for count, kind in scenes]


def _list_counted_kinds(effect: Mapping[str, Any]) -> set[str]:
    kinds = {effect["kind"], *effect["also"]}
    return kinds - {"moved"} if "changed" in kinds else kinds


def _describe_stale_reason(state: ShotState) -> str:
    """Return the reason why a take becomes stale although the text of its shot is unchanged, and then the
    text of the shot: `the scene’s heading: Rain on the window.`
    """
    why = "; ".join(staleness.find_stale_parts(state).why)
    return f"{why}: {get_shot_words(state.shot)}" if why else get_shot_words(state.shot)


def _list_parked_remains(found: PreparedCommit, shot: Shot) -> Iterable[str]:
    """Yield phrases for what remains of a shot that the commit takes out of the film: `OMITTED` if its number
    stays, and `its takes stay` if it has takes.
    """
    if shot.omitted:
        yield "OMITTED"
    if any(take.shot == shot.id for take in found.story.takes):
        yield "its takes stay"


def _list_rename_effects(found: PreparedCommit) -> list[CommitEffect]:
    out = []
    for each, follows in found.renames:
        if not each.name:
            continue
        old, new = each.element.name, each.name
        words = f"{old} → {new}: it keeps its looks and pictures" if follows else f"{old} stays, {new} is new"
        out.append(CommitEffect("renamed", new, words, element=each.element.id, follows=follows))
    return out


def _join_effect_texts(kind: str, reasons: Mapping[str, str]) -> str:
    """Join the effects on one shot into a text: `… tin → … wet tin; its take stays …; moved from 4A`.
    `reasons` maps kinds of effect to descriptions. `kind` is the kind with the most consequences, which the
    caller shows separately.
    """
    # The descriptions of these kinds need no name of the kind before them, because they are clear alone or
    # the caller shows the name.
    unnamed_kinds = {"changed", "stale", kind}
    return "; ".join(words if name in unnamed_kinds else f"{name} {words}" for name, words in reasons.items())


def _list_other_changes(was: Shot, now: Shot, reasons: Mapping[str, str]) -> tuple[str, ...]:
    """Return a sentence for each change of a shot that does not concern its text."""
    out = [] if was.characters == now.characters else [_describe_cast_change(was, now)]
    out += [TAKE_STAYS_NOTE] if "stale" in reasons else []
    return (*out, *(f"{kind} {words}" for kind, words in reasons.items() if kind in ("moved", "renumbered")))


def _describe_cast_change(was: Shot, now: Shot) -> str:
    """Describe the people in a shot before and after the commit: `Mara → Mara, Jun`."""
    return f"{', '.join(was.characters) or 'nobody'} → {', '.join(now.characters) or 'nobody'}"


def _describe_text_change(was: Shot, now: Shot) -> str:
    """Describe a change of a shot by an excerpt of its text before and after the change. If the text is
    equal, describe the change of the people in the shot.
    """
    old, new = get_shot_words(was).split(), get_shot_words(now).split()
    if old == new:
        return f"{_describe_cast_change(was, now)}: {' '.join(new)}"
    equal_at_start, equal_at_end = _count_equal_words(old, new), _count_equal_words(old[::-1], new[::-1])
    equal_at_end = min(equal_at_end, min(len(old), len(new)) - equal_at_start)
    return (
        f"{_excerpt_around_change(old, equal_at_start, equal_at_end)} → "
        f"{_excerpt_around_change(new, equal_at_start, equal_at_end)}"
    )


def _count_equal_words(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the number of words that two lists have in common at their beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


def _excerpt_around_change(words: Sequence[str], equal_at_start: int, equal_at_end: int) -> str:
    """Join the words, with most of the unchanged beginning and end replaced by “…”. `equal_at_start` and
    `equal_at_end` are the numbers of unchanged words at the beginning and at the end.
    """
    first, last = max(0, equal_at_start - CONTEXT_WORDS), len(words) - max(0, equal_at_end - CONTEXT_WORDS)
    parts = ("…" if first else "", *words[first:last], "…" if last < len(words) else "")
    return " ".join(filter(None, parts))


def _join_script_text(shot: Shot) -> str:
    """Return the complete script text of a shot: its caption, action and dialogue."""
    lines = (f"{line.character}: “{line.text}”" for line in shot.dialogue)
    return " ".join(filter(None, (shot.caption, shot.action, *lines)))
