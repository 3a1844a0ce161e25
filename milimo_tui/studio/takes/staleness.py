"""Find the parts of a take that are stale (picture, voice, captions), and describe what has changed since the
take was made. Pure functions over a story snapshot.

A take stores the spec that it was made from. This spec is compared with the present spec of the shot. If only
the dialogue has changed, the picture is still fresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile, zip_longest
from typing import Any

from milimo_tui.engines.specs.spec_values import SpokenLine
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.values.film import Line, Shot, Story, Take
from milimo_tui.studio.takes import one_go, shot_spec, signatures
from milimo_tui.studio.takes.conditioning import StoryIndex
from milimo_tui.studio.takes.shot_spec import ShotState

# The largest number of characters of a spoken line in a description. The rest of a longer line is cut off.
SHOWN = 48
# The number of equal characters that a description shows before the first difference of two long lines.
LED_IN = 12


class TakePart(StrEnum):
    """The parts of a take that can be stale separately. `caption` is the dialogue as text in the picture,
    which only drawn takes have.
    """

    PICTURE = "picture"
    VOICE = "voice"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class StaleParts:
    """The stale parts of a take, and short phrases that say why. Both are empty for a fresh take."""

    parts: tuple[TakePart, ...] = ()
    why: tuple[str, ...] = ()


FRESH = StaleParts()
# The fields of a spec and the facts of a shot, with the names that users see.
_NAMES = {
    "frames": "the length",
    "prompt": "the prompt",
    "negative": "the negative prompt",
    "rate": "the film's rate",
    "width": "the film's size",
    "height": "the film's size",
    "sample_rate": "the film's sample rate",
    "loras": "the LoRAs",
    "model": "the weights",
    "conditioning": "its inputs",
    "control": "its inputs",
    "references": "pictures of its elements",
    "chunks": "its parts",
    "beats": "the times of its beats",
    "subjects": "the reference pictures",
    "guidance_parts": "the guidance",
    "voice": "the voice",
    "characters": "the people in it",
    "time_of_day": "the time of day",
    "heading": "the scene's heading",
}


def find_stale_parts(state: ShotState) -> StaleParts:
    """Return the stale parts of the take that the shot shows, with the reasons. The result is empty if the
    take is fresh or if there is no take.
    """
    return (
        find_stale_parts_of_take(state.story, state.maker, state.picked)
        if state.picked and state.stale
        else FRESH
    )


def find_stale_parts_of_take(
    story: Story, shot: Shot, take: Take, index: StoryIndex | None = None
) -> StaleParts:
    """Return the stale parts of `take`, compared with the current values of the shot. A take without a
    signature counts as fresh.
    """
    index = index or StoryIndex.from_story(story)
    shot = index.performances.prepare_for_take(shot)
    now = shot_spec.make_performed_spec(story, shot, engine=take.engine, seed=0, index=index)
    if not take.signature or shot_spec.is_take_of_spec(index, shot, take, now):
        return FRESH
    then = shot_spec.parse_take_spec(take)
    if then is None:
        return StaleParts((TakePart.PICTURE,), ("there is no record of what it was made from",))
    if then.pieces:
        then = one_go.make_single_spec(then, shot.id, now)
    lines = _reconstruct_lines(then, shot.dialogue)
    parts: list[TakePart] = []
    why: list[str] = []
    if _list_spoken_fields(lines) != _list_spoken_fields(shot.dialogue):
        parts.append(TakePart.VOICE)
        if shot_spec.is_drawing_engine(take.engine):
            parts.append(TakePart.CAPTION)
        why += _describe_line_changes(lines, shot.dialogue)
    voices = [] if index.is_spoken_separately(shot) else _describe_voice_changes(story, then, now)
    if voices and TakePart.VOICE not in parts:
        parts.append(TakePart.VOICE)
    why += voices
    as_it_was = replace(shot, dialogue=lines)
    if parts and shot.frames < then.frames <= take.length:
        # The shot has become shorter together with its dialogue. The take has all frames of the shorter shot,
        # so its picture need not be stale for that.
        as_it_was = replace(as_it_was, frames=then.frames)
    wanted = shot_spec.make_performed_spec(story, as_it_was, engine=take.engine, seed=0, index=index)
    if shot_spec.is_drawing_engine(wanted.engine):  # A voice changes no picture.
        wanted = signatures.copy_voices(wanted, then)
    if not shot_spec.is_take_of_spec(index, shot, take, wanted):
        parts.insert(0, TakePart.PICTURE)
        why = [*_describe_field_changes(then, wanted), *why]
    return StaleParts(tuple(parts), tuple(why))


def _list_spoken_fields(lines: Sequence[Line]) -> list[tuple[str, str, str, str]]:
    return [(line.character, line.text, line.extension, line.parenthetical) for line in lines if line.text]


def _reconstruct_lines(spec: MakeVideo, now: Sequence[Line]) -> tuple[Line, ...]:
    """Return the dialogue that a take was made with, reconstructed from the take's spec. The spec stores
    parentheticals (“whispering”) only inside the prompt, so they are extracted from the prompt.

    If the user worded the prompt, it may not contain a line. The parenthetical of this line is then taken
    from the present dialogue `now`.
    """
    out = []
    for index, line in enumerate(spec.facts.lines):
        how = _find_parenthetical(line, spec.plain or spec.prompt)
        if how is None:
            same = index < len(now) and (now[index].character, now[index].text) == (line.character, line.text)
            how = now[index].parenthetical if same else ""
        out.append(Line(line.character, line.text, line.extension, how))
    return tuple(out)


def _find_parenthetical(line: SpokenLine, prompt: str) -> str | None:
    """Return the parenthetical of a line (such as “whispering”) from a composed prompt. Return an empty text
    if the line has none, and None if the prompt does not contain the line.
    """
    speaker, words = re.escape(line.character), re.escape(line.text)
    found = re.search(rf"{speaker}(?:, ([^“”]*?),)? (?:says|is heard): “{words}”", prompt)
    return None if found is None else found[1] or ""


def _describe_line_changes(then: Sequence[Line], now: Sequence[Line]) -> Iterator[str]:
    """Yield a phrase for each line of dialogue that has changed: `“You are late.” is now “You are too
    late.”`
    """
    for old, new in zip_longest(then, now):
        if old == new:
            continue
        if old is None:
            yield f"“{_shorten_line(new.text)}” is new"
        elif new is None:
            yield f"“{_shorten_line(old.text)}” was removed"
        elif old.text != new.text:
            before, after = _trim_common_beginning(old.text, new.text)
            yield f"“{_shorten_line(before)}” is now “{_shorten_line(after)}”"
        else:
            yield f"“{_shorten_line(new.text)}” has another speaker or another delivery"


def _describe_voice_changes(story: Story, then: MakeVideo, now: MakeVideo) -> list[str]:
    """Return a phrase such as `MARA has another voice` for each speaker whose voice differs between the two
    specs, and a phrase for another language that the user set. Speakers who occur in only one spec are left
    out.
    """
    if not shot_spec.is_drawing_engine(now.engine):  # Specs for other engines contain no voices.
        return []
    old = {line.character: line.voice for line in then.facts.lines}
    lines = signatures.copy_equal_voices(now, then).facts.lines
    changed = {line.character for line in lines if line.voice != old.get(line.character, line.voice)}
    voices = [f"{name} has another voice" for name in sorted(changed)]
    if story.project.language and then.facts.lines and now.facts.language != then.facts.language:
        voices.append("the language of the dialogue")
    return voices


def _trim_common_beginning(old: str, new: str) -> tuple[str, str]:
    """Return the two lines with most of their common beginning replaced by “…”, so that their difference is
    visible when they are shortened. Lines that are short or do not begin alike are returned unchanged.
    """
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = old.rfind(" ", 0, max(0, shared - LED_IN)) + 1
    if max(len(old), len(new)) <= SHOWN or not start:
        return old, new
    return f"… {old[start:]}", f"… {new[start:]}"


def _shorten_line(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"


def _describe_field_changes(then: MakeVideo, now: MakeVideo) -> list[str]:
    """Return descriptions of the fields in which two specs differ, without duplicates."""
    old, new = signatures.list_deciding_values(then), signatures.list_deciding_values(now)
    swept = (
        {"prompt", "guidance", *(("engine",) if then.changes_a_take else ())} if then.stands_for else set()
    )
    named = [_describe_field_change(name, old, new) for name in new | old if name not in ("facts", *swept)]
    facts_old, facts_new = old["facts"], new["facts"]
    named += [_describe_field_change(name, facts_old, facts_new) for name in facts_new if name != "lines"]
    found = list(dict.fromkeys(filter(None, named)))
    specific = [one for one in found if one != _NAMES["prompt"]]
    # Leave out the phrase for the prompt if there are others: the prompt is composed of the other fields,
    # which describe the change better.
    return specific or found or ["the prompt of its shot"]


def _describe_time_or_weather(old: str, new: str, *, is_elsewhere: bool) -> str:
    """Describe the change of a field that contains a time of day, or both a time of day and the weather:
    `NIGHT, rain`. `is_elsewhere` is True if the shot has got another place.
    """
    before, after = old.partition(", "), new.partition(", ")
    if before[0] == after[0]:
        # The field contains the weather of the scene only if the shot is at another place.
        return "" if is_elsewhere and not before[2] else "the weather"
    return _NAMES["time_of_day"] if before[2] == after[2] else f"{_NAMES['time_of_day']}, the weather"


def _describe_field_change(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if old.get(name) == new.get(name):
        return ""
    if name == "frames":
        return f"the length: {old[name]} f, now {new[name]}"
    if name == "heading" and not (old.get(name) and new.get(name)):
        # A drawing gets no heading if its shot has a place or weather of its own; the other fields describe
        # this change.
        return ""
    if name == "time_of_day":
        is_elsewhere = old.get("location") != new.get("location")
        return _describe_time_or_weather(old.get(name) or "", new.get(name) or "", is_elsewhere=is_elsewhere)
    return _NAMES.get(name, f"the {name.replace('_', ' ')}")
