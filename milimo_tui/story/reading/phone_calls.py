"""Telephone calls in a scene: speeches of visible people to a person who is heard over a phone. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.values.shot_words import VoicePosition
from milimo_tui.story.values.text import fold, has_phrase


def mark_phone_calls(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """Return the pieces of a scene with the speeches of a call marked. Such a speech has no listener in the
    picture.

    A speech belongs to a call if the speech directly before or after it is heard over a phone, or if both
    neighbouring speeches are. A speech after or before that of another visible person belongs to no call, nor
    does a speech whose parenthetical names the listener.
    """
    speeches = [at for at, moment in enumerate(moments) if moment.sides]
    calls = {
        at
        for place, at in enumerate(speeches)
        if _is_in_call(moments, at, speeches[max(0, place - 1) : place], speeches[place + 1 : place + 2])
    }
    return tuple(
        replace(moment, is_on_phone=True, listener="", near=()) if at in calls else moment
        for at, moment in enumerate(moments)
    )


def _is_in_call(moments: Sequence[Moment], at: int, before: Sequence[int], after: Sequence[int]) -> bool:
    speech = moments[at]
    if speech.heard is not VoicePosition.SEEN or speech.beat.montage or _names_listener(speech):
        return False
    places = (*before, *after)
    near = [moments[place] for place in places if abs(place - at) == 1]
    if any(
        other.heard is VoicePosition.SEEN and other.beat.speakers != speech.beat.speakers for other in near
    ):
        return False
    on_phone = [moments[place].heard is VoicePosition.PHONE for place in places]
    return any(other.heard is VoicePosition.PHONE for other in near) or (len(places) > 1 and all(on_phone))


def _names_listener(speech: Moment) -> bool:
    lines = (line for side in speech.sides for line in side)
    return bool(speech.listener) and any(
        has_phrase(fold(line.parenthetical), fold(speech.listener)) for line in lines
    )
