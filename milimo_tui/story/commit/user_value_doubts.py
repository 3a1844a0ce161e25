"""Ask whether a value that the user set on a shot still applies, after the text that it concerns has changed.
Pure functions.

- A place, a part of a place, a time of day and a weather concern the heading and the words of the shot that
  name them. The program asks if the script now gives another value. It also asks about the weather if the
  scene moves indoors or outdoors.
- A framing and a cast concern the action of the shot and its speakers. The program asks if these change.
  After the user has confirmed such a value, the program asks again only if the script gives another value.

A question stays until the user answers it or sets the value.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from typing import Any

from milimo_tui.story.shots.own_fields import get_script_value, is_value_confirmed
from milimo_tui.story.values.doubts import NOBODY, Doubt, DoubtKind
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.story.values.text import fold

_SURE = 0.4  # The confidence that a value of the user still applies after the text has changed.
# Fields that a shot shares with its scene. If a shot has no value, the value of its scene applies.
SCENE_FIELDS = {
    "location": DoubtKind.PLACE,
    "part": DoubtKind.PLACE,
    "time_of_day": DoubtKind.TIME,
    "weather": DoubtKind.WEATHER,
}
_FRAMINGS = {
    "characters": DoubtKind.CAST,
    "focus": DoubtKind.FRAMING,
    "size": DoubtKind.FRAMING,
    "angle": DoubtKind.FRAMING,
    "movement": DoubtKind.FRAMING,
    "function": DoubtKind.FRAMING,
    "rig": DoubtKind.FRAMING,
}
_WORD = re.compile(r"\w+")


def add_user_value_doubts(before: Story, after: Story) -> Story:
    """Return the film after a commit, with a doubt for each value of the user whose text the commit changed.

    `before` is the film before the commit.
    """
    old_shots = {shot.id: shot for shot in before.shots}
    old_scenes = {scene.id: scene for scene in before.scenes}
    scenes = {scene.id: scene for scene in after.scenes}
    shots = []
    for shot in after.shots:
        old = old_shots.get(shot.id)
        old_scene, scene = old_scenes.get(old.scene if old else ""), scenes.get(shot.scene)
        if old is not None and old_scene is not None and scene is not None and shot.own and not shot.parked:
            shots.append(_add_doubts(old, shot, old_scene, scene))
        else:
            shots.append(shot)
    return replace(after, shots=tuple(shots))


def _add_doubts(old: Shot, new: Shot, old_scene: Scene, scene: Scene) -> Shot:
    set_by_user = {name for name, _ in new.own}
    open_doubts = {doubt.field: doubt for doubt in new.doubts if doubt.field}
    old_heading, heading = (each.get_script_value("heading") for each in (old_scene, scene))
    # An accepted reading may change the script's values of a shot, although its text is the same.
    is_read_again = old.digest == new.digest and old_scene.breakdown != scene.breakdown
    is_text_changed = not is_read_again and _list_action_words(old) != _list_action_words(new)
    doubts = [doubt for doubt in new.doubts if not doubt.field]
    for name, kind in (SCENE_FIELDS | _FRAMINGS).items():
        if name not in set_by_user:
            continue
        was, now = get_script_value(old, name), get_script_value(new, name)
        is_asked = is_text_changed and not is_value_confirmed(new, name)
        is_about_text = was != now or name not in SCENE_FIELDS
        if name in SCENE_FIELDS:
            was = was or old_scene.get_script_value(name)
            now = now or scene.get_script_value(name)
            is_asked = name == "weather" and old_scene.setting is not scene.setting
        if is_read_again and (name not in SCENE_FIELDS or old_heading == heading):
            was, is_asked = now, False
        if open_doubt := open_doubts.get(name):
            is_asked, is_about_text = True, open_doubt.words != old_heading
        value, now_text = format_field_value(getattr(new, name)), format_field_value(now)
        if (is_asked or now != was) and fold(value) != fold(now_text):
            words, others = new.action if is_about_text else heading, (now_text,) if now_text else ()
            reason = _describe_change(name, is_about_text)
            doubts.append(Doubt(kind, words, value, others, _SURE, reason, name))
    return replace(new, doubts=tuple(doubts))


def name_shot_field(field: str) -> str:
    """Return the name of a shot's field for people, which is also the name of its option of `shot set`."""
    return "cast" if field == "characters" else field.replace("_", " ")


def format_field_value(value: Any) -> str:
    """Return the value of a shot's field as `shot set` takes it."""
    if isinstance(value, tuple):
        return ", ".join(value) or NOBODY
    return value.value if isinstance(value, StrEnum) else str(value)


def _describe_change(field: str, is_about_text: bool) -> str:
    subject = "text" if is_about_text else "heading"
    return f"the {subject} has changed since you set the {name_shot_field(field)}"


def _list_action_words(shot: Shot) -> list[str]:
    """Return the words of the action, the caption and the speakers. The words of the speeches and the
    punctuation do not change how a shot is framed.
    """
    speakers = (line.character for line in shot.dialogue)
    return _WORD.findall(" ".join((shot.action, shot.caption, *speakers)).casefold())
