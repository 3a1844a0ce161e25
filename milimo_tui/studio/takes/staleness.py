"""What of a take its shot has outgrown: the picture, the voice, the captions; and what changed, in words.

Pure over a story snapshot. A take is judged by the order it was made from, which it carries: were only its
lines what they were and nothing else stale, then its picture is as the shot wants it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile, zip_longest
from typing import Any

from pydantic import ValidationError

from milimo_tui.engines.specs.spec_values import SpokenLine
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.values.film import Line, Shot, Story, Take
from milimo_tui.studio.takes import one_go, shot_spec, signatures
from milimo_tui.studio.takes.conditioning import Index
from milimo_tui.studio.takes.shot_spec import ShotState

SHOWN = 48  # letters of a line in a sentence
LED_IN = 12  # letters of what two lines share before they part


class Part(StrEnum):
    """What a take has of a shot. `caption`: the lines as letters, where they are drawn into its picture."""

    PICTURE = "picture"
    VOICE = "voice"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Stale:
    """The parts of a take that its shot has outgrown, and why, a few words each; none of a fresh one."""

    parts: tuple[Part, ...] = ()
    why: tuple[str, ...] = ()


FRESH = Stale()
# Fields of an order, and of its facts, as people call them.
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
    "conditioning": "what it follows",
    "control": "what it follows",
    "references": "pictures of its elements",
    "chunks": "its parts",
    "beats": "when its beats come",
    "subjects": "pictures that go along",
    "guidance_parts": "the guidance",
    "voice": "the voice",
    "characters": "who is in it",
    "time_of_day": "the time of day",
    "heading": "the scene's heading",
}


def of(state: ShotState) -> Stale:
    """What of the picked take is stale."""
    return of_take(state.story, state.maker, state.picked) if state.picked and state.stale else FRESH


def of_take(story: Story, shot: Shot, take: Take, index: Index | None = None) -> Stale:
    """What of a take is stale, by what the shot says now. A take of unknown make counts as fresh."""
    index = index or Index.of(story)
    shot = index.performances.performed(shot)
    now = shot_spec.performed_spec(story, shot, engine=take.engine, seed=0, index=index)
    if not take.signature or signatures.signature(now) == take.signature:
        return FRESH
    then = _order(take)
    if then is None:
        return Stale((Part.PICTURE,), ("nothing is known of what it was made from",))
    if then.pieces:
        then = one_go.as_if_alone(then, shot.id, now)
    lines = _spec_lines(then, shot.dialogue)
    parts: list[Part] = []
    why: list[str] = []
    if _spoken_fields(lines) != _spoken_fields(shot.dialogue):
        parts.append(Part.VOICE)
        if shot_spec.draws_from_facts(take.engine):
            parts.append(Part.CAPTION)
        why += _line_changes(lines, shot.dialogue)
    voices = _voice_changes(then, now)
    if voices and Part.VOICE not in parts:
        parts.append(Part.VOICE)
    why += voices
    as_it_was = replace(shot, dialogue=lines)
    if parts and shot.frames < then.frames <= take.length:
        as_it_was = replace(as_it_was, frames=then.frames)  # less is said, and it is all there
    wanted = shot_spec.performed_spec(story, as_it_was, engine=take.engine, seed=0, index=index)
    wanted = _as_voiced(wanted, then)
    if signatures.signature(wanted) != take.signature:
        parts.insert(0, Part.PICTURE)
        why = [*_changes(then, wanted), *why]
    return Stale(tuple(parts), tuple(why))


def _order(take: Take) -> MakeVideo | None:
    """What a take was made from; None where that is not known."""
    try:
        return MakeVideo.model_validate_json(take.spec)
    except ValidationError:
        return None


def _spoken_fields(lines: Sequence[Line]) -> list[tuple[str, str, str, str]]:
    return [(line.character, line.text, line.extension, line.parenthetical) for line in lines if line.text]


def _spec_lines(spec: MakeVideo, now: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of an order. How they are said stands in its prompt alone; where not even they do (a prompt
    in a person's own words), as they are said now.
    """
    out = []
    for index, line in enumerate(spec.facts.lines):
        how = _parenthetical(line, spec.plain or spec.prompt)
        if how is None:
            same = index < len(now) and (now[index].character, now[index].text) == (line.character, line.text)
            how = now[index].parenthetical if same else ""
        out.append(Line(line.character, line.text, line.extension, how))
    return tuple(out)


def _parenthetical(line: SpokenLine, prompt: str) -> str | None:
    """How a line is said in a composed prompt; None where it is not in it."""
    who, words = re.escape(line.character), re.escape(line.text)
    found = re.search(rf"{who}(?:, ([^“”]*?),)? (?:says|is heard): “{words}”", prompt)
    return None if found is None else found[1] or ""


def _line_changes(then: Sequence[Line], now: Sequence[Line]) -> Iterator[str]:
    """`“You are late.” is “You are too late.” now`, line by line."""
    for old, new in zip_longest(then, now):
        if old == new:
            continue
        if old is None:
            yield f"“{_short(new.text)}” is new"
        elif new is None:
            yield f"“{_short(old.text)}” is said no more"
        elif old.text != new.text:
            before, after = _where_they_part(old.text, new.text)
            yield f"“{_short(before)}” is “{_short(after)}” now"
        else:
            yield f"“{_short(new.text)}” is said by another, or otherwise"


def _voice_changes(then: MakeVideo, now: MakeVideo) -> list[str]:
    """`MARA has another voice`, for each who speaks in both orders."""
    if not shot_spec.draws_from_facts(now.engine):  # no other engine is told of voices
        return []
    old = {line.character: line.voice for line in then.facts.lines}
    changed = {
        line.character for line in now.facts.lines if line.voice != old.get(line.character, line.voice)
    }
    return [f"{name} has another voice" for name in sorted(changed)]


def _as_voiced(wanted: MakeVideo, then: MakeVideo) -> MakeVideo:
    """An order with the voices of an earlier one: which they are changes no picture."""
    old = {line.character: line.voice for line in then.facts.lines}
    lines = tuple(
        line.model_copy(update={"voice": old.get(line.character, line.voice)}) for line in wanted.facts.lines
    )
    facts = wanted.facts.model_copy(update={"lines": lines})
    return wanted.model_copy(update={"facts": facts}) if shot_spec.draws_from_facts(wanted.engine) else wanted


def _where_they_part(old: str, new: str) -> tuple[str, str]:
    """Two lines of which a long common beginning is left out: what differs is seen."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = old.rfind(" ", 0, max(0, shared - LED_IN)) + 1
    if max(len(old), len(new)) <= SHOWN or not start:
        return old, new
    return f"… {old[start:]}", f"… {new[start:]}"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"


def _changes(then: MakeVideo, now: MakeVideo) -> list[str]:
    """The fields in which two orders differ, in words, each once."""
    old, new = signatures.deciding(then), signatures.deciding(now)
    swept = (
        {"prompt", "guidance", *(("engine",) if then.changes_a_take else ())} if then.stands_for else set()
    )
    named = [_named(name, old, new) for name in new | old if name not in ("facts", *swept)]
    facts_old, facts_new = old["facts"], new["facts"]
    named += [_named(name, facts_old, facts_new) for name in facts_new if name != "lines"]
    found = list(dict.fromkeys(filter(None, named)))
    telling = [one for one in found if one != _NAMES["prompt"]]
    # The prompt is made of the others: what of it changed says more.
    return telling or found or ["the prompt of its shot"]


def _named(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if old.get(name) == new.get(name):
        return ""
    if name == "frames":
        return f"the length: {old[name]} f, now {new[name]}"
    return _NAMES.get(name, f"the {name.replace('_', ' ')}")
