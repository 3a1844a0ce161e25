"""Find doubts that can only be decided with the complete film. A doubt is a guess about the screenplay, with
its probability. These doubts are about time, looks and length where the script does not say them.

Each commit creates these doubts again from the current film, except those that the user answered. Pure
functions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.order_keys import create_key_between
from milimo_tui.core.time import parse_frame
from milimo_tui.story.looks.look_doubts import find_doubted_person, find_look_doubts
from milimo_tui.story.looks.look_draft import shorten_quote
from milimo_tui.story.looks.looks import find_look_at_shot, join_look_words
from milimo_tui.story.shots.own_fields import accept_doubt, is_doubt_answered, set_user_fields
from milimo_tui.story.shots.reading_doubts import (
    apply_fact_answer,
    complete_look_answer,
    drop_doubt,
    find_character_by_name,
    list_person_doubts,
    list_reading_doubts,
)
from milimo_tui.story.shots.shots import SceneDraft, compute_natural_frames
from milimo_tui.story.values.doubts import (
    CHANGED_HEADING,
    CONFIRMED_TIME,
    NO,
    NOBODY,
    YES,
    Doubt,
    DoubtKind,
)
from milimo_tui.story.values.film import Element, Look, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold

NewId = Callable[[str], str]
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
# The reason of questions that earlier versions asked about people without a name. Films may still have them.
_STRANGER = "described for a stranger, who speaks next"
_TIMES_LONGER = (Fraction(3, 2), Fraction(2))
_SURE = {"carried": 0.7, "before": 0.6, "none": 0.4, "length": 0.5}
_KINDS = frozenset({DoubtKind.TIME, DoubtKind.LOOK, DoubtKind.LENGTH, DoubtKind.FACT, DoubtKind.SAME})


def add_open_doubts(story: Story, drafts: Sequence[SceneDraft]) -> Story:
    """Return the film with its open doubts (unsure guesses that wait for an answer). Each doubt is added to
    the first shot that it concerns.

    `drafts` are the scenes of the script.
    """
    doubts: dict[str, list[Doubt]] = defaultdict(list)
    scenes = {scene.line: scene for scene in story.live_scenes()}
    shots = _group_live_shots_by_scene(story)
    before = ""
    for draft in drafts:
        scene = scenes.get(draft.line)
        mine = shots.get(scene.id, []) if scene is not None else []
        breakdown = draft.as_read.breakdown
        if scene is not None and breakdown is not None:
            for id, doubt in list_reading_doubts(story, scene, mine, breakdown):
                doubts[id].append(doubt)
        has_read_time = breakdown is not None and bool(breakdown.find_circumstances(0).time_of_day.text)
        if scene is not None and mine and not scene.is_set_by_user("time_of_day"):
            doubts[mine[0].id] += () if has_read_time else _list_time_doubts(draft, before)
        elif scene is not None and mine and scene.is_set_by_user(CHANGED_HEADING):
            doubts[mine[0].id].append(_create_changed_time_doubt(scene, draft))
        before = draft.time_of_day or before
    for id, doubt in list_person_doubts(story):
        doubts[id].append(doubt)
    its_looks = {id: [each for each in mine if each.kind is DoubtKind.LOOK] for id, mine in doubts.items()}
    for id, doubt in find_look_doubts(story, [draft.as_read for draft in drafts], its_looks):
        doubts[id].append(doubt)
    for shot in story.live_shots():
        doubts[shot.id] += _list_length_doubts(shot, story.project.rate)
    return replace(
        story, shots=tuple(_replace_open_doubts(shot, doubts.get(shot.id, ())) for shot in story.shots)
    )


def apply_doubt_answer(
    story: Story, shot: Shot, doubt: Doubt, answer: str, new_id: NewId
) -> tuple[list[Any], list[Any]]:
    """Apply the user's answer to a doubt about `shot`. Return two lists: the changed values of the film
    before the change, and the same values after it.

    Raises BadInput if the answer cannot be used.
    """
    done = accept_doubt(shot, replace(doubt, guess=answer))
    done = replace(done, doubts=tuple(other for other in done.doubts if other != doubt))
    if doubt.kind is DoubtKind.TIME and not shot.time_of_day:
        scene = next(scene for scene in story.scenes if scene.id == shot.scene)
        set_scene = _apply_time_answer(scene, answer.upper(), is_guess=fold(answer) == fold(doubt.guess))
        return [scene, shot], [set_scene, done]
    if doubt.kind is DoubtKind.TIME:
        return [shot], [set_user_fields(done, time_of_day=answer.upper())]
    if doubt.kind is DoubtKind.PLACE:
        return [shot], [set_user_fields(done, location=answer)]
    if doubt.kind is DoubtKind.LENGTH:
        frames = parse_frame(answer, story.project.rate)
        if frames < 1:
            raise BadInput(f"{answer} is not a length", "for example 4s, 4.5s or 100f")
        return [shot], [replace(done, frames=frames)]
    if doubt.kind is DoubtKind.FACT:
        return apply_fact_answer(story, shot, doubt, done, answer)
    if is_stranger_doubt(doubt):
        return _apply_stranger_answer(story, shot, doubt, done, answer)
    if doubt.guess not in (YES, NO):
        return _apply_look_answer(story, shot, doubt, done, answer, new_id)
    if fold(answer) not in (YES, NO):
        raise BadInput(f"“{answer}” does not answer whether the camera stays still", f"answer {YES} or {NO}")
    if fold(answer) == NO:
        return [shot], [done]
    element, look = _find_ended_look(story, shot, doubt)
    mine = [
        each for each in _group_live_shots_by_scene(story)[shot.scene] if _has_character(each, element.name)
    ]
    keeping = [
        replace(each, looks=(*_drop_element_looks(each, element), (element.id, look.id))) for each in mine
    ]
    return mine, [replace(done, looks=each.looks) if each.id == shot.id else each for each in keeping]


def _apply_time_answer(scene: Scene, time: str, *, is_guess: bool) -> Scene:
    """Return the scene with the time of day that the user answered. If the answer is the guess of the program
    (`is_guess`), it is valid as long as the heading does not change.
    """
    script_time = scene.get_script_value("time_of_day")
    was_asked_again = scene.is_set_by_user(CHANGED_HEADING)
    own = dict(scene.own)
    for key in ("time_of_day", CONFIRMED_TIME, CHANGED_HEADING):
        own.pop(key, None)
    if time != script_time:
        own["time_of_day"] = script_time
        if is_guess and not was_asked_again:
            own[CONFIRMED_TIME] = scene.get_script_value("heading")
    return replace(scene, time_of_day=time, own=tuple(own.items()))


def _apply_stranger_answer(
    story: Story, shot: Shot, doubt: Doubt, done: Shot, answer: str
) -> tuple[list[Any], list[Any]]:
    """Return the changes for an answer that names a stranger, as values before and after.

    The named person is added to the shot, and the looks that were attached to the guessed person move to the
    named person. `done` is the shot with the doubt accepted.
    """
    names = [] if fold(answer) == NOBODY else [answer]
    done = set_user_fields(done, characters=tuple(dict.fromkeys((*shot.characters, *names))))
    guessed, right = (find_character_by_name(story, name) for name in (doubt.guess, answer))
    if guessed is None or guessed == right:
        return [shot], [replace(done, doubts=drop_doubt(shot, doubt))]
    found_looks = [each for each in story.looks if each.element == guessed.id and each.found]
    found_looks = [
        each
        for each in found_looks
        if each.begins == _get_first_shot_id(story, shot) and _is_look_of_doubt(each, doubt)
    ]
    moved = [replace(each, element=right.id) for each in found_looks] if right is not None else []
    return [shot, *found_looks], [replace(done, doubts=drop_doubt(shot, doubt)), *moved]


def _apply_look_answer(
    story: Story, shot: Shot, doubt: Doubt, done: Shot, answer: str, new_id: NewId
) -> tuple[list[Any], list[Any]]:
    """Return the changes for an answer about a look, as values before and after.

    The answer names an existing look or describes a new one. The look applies from this shot to the end of
    the look that it replaces. `done` is the shot with the doubt accepted.
    """
    element = find_doubted_person(story, doubt)
    if element is None:
        raise BadInput(
            f"no character is called {doubt.words.partition(': ')[0]} any more",
            "{ui.mode elements|milimo element list} lists the characters",
        )
    if fold(answer) == fold(doubt.guess):
        return [shot], [done]
    answer = complete_look_answer(story, shot, element, doubt, answer)
    known = (look for look in story.looks if look.element == element.id)
    wanted = next(
        (look for look in known if fold(answer) in map(fold, (look.name, join_look_words(look)))), None
    )
    current = find_look_at_shot(story, shot, element)
    last = max((look.order for look in story.looks if look.element == element.id), default=None)
    look = replace(
        wanted or Look(id="", element=element.id, order="", text=answer),
        id=new_id("look"),
        order=create_key_between(last, None),
        begins=shot.id,
        ends=current.ends if current else "",
        era=_get_look_era(story, shot, current),
        quote="",
        found=False,
    )
    return [shot], [done, look]


def _get_first_shot_id(story: Story, shot: Shot) -> str:
    return next(each.id for each in story.live_shots() if each.scene == shot.scene)


def _is_look_of_doubt(look: Look, doubt: Doubt) -> bool:
    return shorten_quote(look.quote) == doubt.words


def _get_look_era(story: Story, shot: Shot, look: Look | None) -> Era:
    return look.era if look else next(scene.era for scene in story.scenes if scene.id == shot.scene)


def _group_live_shots_by_scene(story: Story) -> dict[str, list[Shot]]:
    out: dict[str, list[Shot]] = defaultdict(list)
    for shot in story.live_shots():
        out[shot.scene].append(shot)
    return out


def _replace_open_doubts(shot: Shot, doubts: Sequence[Doubt]) -> Shot:
    kept = [
        doubt
        for doubt in shot.doubts
        if not is_renewed_each_commit(doubt) or _is_about_own_words(shot, doubt)
    ]
    new = [doubt for doubt in doubts if not is_doubt_answered(shot, doubt) and doubt not in kept]
    return replace(shot, doubts=(*kept, *new)) if new or len(kept) != len(shot.doubts) else shot


def is_stranger_doubt(doubt: Doubt) -> bool:
    """Return True if a doubt asks who a person is whom the script describes without a name."""
    return doubt.kind is DoubtKind.CAST and doubt.reason == _STRANGER


def is_renewed_each_commit(doubt: Doubt) -> bool:
    """Return True if the doubt depends on the complete film, so that each commit creates it again."""
    return doubt.kind in _KINDS and not doubt.field


def _is_about_own_words(shot: Shot, doubt: Doubt) -> bool:
    """Return True if a doubt about time was caused by the words of the shot itself. This is so for an item of
    a montage that names its own time.
    """
    return doubt.kind is DoubtKind.TIME and doubt.words in shot.action


def _list_time_doubts(draft: SceneDraft, before: str) -> Iterator[Doubt]:
    heading = draft.heading
    if not draft.shots or draft.line <= 0:
        return
    if not draft.time_of_day:
        guess = before or "DAY"
        reason = "its heading has no time; as the scene before" if before else "its heading has no time"
        probability = _SURE["before" if before else "none"]
    elif _LATER.match(heading) and before:
        guess, reason, probability = draft.time_of_day, "later than the scene before", _SURE["carried"]
    else:
        return
    yield Doubt(
        DoubtKind.TIME, heading, guess, _NEXT_TIMES.get(guess.upper(), ("DAY", "NIGHT")), probability, reason
    )


def _create_changed_time_doubt(scene: Scene, draft: SceneDraft) -> Doubt:
    """Create the doubt whether a time of day that the user set still applies, after a change of the
    heading.
    """
    others = (draft.time_of_day,) if draft.time_of_day else _NEXT_TIMES.get(scene.time_of_day, ())
    reason = "the heading has changed since you set the time"
    return Doubt(DoubtKind.TIME, draft.heading, scene.time_of_day, others, _SURE["none"], reason)


def _list_length_doubts(shot: Shot, rate: Fraction) -> Iterator[Doubt]:
    found = _NO_LENGTH.search(shot.action)
    own = shot.frames != compute_natural_frames(shot.action, shot.dialogue, shot.caption, rate)
    if found is None or own:
        return
    seconds = [shot.frames / rate, *(shot.frames / rate * by for by in _TIMES_LONGER)]
    guess, *others = (f"{float(each):.1f}s" for each in seconds)
    reason = "as long as its words take to read"
    yield Doubt(DoubtKind.LENGTH, found[0], guess, tuple(others), _SURE["length"], reason)


def _has_character(shot: Shot, name: str) -> bool:
    return fold(name) in map(fold, shot.characters)


def _find_ended_look(story: Story, shot: Shot, doubt: Doubt) -> tuple[Element, Look]:
    """Return the element whose state (such as “soaked”) a doubt is about, and its last look with that state
    before the shot. Raises BadInput if there is none.
    """
    places = {each.id: at for at, each in enumerate(story.live_shots())}
    here = places[shot.id]
    for element in story.elements:
        if fold(doubt.words).startswith(fold(element.name)):
            ended = doubt.words[len(element.name) :].strip()
            looks = [each for each in story.looks if each.element == element.id and each.condition == ended]
            looks = [each for each in looks if places.get(each.begins, -1) < here]
            if looks:
                return element, max(looks, key=lambda each: places.get(each.begins, -1))
    raise BadInput(
        f"the screenplay no longer contains this: {doubt.words}",
        "milimo element look set gives a shot another look",
    )


def _drop_element_looks(shot: Shot, element: Element) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in shot.looks if pair[0] != element.id)
