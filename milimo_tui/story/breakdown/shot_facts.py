"""The facts of a scene's breakdown that apply to one shot: the posture, position, gaze and held things of
each person in the picture, and the light. Pure functions.

A posture that lasts, a held thing and a gaze are carried on from earlier beats of the scene.
"""

from __future__ import annotations

from dataclasses import fields, replace

from milimo_tui.story.breakdown.facts import UNKNOWN, Fact
from milimo_tui.story.breakdown.film_reading import load_current_breakdown
from milimo_tui.story.breakdown.scenes import Circumstances, SceneBeat, SceneBreakdown, VisiblePerson
from milimo_tui.story.values.film import Scene, Shot
from milimo_tui.story.values.text import fold, split_sentences, split_words

# Words that begin a posture in which a person stays. Other postures, such as “walks in”, end with their beat.
LASTING_POSTURES = {
    "sit": "sitting", "sits": "sitting", "sitting": "sitting", "seated": "seated", "sat": "sitting",
    "stand": "standing", "stands": "standing", "standing": "standing", "lie": "lying", "lies": "lying",
    "lying": "lying", "kneel": "kneeling", "kneels": "kneeling", "kneeling": "kneeling", "lean": "leaning",
    "leans": "leaning", "leaning": "leaning", "crouch": "crouching", "crouches": "crouching",
    "crouching": "crouching", "squat": "squatting", "squats": "squatting", "squatting": "squatting",
    "sleep": "sleeping", "sleeps": "sleeping", "sleeping": "sleeping", "asleep": "asleep",
    "slumped": "slumped", "hunched": "hunched", "perched": "perched", "curled": "curled",
}  # fmt: skip


def list_shown_beats(breakdown: SceneBreakdown, line: int, end_line: int, text: str) -> list[SceneBeat]:
    """Return the beats that a piece of a scene shows. Lines count from the heading. `text` is the text of the
    piece; if a paragraph has several beats, those whose text is in the piece are returned.
    """
    beats = [beat for beat in breakdown.beats if beat.line <= end_line and line <= beat.end_line]
    if not text or not any(beat.text for beat in beats):
        return beats
    return [beat for beat in beats if not beat.text or _share_sentence(beat.text, text)] or beats


def _share_sentence(one: str, other: str) -> bool:
    """Return True if a sentence of one text is in the other, or the other way round."""
    pairs = ((one, fold(other)), (other, fold(one)))
    return any(fold(part) in within for text, within in pairs for part in split_sentences(text) or [text])


def list_people_in_shot(scene: Scene, shot: Shot) -> tuple[VisiblePerson, ...]:
    """Return the people of a shot with what is known of their posture, position, held things and gaze.
    Nothing is known in a scene without a breakdown of its present text.
    """
    breakdown = load_current_breakdown(scene)
    if breakdown is None or not _is_of_scene(breakdown, scene, shot):
        return ()
    line, end_line = shot.line - scene.line, shot.end_line - scene.line
    shown = list_shown_beats(breakdown, line, end_line, "" if shot.dialogue else shot.action)
    if not shown:
        return ()
    last = max(at for at, beat in enumerate(breakdown.beats) if beat in shown)
    states: dict[str, VisiblePerson] = {}
    for at, beat in enumerate(breakdown.beats[: last + 1]):
        if at and beat not in shown:
            states = {name: _drop_passing_posture(state) for name, state in states.items()}
        _apply_beat(states, beat)
    known = {fold(name) for name in shot.characters}
    return tuple(state for name, state in states.items() if name in known and _knows_anything(state))


def _apply_beat(states: dict[str, VisiblePerson], beat: SceneBeat) -> None:
    """Add the facts of a beat to the states of its people. A thing that a person takes from somebody leaves
    the other's hands.
    """
    for person in beat.visible:
        before = states.get(fold(person.name), VisiblePerson(name=person.name))
        states[fold(person.name)] = VisiblePerson(
            name=person.name,
            posture=person.posture or _keep_lasting_posture(before.posture),
            position=person.position or before.position,
            holds=person.holds or before.holds,
            looks_at=person.looks_at or before.looks_at,
        )
    taken = {fold(person.holds.text): fold(person.name) for person in beat.visible if person.holds}
    for name, state in states.items():
        if taken.get(fold(state.holds.text), name) != name:
            states[name] = replace(state, holds=UNKNOWN)


def _drop_passing_posture(state: VisiblePerson) -> VisiblePerson:
    return replace(state, posture=_keep_lasting_posture(state.posture))


def _keep_lasting_posture(posture: Fact) -> Fact:
    words = split_words(posture.text.casefold())
    return posture if words and words[0] in LASTING_POSTURES else UNKNOWN


def _knows_anything(state: VisiblePerson) -> bool:
    return any(getattr(state, field.name) for field in fields(state) if field.name != "name")


def find_read_circumstances(scene: Scene, shot: Shot) -> Circumstances | None:
    """Return the place, time, weather and light of a shot that the breakdown of its scene gives, or None
    without a breakdown of the scene's present text.
    """
    breakdown = load_current_breakdown(scene)
    if breakdown is None or not _is_of_scene(breakdown, scene, shot):
        return None
    return breakdown.find_circumstances(shot.line - scene.line)


def get_shot_value(scene: Scene, shot: Shot, field: str) -> str:
    """Return the time of day or the weather of a shot: the shot's own value if it applies, otherwise that of
    its scene.
    """
    return str(getattr(shot if has_own_value(scene, shot, field) else scene, field))


def has_own_value(scene: Scene, shot: Shot, field: str) -> bool:
    """Return True if a shot has a value of this field that takes precedence over the value of its scene. A
    value that a reading gave the shot does not, if the user set the value of the scene.
    """
    if not getattr(shot, field):
        return False
    is_overruled = scene.is_set_by_user(field) and field not in dict(shot.own)
    return not is_overruled or not _is_given_by_reading(scene, shot, field)


def _is_given_by_reading(scene: Scene, shot: Shot, field: str) -> bool:
    """Return True if a reading gives this value of a shot. A time of day that differs from the first one of
    the scene is a later moment, which the user's time for the scene does not replace.
    """
    breakdown, here = load_current_breakdown(scene), find_read_circumstances(scene, shot)
    found = getattr(here, field, UNKNOWN)
    if breakdown is None or not found:
        return False
    times = (each.time_of_day.text for each in breakdown.circumstances if each.time_of_day)
    return field != "time_of_day" or fold(next(times, "")) == fold(found.text)


def _is_of_scene(breakdown: SceneBreakdown, scene: Scene, shot: Shot) -> bool:
    """Return True if a shot was made from the text of its scene, and not added by the user or moved here."""
    last = max((beat.end_line for beat in breakdown.beats), default=-1)
    return bool(shot.digest) and 0 <= shot.line - scene.line <= last
