"""What the script leaves open beside people: when a scene plays, whether a state still holds, how long.

Asked anew at each commit from the film as it is then, unless a person answered. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_frame
from milimo_tui.story.looks.looks_found import LookDraft
from milimo_tui.story.shots.own_fields import accepted, is_answered, with_own
from milimo_tui.story.shots.shots import SceneDraft, natural_frames
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.film import Element, Look, Shot, Story
from milimo_tui.story.values.text import fold

YES, NO = "yes", "no"
_LATER = re.compile(r"(?!.*\b(?:MOMENTS?|SECONDS?|MINUTES?|SAME|CONTINUOUS)\b).*\bLATER\b", re.I)
_NO_LENGTH = re.compile(
    r"\b(?:for (?:a|what seems like a) (?:very )?(?:long|little) (?:time|while|moment)"
    r"|for (?:hours|minutes|ages)|an? (?:very )?long (?:time|while|silence|pause|moment|beat|look)"
    r"|(?:some )?time passes|for ever|forever|endless(?:ly)?|on and on)\b",
    re.IGNORECASE,
)
_NEXT_TIMES: Mapping[str, tuple[str, ...]] = {
    "MORNING": ("DAY", "NIGHT"), "DAWN": ("MORNING", "DAY"), "DAY": ("EVENING", "NIGHT"),
    "AFTERNOON": ("EVENING", "NIGHT"), "EVENING": ("NIGHT", "DAWN"), "DUSK": ("NIGHT", "DAWN"),
    "NIGHT": ("DAWN", "DAY"),
}  # fmt: skip
_TIMES_LONGER = (Fraction(3, 2), Fraction(2))
_SURE = {"carried": 0.7, "before": 0.6, "none": 0.4, "state": 0.7, "length": 0.5}
_KINDS = frozenset({DoubtKind.TIME, DoubtKind.LOOK, DoubtKind.LENGTH})


def with_open_doubts(story: Story, drafts: Sequence[SceneDraft], looks: Sequence[LookDraft]) -> Story:
    """The film with what its script leaves open asked at the first shot that it is about."""
    asked: dict[str, list[Doubt]] = defaultdict(list)
    scenes = {scene.line: scene for scene in story.live_scenes()}
    shots = _by_scene(story)
    before = ""
    for draft in drafts:
        scene = scenes.get(draft.line)
        mine = shots.get(scene.id, []) if scene is not None else []
        if scene is not None and mine and not scene.keeps("time_of_day"):
            asked[mine[0].id] += _time(draft, before)
        before = draft.time_of_day or before
    for look in looks:
        scene = scenes.get(look.scene_line)
        if scene is not None and look.ended:
            asked_at = next(
                (shot for shot in shots.get(scene.id, []) if _shows(story, shot, look.name)), None
            )
            if asked_at is not None:
                asked[asked_at.id].append(_state(look))
    for shot in story.live_shots():
        asked[shot.id] += _length(shot, story.project.rate)
    return replace(story, shots=tuple(_asked(shot, asked.get(shot.id, ())) for shot in story.shots))


def answered(story: Story, shot: Shot, doubt: Doubt, answer: str) -> tuple[list[Any], list[Any]]:
    """What an answer changes in the film, before and after. Raises BadInput for what is no answer."""
    done = accepted(shot, replace(doubt, guess=answer))
    done = replace(done, doubts=tuple(other for other in done.doubts if other != doubt))
    if doubt.kind is DoubtKind.TIME and not shot.time_of_day:
        scene = next(scene for scene in story.scenes if scene.id == shot.scene)
        own = {**dict(scene.own), "time_of_day": scene.in_script("time_of_day")}
        set_scene = replace(scene, time_of_day=answer.upper(), own=tuple(own.items()))
        return [scene, shot], [set_scene, done]
    if doubt.kind is DoubtKind.TIME:
        return [shot], [with_own(done, time_of_day=answer.upper())]
    if doubt.kind is DoubtKind.PLACE:
        return [shot], [with_own(done, location=answer)]
    if doubt.kind is DoubtKind.LENGTH:
        frames = parse_frame(answer, story.project.rate)
        if frames < 1:
            raise BadInput(f"{answer} is no length", "for example 4s, 4.5s or 100")
        return [shot], [replace(done, frames=frames)]
    if fold(answer) not in (YES, NO):
        raise BadInput(f"“{answer}” is no answer to whether it holds still", f"{YES} or {NO}")
    if fold(answer) == NO:
        return [shot], [done]
    element, look = _ended(story, shot, doubt)
    mine = [each for each in _by_scene(story)[shot.scene] if _shows(story, each, element.name)]
    keeping = [replace(each, looks=(*_without(each, element), (element.id, look.id))) for each in mine]
    return mine, [replace(done, looks=each.looks) if each.id == shot.id else each for each in keeping]


def _by_scene(story: Story) -> dict[str, list[Shot]]:
    out: dict[str, list[Shot]] = defaultdict(list)
    for shot in story.live_shots():
        out[shot.scene].append(shot)
    return out


def _asked(shot: Shot, doubts: Sequence[Doubt]) -> Shot:
    kept = [doubt for doubt in shot.doubts if doubt.kind not in _KINDS or _is_of_its_words(shot, doubt)]
    new = [doubt for doubt in doubts if not is_answered(shot, doubt) and doubt not in kept]
    return replace(shot, doubts=(*kept, *new)) if new or len(kept) != len(shot.doubts) else shot


def _is_of_its_words(shot: Shot, doubt: Doubt) -> bool:
    """Whether a time is asked of a shot's own words, as of an item of a montage."""
    return doubt.kind is DoubtKind.TIME and doubt.words in shot.action


def _time(draft: SceneDraft, before: str) -> Iterator[Doubt]:
    said = draft.heading
    if not draft.shots or draft.line <= 0:
        return
    if not draft.time_of_day:
        guess = before or "DAY"
        reason = "its heading has no time; as the scene before" if before else "its heading has no time"
        sure = _SURE["before" if before else "none"]
    elif _LATER.match(said) and before:
        guess, reason, sure = draft.time_of_day, "later than the scene before", _SURE["carried"]
    else:
        return
    yield Doubt(DoubtKind.TIME, said, guess, _NEXT_TIMES.get(guess.upper(), ("DAY", "NIGHT")), sure, reason)


def _state(look: LookDraft) -> Doubt:
    words = f"{look.name} {look.ended}"
    return Doubt(DoubtKind.LOOK, words, NO, (YES,), _SURE["state"], "time has gone on since")


def _length(shot: Shot, rate: Fraction) -> Iterator[Doubt]:
    found = _NO_LENGTH.search(shot.action)
    own = shot.frames != natural_frames(shot.action, shot.dialogue, shot.caption, rate)
    if found is None or own:
        return
    seconds = [shot.frames / rate, *(shot.frames / rate * by for by in _TIMES_LONGER)]
    guess, *others = (f"{float(each):.1f}s" for each in seconds)
    reason = "as long as its words take to read"
    yield Doubt(DoubtKind.LENGTH, found[0], guess, tuple(others), _SURE["length"], reason)


def _shows(story: Story, shot: Shot, name: str) -> bool:
    return fold(name) in map(fold, shot.characters)


def _ended(story: Story, shot: Shot, doubt: Doubt) -> tuple[Element, Look]:
    """Whose state a doubt is about, and the last look before the shot that had it."""
    places = {each.id: at for at, each in enumerate(story.live_shots())}
    here = places[shot.id]
    for element in story.elements:
        if fold(doubt.words).startswith(fold(element.name)):
            ended = doubt.words[len(element.name) :].strip()
            looks = [each for each in story.looks if each.element == element.id and each.condition == ended]
            looks = [each for each in looks if places.get(each.begins, -1) < here]
            if looks:
                return element, max(looks, key=lambda each: places.get(each.begins, -1))
    raise BadInput(f"nothing says any more that {doubt.words}", "element look set gives a shot another look")


def _without(shot: Shot, element: Element) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in shot.looks if pair[0] != element.id)
