"""The shot inspector's lines: what will be sent, each field with the key that edits it, then the takes.

Pure functions over values and an `Ink`; no widget, no disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from textwrap import shorten
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import plural
from milimo_tui.engines.registry import engine_registry
from milimo_tui.tui.storyboard.shot_details import FOLLOW, LORA, PART, SUGGESTION, TAKE, Seen, or_auto
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, STARS, Ink
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import cut, fit, line, wrapped

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Element, Take
    from milimo_tui.studio.takes.conditioning import Followed

LABEL = 10  # cells of a field's name
WHERE = 10  # cells of `frame  60`, and at most
WHAT = 34  # of what is followed
OWN = "the model’s own"
WIDE_TAKES, WIDEST_TAKES = 40, 70  # of takes that say their seed, and what made them
SOURCES = {"hand": "by hand", "board": "from the board", "continuity": "by continuity"}


def field_rows(seen: Seen, ink: Ink, width: int, *, parts: bool) -> list[Row]:
    """The inspector's lines: fields that Enter edits."""
    room = max(20, width - LABEL - 5)
    return [
        *_problems(seen, ink, room),
        *_made_by(seen, ink, room),
        *_length(seen, ink),
        *_estimate(seen, ink, room),
        *_wrapped("action", seen.state.shot.action or "—", ink, room),
        *_framing(seen, ink),
        Row("", Text()),
        *_words(seen, ink, room, parts=parts),
        *_numbers(seen, ink),
        *_follows(seen, ink, room),
        *_elements(seen, ink, room),
        *_chunks(seen, ink, room),
        *_changes(seen, ink, room),
    ]


def in_words(seen: Seen, words: Callable[[str], str]) -> Seen:
    """The same with its advice as `words` tells it: in keys."""
    problems = [
        replace(one, message=words(one.message), hint=words(one.hint)) for one in seen.sending.problems
    ]
    follows = [replace(one, hint=words(one.hint)) for one in seen.sending.follows]
    sending = replace(seen.sending, problems=tuple(problems), follows=tuple(follows))
    return replace(seen, sending=sending, estimate=words(seen.estimate))


def _made_by(seen: Seen, ink: Ink, room: int) -> list[Row]:
    """What makes it, and the pipeline with the rule's reason."""
    sending, shot = seen.sending, seen.state.shot
    rows = [_field("made by", sending.summary, ink, note="" if shot.engine else "the film’s", key="engine")]
    if sending.noise:
        told = f"{sending.model}: random weights, what they make is noise"
        rows += _wrapped("", told, ink, room, style=ink.stale, key="")
    if sending.way is not None:
        own = "" if shot.pipeline == "auto" else ", as set by hand"
        rows += _wrapped("pipeline", f"{sending.way.pipeline}: {sending.way.reason}{own}", ink, room)
    return rows


def _length(seen: Seen, ink: Ink) -> list[Row]:
    shot, rate = seen.state.shot, seen.story.project.rate
    text = line(
        (f"{'wanted':<{LABEL}}", ink.muted), (f"{float(shot.frames / rate):.1f} s  {shot.frames} f", ink.text)
    )
    way = seen.sending.way
    if way is not None and seen.sending.handles:
        text.append(f"  → {way.fitted.frames} f", ink.stale)
        text.append(f"  {seen.sending.handles_text}", ink.muted)
    else:
        text.append(f"   at {float(rate):g} fps", ink.muted)
    return [Row("length", text)]


def _framing(seen: Seen, ink: Ink) -> list[Row]:
    shot = seen.state.shot
    return [
        _field("framing", f"{shot.size.value}   {shot.angle.value}   {shot.movement.value}", ink, key="size"),
        _field("", f"{shot.function.value}   {shot.rig.value}", ink, key="function"),
    ]


def _words(seen: Seen, ink: Ink, room: int, *, parts: bool) -> list[Row]:
    """The prompt, whole or by parts, what a model suggests beside it, and what to keep out."""
    shot, prompt = seen.state.shot, seen.sending.prompt
    rows: list[Row] = []
    if parts:
        for index, part in enumerate(prompt.parts):
            rows += _wrapped(
                "prompt" if index == 0 else "", part.text, ink, room, tag=part.role, key="prompt"
            )
    else:
        own = "" if shot.prompt is None else "its own words; an empty one goes back"
        rows += _wrapped("prompt", prompt.text, ink, room, note=own, key="prompt")
    for one in seen.suggestions:
        by = one.model or one.engine
        told = one.text if one.task != "continue" else f"prompts for {len(one.parts)} parts"
        rows += _wrapped("suggested", told, ink, room, key=SUGGESTION + one.id, style=ink.working)
        rows.append(Row("", line((f"{'':<{LABEL}}{by}: enter takes it, x puts it aside", ink.muted))))
    if seen.sending.keeps_out_by_itself:
        words = shorten(seen.sending.kept_out, max(20, room - LABEL - len(OWN)), placeholder="…")
        rows += _wrapped("negative", words, ink, room, note=OWN, key="negative")
    else:
        rows += _wrapped("negative", prompt.negative or "—", ink, room, key="negative")
    return rows


def _numbers(seen: Seen, ink: Ink) -> list[Row]:
    """Seed, steps, guidance and schedule: what is set, or what the model makes of auto."""
    shot, sending = seen.state.shot, seen.sending
    seed = f"{sending.spec.seed}   {'locked' if shot.seed_locked else 'free: another take draws a new one'}"
    rows = [_field("seed", seed, ink, note="the same bits again" if shot.deterministic else "")]
    way = sending.way
    text = line((f"{'steps':<{LABEL}}", ink.muted))
    if way is None:
        text.append(f"{or_auto(shot.steps)}   guidance {or_auto(shot.guidance)}", ink.text)
    else:
        text.append(f"{way.steps}", ink.text).append(" auto" if shot.steps is None else "", ink.muted)
        text.append(f"   guidance {way.guidance}", ink.text)
        text.append(" auto" if shot.guidance is None else "", ink.muted)
        text.append(f"   {way.schedule}" if way.schedule else "", ink.text)
    rows.append(Row("steps", text))
    named = {
        name.replace("_", " "): value
        for name in shot.guidance_parts.__dataclass_fields__
        if (value := getattr(shot.guidance_parts, name)) is not None
    }
    if named or (way is not None and way.schedule and way.guidance != "off"):
        words = "   ".join(f"{name} {value:g}" for name, value in named.items())
        told = (words, ink.text) if words else ("parts of guidance auto", ink.muted)
        rows.append(Row("guidance_parts", line(f"{'':<{LABEL}}", told)))
    return rows


def _follows(seen: Seen, ink: Ink, room: int) -> list[Row]:
    """What takes must follow, in order of precedence; what is not sent says why."""
    if seen.sending.way is None and not seen.sending.follows:
        return []
    order = "   by hand, then board, then continuity"
    rows = [Row("", Text()), Row("", line(("must follow", ink.muted), (order, ink.muted)))]
    for one in seen.sending.follows:
        rows += _follow_rows(one, ink, room)
    if _has_unused_board(seen):
        rows.append(
            Row(
                FOLLOW + "board",
                line((f"  {'frame   0':<{WHERE}}", ink.muted), (f"board {seen.state.number}", ink.muted)),
                line(("not followed: a previs panel", ink.muted)),
            )
        )
    if len(rows) == 2:
        rows.append(Row("", line((f"  {EMPTY} nothing   ", ink.muted), ("a", ink.key), (" adds", ink.muted))))
    return rows


def _has_unused_board(seen: Seen) -> bool:
    """Whether there is a board which no take begins with, because no model drew it."""
    shot = seen.state.shot
    return bool(shot.board) and not any(one.source == "board" for one in seen.sending.follows)


def _follow_rows(one: Followed, ink: Ink, room: int) -> list[Row]:
    where = one.control or f"frame {one.frame:>3}"
    style = ink.failed if one.problem else ink.muted if one.behind else ink.text
    glyph = f"{FAILED} " if one.problem else "  "
    source = SOURCES[one.source]
    name = fit(one.what, max(12, min(WHAT, room + LABEL - WHERE - 23)))
    row = Row(
        FOLLOW + (one.id or one.source),
        line(
            (glyph, style),
            (f"{where:<{WHERE}}", ink.muted),
            (f"{name} {one.strength:>4g}", style),
            (f"   {source}", ink.muted),
        ),
    )
    told = f"not sent: {'; '.join(filter(None, (one.behind, one.hint)))}" if one.behind else ""
    lines = wrapped(told, room)
    return [row, *(Row("", line((" " * (WHERE + 2) + words, ink.muted))) for words in lines)]


def _elements(seen: Seen, ink: Ink, room: int) -> list[Row]:
    from milimo_tui.studio.weights.lora_stacks import shown

    rows = _wrapped(
        "elements", "   ".join(_element(one) for one in seen.sending.elements) or "—", ink, room, key=""
    )
    if seen.sending.way is None and not (seen.sending.loras or seen.sending.left):
        return rows
    for place, (use, whose) in enumerate(seen.sending.loras):
        mine = whose == "shot"
        rows.append(
            _field(
                "LoRAs" if place == 0 else "", shown(use), ink,
                note="" if mine else whose, key=LORA + use.id if mine else "",
            )
        )  # fmt: skip
    for use, whose in seen.sending.left:
        told = f"{shown(use)}   for {use.family}, not sent to {seen.sending.spec.engine}"
        rows += _wrapped(
            "" if seen.sending.loras else "LoRAs", told, ink, room, style=ink.muted,
            key=LORA + use.id if whose == "shot" else "",
        )  # fmt: skip
    if not (seen.sending.loras or seen.sending.left):
        adds = line((f"{'LoRAs':<{LABEL}}", ink.muted), "—   ", ("L", ink.key), (" adds one", ink.muted))
        rows.append(Row("", adds))
    return rows


def _element(element: Element) -> str:
    """`@Mara 3 pictures`"""
    count = len(element.references)
    return f"{element.trigger} {plural(count, 'picture')}" if count else element.trigger


def _chunks(seen: Seen, ink: Ink, room: int) -> list[Row]:
    """The parts of a shot that is longer than the model, each with its seed and words."""
    way = seen.sending.way
    if way is None or len(way.parts) < 2:
        return []
    rows = []
    own = seen.state.shot.chunks
    for place, (frames, seed, prompt) in enumerate(way.parts):
        has_words = place < len(own) and bool(own[place].prompt)
        is_told = has_words or prompt != seen.sending.spec.prompt  # a line of the shot's is in one part alone
        words = cut(Text(prompt), max(10, room - 26)).plain if is_told else "the shot’s words"
        text = line(
            (f"{'parts' if place == 0 else '':<{LABEL}}", ink.muted),
            (f"{place + 1}  {frames:>3} f   seed {seed:<11}", ink.text),
            (words, ink.text if has_words else ink.muted),
        )
        rows.append(Row(f"{PART}{place + 1}", text))
    return rows


def _changes(seen: Seen, ink: Ink, room: int) -> list[Row]:
    """What is not as it was asked for, a sentence each."""
    way = seen.sending.way
    rows: list[Row] = []
    for place, change in enumerate(way.changes if way else ()):
        rows += _wrapped("fit" if place == 0 else "", change, ink, room, key="", style=ink.muted)
    return rows


def _estimate(seen: Seen, ink: Ink, room: int) -> list[Row]:
    """Time by what this machine measured, memory by the recipe."""
    return _wrapped("estimate", seen.estimate, ink, room, key="") if seen.estimate else []


def _problems(seen: Seen, ink: Ink, room: int) -> list[Row]:
    """Why no take can be made, and the way out."""
    rows: list[Row] = []
    for problem in seen.sending.problems:
        rows += _wrapped(
            "can’t yet" if not rows else "",
            f"{FAILED} {problem.message}",
            ink,
            room,
            key="",
            style=ink.failed,
        )
        rows += _wrapped("", problem.hint, ink, room, key="", style=ink.muted) if problem.hint else []
    return [*rows, Row("", Text())] if rows else []


def _field(label: str, value: str, ink: Ink, *, note: str = "", key: str | None = None) -> Row:
    return Row(
        label if key is None else key,
        line((f"{label:<{LABEL}}", ink.muted), (value, ink.text), (f"   {note}" if note else "", ink.muted)),
    )


def _wrapped(
    label: str,
    value: str,
    ink: Ink,
    room: int,
    *,
    note: str = "",
    tag: str = "",
    key: str | None = None,
    style: Style | None = None,
) -> list[Row]:
    """A field of several lines; only the first takes the cursor."""
    head = f"[{tag}] " if tag else ""
    lines = wrapped(head + value, room) or [head]
    rows = []
    for index, words in enumerate(lines):
        text = line((f"{label if index == 0 else '':<{LABEL}}", ink.muted))
        if index == 0 and head:
            text.append(head.rstrip(), ink.accent)
            text.append(words[len(head) - 1 :], style or ink.text)
        else:
            text.append(words, style or ink.text)
        if note and index == len(lines) - 1:
            text.append(f"   {note}", ink.muted)
        rows.append(Row((label if key is None else key) if index == 0 else "", text))
    return rows


def take_rows(seen: Seen, ink: Ink, width: int) -> list[Row]:
    """The takes that Enter picks, the newest first, each with what made it where there is room for it."""
    acts = "   enter picks  *1–*5 rates  x rejects" if width >= WIDE_TAKES else ""
    head = Row("", line(("Takes", ink.strong), (acts, ink.muted)))
    takes = [_take_row(seen, place, take, ink, width) for place, take in enumerate(seen.state.takes, 1)]
    none = line((f"{EMPTY} none yet", ink.muted))
    if not seen.sending.problems and width >= WIDE_TAKES:
        none.append("   ").append("c c", ink.key).append(" makes one", ink.muted)
    return [head, *(reversed(takes) if takes else [Row("", none)])]


def _take_row(seen: Seen, place: int, take: Take, ink: Ink, width: int) -> Row:
    picked = seen.state.picked is not None and take.id == seen.state.picked.id
    stale = picked and seen.state.stale
    glyph, style = (EMPTY, ink.muted)
    if take.rejected:
        glyph, style = FAILED, ink.failed
    elif picked:
        glyph, style = (STALE, ink.stale) if stale else (PICKED, ink.picked)
    words = "rejected" if take.rejected else "stale" if stale else "picked" if picked else ""
    mark = engine_registry.mark(take.engine, take.previs)
    stars = STARS * take.rating if width >= WIDE_TAKES or not take.rating else f"{STARS}{take.rating}"
    made = [mark, f"seed {take.seed}", f"{take.length} f"]
    if width < WIDE_TAKES:
        made = made[:1]
    elif width >= WIDEST_TAKES:
        made.insert(0, take.engine)
        stars = f"{words:<9}{stars}"
    left = line((f"{glyph} ", style), (f"take {place:<3}", ink.text), (stars, ink.stale))
    return Row(TAKE + take.id, left, line(("  ".join(filter(None, made)), ink.muted)))
