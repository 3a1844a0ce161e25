"""Assign the sentences of a shot's prompt to the beats of the shot, so that each sentence applies only during
its beat. A beat is a spoken line or a sentence of action, with its time. Pure functions.

The prompt's sentence for a spoken line is found by the quoted words, and the sentence for an action by its
similarity. The rest of the prompt applies to the entire take.
"""

from __future__ import annotations

import re
from fractions import Fraction

from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import Beat, Beats, MakeVideo
from milimo_tui.story.elements.prompt import ComposedPrompt
from milimo_tui.story.shots import beat_times
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.similarity import compare_short_texts
from milimo_tui.story.values.text import split_sentences, split_words

# The least share of common trigrams (three letters in a row) at which two sentences count as describing the
# same action.
MIN_SIMILARITY = 0.5
_SENTENCE_END = re.compile(r"[.!?…][\"”’)»]*\s+")


def time_prompt_beats(engine: str, shot: Shot, prompt: ComposedPrompt, rate: Fraction) -> Beats:
    """Return the beats of a shot (its lines and sentences of action), each with its first and end frame and
    the sentence of the prompt that describes it.

    Return no beats for a shot with fewer than two, and for an engine that can't apply prompts to stretches of
    time.
    """
    row = engine_registry.find_engine(engine)
    if row is None or not row.times_beats:
        return Beats()
    if shot.beats == beat_times.BEATS_OFF:
        return Beats(by="off")
    found = beat_times.list_beat_texts(shot)
    if len(found) < 2:
        return Beats()
    sentences = (
        _find_spoken_sentences(found, prompt.text) if shot.dialogue else _find_action_sentences(found, prompt)
    )
    starts, by_hand = beat_times.compute_beat_frames(shot, found, rate)
    parts = tuple(
        Beat(words=text, start=start, end=end)
        for text, start, end in zip(sentences, starts, (*starts[1:], shot.frames), strict=True)
        if text and end > start
    )
    return Beats(by="hand" if by_hand else "text", parts=parts) if len(parts) > 1 else Beats()


def _find_spoken_sentences(found: tuple[str, ...], prompt: str) -> list[str]:
    """Return for each spoken line in `found`, in order, the sentence of the prompt that quotes it; an empty
    text if there is none.
    """
    sentences: list[str] = []
    passed = 0
    for line in found:
        spoken = r"\W+".join(map(re.escape, split_words(line)))
        quoted = re.compile(rf"[“\"„«]\W*{spoken}\W*?[”\"“»]", re.IGNORECASE)
        place = quoted.search(prompt, passed) if spoken else None
        if place is None:
            sentences.append("")
            continue
        begins = [end.end() for end in _SENTENCE_END.finditer(prompt, passed, place.start())]
        start = begins[-1] if begins else passed
        after = re.compile(r"[.,;]?").match(prompt, place.end())
        passed = after.end() if after else place.end()
        sentences.append(prompt[start:passed].strip())
    return sentences


def _find_action_sentences(found: tuple[str, ...], prompt: ComposedPrompt) -> list[str]:
    """Return for each sentence of the action in `found`, in order, the most similar sentence of the prompt;
    an empty text if none is similar enough.
    """
    action = " ".join(part.text for part in prompt.parts if part.role == "action")
    rest = split_sentences(action or prompt.text)
    sentences: list[str] = []
    for one in found:
        best = max(range(len(rest)), key=lambda at: compare_short_texts(one, rest[at]), default=None)
        if best is None or compare_short_texts(one, rest[best]) < MIN_SIMILARITY:
            sentences.append("")
            continue
        sentences.append(rest[best])
        rest = rest[best + 1 :]
    return sentences


def format_beats(spec: MakeVideo) -> tuple[str, ...]:
    """Return the beats of a take for display: `0–1.8 s   Mara sits.`; empty if nothing is timed."""
    seconds = [(beat, beat.start / spec.rate, beat.end / spec.rate) for beat in spec.beats.parts]
    return tuple(f"{float(start):.1f}–{float(end):.1f} s   {beat.words}" for beat, start, end in seconds)


def describe_beat_timing(spec: MakeVideo) -> str:
    """Return a phrase that says where the times of the beats come from: from the user or from the words. If
    beats are off, the phrase says so.
    """
    return {"hand": "manual", "off": "off: all words apply to the complete take"}.get(
        spec.beats.by, "by their words"
    )
