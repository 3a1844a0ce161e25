"""Builds the rows of the shot inspector: the settings for the next take, with the keys that edit them. The
rows of existing takes are in `take_lines`.

Pure functions of values and a `TextStyles` object; they use no widget and no disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from textwrap import shorten
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.story.elements.prompt import BY_USER, LEFT_OUT
from milimo_tui.story.values.shot_fields import format_shot_field, list_labelled_fields
from milimo_tui.story.values.suggestion import PARAGRAPH
from milimo_tui.studio.commands.shot.show import CIRCUMSTANCE_FIELDS, CONDITION_SOURCES
from milimo_tui.studio.takes import beats, sharing, subjects
from milimo_tui.studio.takes.written_prompts import get_family_title, lacks_written_prompt
from milimo_tui.studio.writing import suggestions
from milimo_tui.tui.shot.shot_details import (
    CONTINUES,
    FOLLOW,
    LAYER,
    LORA,
    PART,
    SUGGESTION,
    WORDING,
    ShotDetails,
    format_or_auto,
)
from milimo_tui.tui.shot.shot_state import format_tags
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, STALE, TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, truncate_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Element
    from milimo_tui.studio.takes.conditioning import FollowedItem
    from milimo_tui.tui.keys.keymap import InKeys

LABEL = 10  # Width of a field's name in cells.
WHERE = 10  # Width in cells of the column that says where a condition applies, such as `frame 60`.
# A long composed prompt is shortened to this number of rows, unless the prompt is shown by parts or in full.
FOLDED = 2
HIGH = 30  # Minimum height of the screen in rows for showing a prompt in full.
# Maximum width in cells of a condition's name, such as the name of its file. A longer name is cut off.
WHAT = 34
NOTHING_SAID = "nothing said"
MODEL_DEFAULT = "the model’s own"


def make_field_rows(
    details: ShotDetails, ink: TextStyles, in_keys: InKeys, width: int, high: int = 0, *, parts: bool
) -> list[Row]:
    """Return the rows of the inspector's field list, wrapped to `width` cells. Enter on a row edits its
    field.

    `high` is the height of the screen in rows. With `parts`, the prompt is shown by parts.
    """
    room = max(20, width - LABEL - 5)
    if details.state.is_shared:  # A shot that uses the take of another shot sends no request of its own.
        return [
            *_make_continuing_rows(details, ink, room),
            *_make_length_rows(details, ink),
            *_make_wrapped_rows("action", details.state.shot.action or "—", ink, room),
            *_make_cast_rows(details, ink, room),
            *_make_framing_rows(details, ink),
            *_make_labelled_rows(details, ink, in_keys, room),
            *_make_measurement_rows(details, ink, room),
        ]
    return [
        *_make_problem_rows(details, ink, room),
        *_make_engine_rows(details, ink, room),
        *_make_length_rows(details, ink),
        *_make_estimate_rows(details, ink, room),
        *_make_wrapped_rows("action", details.state.shot.action or "—", ink, room),
        *_make_cast_rows(details, ink, room),
        *_make_framing_rows(details, ink),
        *_make_circumstance_rows(details, ink, room),
        *_make_continuing_rows(details, ink, room),
        *_make_labelled_rows(details, ink, in_keys, room),
        Row("", Text()),
        *_make_prompt_rows(details, ink, in_keys, room, parts=parts, whole=high >= HIGH),
        *_make_sampling_rows(details, ink),
        *_make_beat_rows(details, ink, room),
        *_make_condition_rows(details, ink, in_keys, room),
        *_make_element_rows(details, ink, in_keys, room),
        *_make_part_rows(details, ink, room),
        *_make_change_rows(details, ink, room),
        *_make_measurement_rows(details, ink, room),
    ]


def replace_commands_in_hints(details: ShotDetails, words: Callable[[str], str]) -> ShotDetails:
    """Return a copy of the details in which command names are replaced by key names, in the problems, hints
    and estimate. `words` makes this replacement in one text.
    """
    problems = [
        replace(one, message=words(one.message), hint=words(one.hint)) for one in details.preflight.problems
    ]
    follows = [replace(one, hint=words(one.hint)) for one in details.preflight.follows]
    preflight = replace(details.preflight, problems=tuple(problems), follows=tuple(follows))
    return replace(details, preflight=preflight, estimate=words(details.estimate))


def _make_engine_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return the row with the shot's engine, and a row with the pipeline chosen for it and the reason for
    this choice.
    """
    preflight, shot = details.preflight, details.state.shot
    rows = [
        _make_value_row(
            "made by", preflight.summary, ink, note="" if shot.engine else "the film’s", key="engine"
        )
    ]
    if preflight.noise:
        words = f"{preflight.model}: random weights, what they make is noise"
        rows += _make_wrapped_rows("", words, ink, room, style=ink.stale, key="")
    if preflight.plan is not None:
        own = "" if shot.pipeline == "auto" else ", set by the user"
        rows += _make_wrapped_rows(
            "pipeline", f"{preflight.plan.pipeline}: {preflight.plan.reason}{own}", ink, room
        )
    return rows


def _make_length_rows(details: ShotDetails, ink: TextStyles) -> list[Row]:
    shot, rate = details.state.shot, details.story.project.rate
    text = join_line(
        (f"{'wanted':<{LABEL}}", ink.muted), (f"{float(shot.frames / rate):.1f} s  {shot.frames} f", ink.text)
    )
    plan = details.preflight.plan
    if plan is not None and details.preflight.handle_frames:
        text.append(f"  → {plan.fitted.frames} f", ink.stale)
        text.append(f"  {details.preflight.handles_text}", ink.muted)
    else:
        text.append(f"   at {float(rate):g} fps", ink.muted)
    return [Row("length", text)]


def _make_cast_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return the rows with the people in the frame, and with uncertain guesses about them."""
    shot = details.state.shot
    people = ", ".join(shot.characters) or "nobody"
    rows = _make_wrapped_rows(
        "cast",
        people,
        ink,
        room,
        note="set by the user" if "characters" in dict(shot.own) else "",
        key="cast",
    )
    for doubt in shot.doubts:
        guessed = f"“{doubt.words}” is {doubt.guess}? {doubt.sure:.0%}, {doubt.reason}"
        rows += _make_wrapped_rows("unsure", guessed, ink, room, key="cast", style=ink.stale)
    return rows


def _make_framing_rows(details: ShotDetails, ink: TextStyles) -> list[Row]:
    shot = details.state.shot
    return [
        _make_value_row(
            "framing",
            f"{shot.size.value}   {shot.angle.value}   {shot.movement.value}",
            ink,
            note=shot.reason,
            key="size",
        ),
        _make_value_row("", f"{shot.function.value}   {shot.rig.value}", ink, key="function"),
    ]


def _make_continuing_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return rows about a take that several shots share. For a shot that continues another shot, the rows
    name that shot and the kind of continuation, such as `1B, closer`. For the shot that other shots continue,
    the rows show the length of the common take. Empty for all other shots.
    """
    story, shot = details.story, details.state.shot
    words = sharing.describe_sharing(story, shot)
    if not words:
        return []
    note = "set by the user" if "continues" in dict(shot.own) or "continues_as" in dict(shot.own) else ""
    return _make_wrapped_rows(
        sharing.get_sharing_label(story, shot), words, ink, room, note=note, key=CONTINUES
    )


def _make_circumstance_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return rows with place, time, weather and place attributes, each with the source of its value."""
    at = details.circumstances
    place = ", ".join(filter(None, (at.location.text, at.part.text)))
    facts = (
        ("place", "location", place, at.location.source or at.part.source),
        ("time", "time_of_day", at.time_of_day.text, at.time_of_day.source),
        ("weather", "weather", at.weather.text, at.weather.source),
    )
    rows: list[Row] = []
    for label, key, text, source in facts:
        rows += _make_wrapped_rows(label, text or "—", ink, room, note=source, key=key)
    for index, (name, one) in enumerate(at.layers.items()):
        label = "" if index else "like"
        rows += _make_wrapped_rows(label, one.text, ink, room, tag=name, note=one.source, key=LAYER + name)
    return rows


def _make_labelled_rows(details: ShotDetails, ink: TextStyles, in_keys: InKeys, room: int) -> list[Row]:
    """Return the rows of the shot's optional fields, such as voices, and of its tags. A field without a value
    has no row.
    """
    rows: list[Row] = []
    for field in list_labelled_fields():
        if field.name in CIRCUMSTANCE_FIELDS:
            continue
        if field.name == "voices":
            if words := in_keys(_describe_voice(details)):
                rows += _make_wrapped_rows(field.prompt.label, words, ink, room, key=field.name)
        elif value := format_shot_field(details.state.shot, field.name):
            rows += _make_wrapped_rows(field.prompt.label, value, ink, room, key=field.name)
    if tags := format_tags(details.state.shot.tags):
        rows += _make_wrapped_rows("tags", " ".join(tags), ink, room, key="tags")
    return rows


def _describe_voice(details: ShotDetails) -> str:
    """Describe the voice that speaks the shot's dialogue, or say that voices are turned off. Empty if voices
    are turned on but the shot has no dialogue.
    """
    shot, voice = details.state.shot, details.preflight.spec.voice
    if not shot.voices:
        return "off: voice samples are not used"
    if voice is not None:
        return f"{voice.who}’s, from a sample"
    if not any(line.text.strip() for line in shot.dialogue):
        return ""
    return "no sample yet: {ui.mode elements}, then {elements:ui.voice} adds one"


def _make_prompt_rows(
    details: ShotDetails, ink: TextStyles, in_keys: InKeys, room: int, *, parts: bool, whole: bool
) -> list[Row]:
    """Return the rows of the prompt, its suggestions and the negative prompt.

    With `parts`, the prompt is shown by parts, such as action and camera. With `whole`, a composed prompt is
    shown in full, unless there are suggestions.
    """
    shot, prompt = details.state.shot, details.preflight.prompt
    # Suggestions are shown below the prompt, so the prompt is shortened to make space.
    whole = whole and not details.suggestions
    rows: list[Row] = []
    if parts:
        for index, part in enumerate(prompt.all_parts or prompt.parts):
            silent = LEFT_OUT if part.source.startswith(BY_USER) else NOTHING_SAID
            rows += _make_wrapped_rows(
                "prompt" if index == 0 else "",
                part.text or silent,
                ink,
                room,
                tag=part.role,
                key=f"{WORDING}{part.role}",
                note=part.source if part.text or silent == LEFT_OUT else "",
                style=ink.text if part.text else ink.muted,
            )
    else:
        if shot.prompt is None:
            keys = in_keys("{ui.parts} in parts" if whole else "{ui.parts} all of it")
            note = f"{details.preflight.prompt_source} · {keys}"
            room_for = FOLDED * (room - 2) - len(note) - 3
            words = prompt.text if whole else shorten(prompt.text, room_for, placeholder=" …")
        else:
            words, note = prompt.text, "its own words; empty: composed again"
        rows += _make_wrapped_rows(
            "prompt", words, ink, room, note=note if words else "", key="prompt", copied=prompt.text
        )
    engine = details.preflight.spec.engine
    if lacks_written_prompt(details.story, shot, engine):
        title = get_family_title(engine)
        hint = in_keys(f"no model has written prompts for {title} yet: {{script.prompts}} asks for all shots")
        rows += _make_wrapped_rows("", hint, ink, room, style=ink.muted)
    if outdated := details.preflight.outdated_prompt:
        hint = in_keys(f"{STALE} the prompt by {outdated.model} is out of date: {{shot.enhance}} asks again")
        rows += _make_wrapped_rows("", hint, ink, room, style=ink.stale)
    for one in details.suggestions:
        is_for_board = one.task == PARAGRAPH and one.family == details.painter
        by = f"{one.model or one.engine}{', for the board' if is_for_board else ''}"
        rows += _make_wrapped_rows(
            "suggested",
            suggestions.summarize_suggestion(one),
            ink,
            room,
            key=SUGGESTION + one.id,
            style=ink.working,
        )
        if fault := details.faults.get(one.id):
            rows += _make_wrapped_rows("", f"{STALE} {fault}", ink, room, style=ink.stale)
        hint = in_keys(f"{by}: Enter accepts it, {{ui.delete}} declines it")
        rows.append(Row("", join_line((f"{'':<{LABEL}}{hint}", ink.muted))))
    if details.preflight.has_model_negative:
        words = shorten(
            details.preflight.negative_prompt, max(20, room - LABEL - len(MODEL_DEFAULT)), placeholder="…"
        )
        kept_out = details.preflight.negative_prompt
        rows += _make_wrapped_rows(
            "negative", words, ink, room, note=MODEL_DEFAULT, key="negative", copied=kept_out
        )
    else:
        rows += _make_wrapped_rows("negative", prompt.negative or "—", ink, room, key="negative")
    return rows


def _make_sampling_rows(details: ShotDetails, ink: TextStyles) -> list[Row]:
    """Return the rows for seed, steps, guidance and schedule: the values that the user set, else the values
    chosen automatically.
    """
    shot, preflight = details.state.shot, details.preflight
    seed = f"{preflight.spec.seed}   {'locked' if shot.seed_locked else 'free: another take draws a new one'}"
    rows = [
        _make_value_row(
            "seed", seed, ink, note="deterministic: identical result" if shot.deterministic else ""
        )
    ]
    plan = preflight.plan
    text = join_line((f"{'steps':<{LABEL}}", ink.muted))
    if plan is None:
        text.append(f"{format_or_auto(shot.steps)}   guidance {format_or_auto(shot.guidance)}", ink.text)
    else:
        text.append(f"{plan.steps}", ink.text).append(" auto" if shot.steps is None else "", ink.muted)
        text.append(f"   guidance {plan.guidance}", ink.text)
        text.append(" auto" if shot.guidance is None else "", ink.muted)
        text.append(f"   {plan.schedule}" if plan.schedule else "", ink.text)
    rows.append(Row("steps", text))
    named = {
        name.replace("_", " "): value
        for name in shot.guidance_parts.__dataclass_fields__
        if (value := getattr(shot.guidance_parts, name)) is not None
    }
    if named or (plan is not None and plan.schedule and plan.guidance != "off"):
        words = "   ".join(f"{name} {value:g}" for name, value in named.items())
        styled = (words, ink.text) if words else ("guidance parts: auto", ink.muted)
        rows.append(Row("guidance_parts", join_line(f"{'':<{LABEL}}", styled)))
    return rows


def _make_beat_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return the rows of the beats: a row that says how their times were chosen, and a row with time range
    and text for each beat. If pictures of elements are sent with the shot, a row that lists these pictures
    comes first. Return no rows if the shot has neither beats nor such pictures, unless the user turned beats
    off.
    """
    spec = details.preflight.spec
    timed = beats.format_beats(spec)
    pictures = subjects.format_subjects(spec, details.preflight.plan)
    rows = _make_wrapped_rows("pictures", pictures, ink, room, key="subjects") if pictures else []
    if not timed and spec.beats.by != "off":
        return rows
    rows.append(_make_value_row("beats", beats.describe_beat_timing(spec), ink))
    return [
        *rows,
        *(
            Row("", join_line((" " * LABEL + shorten(words, room, placeholder="…"), ink.muted)))
            for words in timed
        ),
    ]


def _make_condition_rows(details: ShotDetails, ink: TextStyles, in_keys: InKeys, room: int) -> list[Row]:
    """Return the rows of the conditions that takes must follow. If two conditions are for the same frame, the
    condition set by the user has priority over the board, and the board over continuity; the rows are in this
    order. If a condition is not sent to the engine, its row says why.
    """
    if details.preflight.plan is None and not details.preflight.follows:
        return []
    order = "   manual, then board, then continuity"
    rows = [Row("", Text()), Row("", join_line(("must follow", ink.muted), (order, ink.muted)))]
    for one in details.preflight.follows:
        rows += _make_followed_rows(one, ink, room)
    if _has_unused_board(details):
        rows.append(
            Row(
                FOLLOW + "board",
                join_line(
                    (f"  {'frame   0':<{WHERE}}", ink.muted), (f"board {details.state.number}", ink.muted)
                ),
                join_line(("not followed: a previs panel", ink.muted)),
            )
        )
    if len(rows) == 2:
        adds = (in_keys("{ui.add}"), ink.key)
        rows.append(Row("", join_line((f"  {EMPTY} nothing   ", ink.muted), adds, (" adds", ink.muted))))
    return rows


def _has_unused_board(details: ShotDetails) -> bool:
    """Return True if the shot has a board that its takes do not follow, because the board is a simple
    drawing. Takes follow only a board that a model made.
    """
    shot = details.state.shot
    return bool(shot.board) and not any(one.source == "board" for one in details.preflight.follows)


def _make_followed_rows(one: FollowedItem, ink: TextStyles, room: int) -> list[Row]:
    where = one.control or f"frame {one.frame:>3}"
    style = ink.failed if one.problem else ink.muted if one.behind else ink.text
    glyph = f"{FAILED} " if one.problem else "  "
    source = CONDITION_SOURCES[one.source]
    name = fit_to_cells(one.what, max(12, min(WHAT, room + LABEL - WHERE - 23)))
    row = Row(
        FOLLOW + (one.id or one.source),
        join_line(
            (glyph, style),
            (f"{where:<{WHERE}}", ink.muted),
            (f"{name} {one.strength:>4g}", style),
            (f"   {source}", ink.muted),
        ),
    )
    sentence = f"not sent: {'; '.join(filter(None, (one.behind, one.hint)))}" if one.behind else ""
    lines = wrap_words(sentence, room)
    return [row, *(Row("", join_line((" " * (WHERE + 2) + words, ink.muted))) for words in lines)]


def _make_element_rows(details: ShotDetails, ink: TextStyles, in_keys: InKeys, room: int) -> list[Row]:
    from milimo_tui.studio.weights.lora_stacks import format_lora

    rows = _make_wrapped_rows(
        "elements",
        "   ".join(_describe_element(one) for one in details.preflight.elements) or "—",
        ink,
        room,
        key="",
    )
    if details.preflight.plan is None and not (details.preflight.loras or details.preflight.left):
        return rows
    for place, (use, owner) in enumerate(details.preflight.loras):
        mine = owner == "shot"
        rows.append(
            _make_value_row(
                "LoRAs" if place == 0 else "", format_lora(use), ink,
                note="" if mine else owner, key=LORA + use.id if mine else "",
            )
        )  # fmt: skip
    for use, owner in details.preflight.left:
        words = f"{format_lora(use)}   for {use.family}, not sent to {details.preflight.spec.engine}"
        rows += _make_wrapped_rows(
            "" if details.preflight.loras else "LoRAs", words, ink, room, style=ink.muted,
            key=LORA + use.id if owner == "shot" else "",
        )  # fmt: skip
    if not (details.preflight.loras or details.preflight.left):
        key = (in_keys("{ui.add_lora}"), ink.key)
        adds = join_line((f"{'LoRAs':<{LABEL}}", ink.muted), "—   ", key, (" adds one", ink.muted))
        rows.append(Row("", adds))
    return rows


def _describe_element(element: Element) -> str:
    """Return an element's trigger with its number of reference pictures and its voice, such as `@Mara 3
    pictures, a voice`.
    """
    count = len(element.references)
    shown = f"{element.trigger} {format_count(count, 'picture')}" if count else element.trigger
    return f"{shown}, a voice" if element.sample else shown


def _make_part_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return a row with frames, seed and words for each part of a shot that is longer than the model can make
    at once. Empty for a shorter shot.
    """
    plan = details.preflight.plan
    if plan is None or len(plan.parts) < 2:
        return []
    rows = []
    own = details.state.shot.chunks
    for place, (frames, seed, prompt) in enumerate(plan.parts):
        has_words = place < len(own) and bool(own[place].prompt)
        # Each line of dialogue is spoken in only one part, so a part's prompt can differ from the shot's even
        # if the user wrote none for the part.
        has_own_prompt = has_words or prompt != details.preflight.spec.prompt
        words = (
            truncate_line(Text(prompt), max(10, room - 26)).plain if has_own_prompt else "the shot’s words"
        )
        text = join_line(
            (f"{'parts' if place == 0 else '':<{LABEL}}", ink.muted),
            (f"{place + 1}  {frames:>3} f   seed {seed:<11}", ink.text),
            (words, ink.text if has_words else ink.muted),
        )
        rows.append(Row(f"{PART}{place + 1}", text))
    return rows


def _make_change_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return a row for each change that the engine makes to the requested take, such as another length
    because the model can't make the requested one. Each row is a sentence.
    """
    plan = details.preflight.plan
    rows: list[Row] = []
    for place, change in enumerate(plan.changes if plan else ()):
        rows += _make_wrapped_rows("fit" if place == 0 else "", change, ink, room, key="", style=ink.muted)
    return rows


def _make_measurement_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return rows with what was measured in the picked take: its seams, the effect of a step cache, its
    position in a longer take.
    """
    from milimo_tui.studio.made_takes.measured import MEASURE_LABELS

    return [
        row
        for name, sentences in details.measured.items()
        for place, sentence in enumerate(sentences)
        for row in _make_wrapped_rows(
            MEASURE_LABELS[name] if place == 0 else "", sentence, ink, room, key="", style=ink.muted
        )
    ]


def _make_estimate_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return the rows of the estimate: the time from this machine's measurements, the memory from the recipe.
    Empty without an estimate.
    """
    return _make_wrapped_rows("estimate", details.estimate, ink, room, key="") if details.estimate else []


def _make_problem_rows(details: ShotDetails, ink: TextStyles, room: int) -> list[Row]:
    """Return rows with the problems that prevent a take, and advice for each problem. Empty without
    problems.
    """
    rows: list[Row] = []
    for problem in details.preflight.problems:
        rows += _make_wrapped_rows(
            "can’t yet" if not rows else "",
            f"{FAILED} {problem.message}",
            ink,
            room,
            key="",
            style=ink.failed,
        )
        rows += (
            _make_wrapped_rows("", problem.hint, ink, room, key="", style=ink.muted) if problem.hint else []
        )
    return [*rows, Row("", Text())] if rows else []


def _make_value_row(
    label: str, value: str, ink: TextStyles, *, note: str = "", key: str | None = None
) -> Row:
    return Row(
        label if key is None else key,
        join_line(
            (f"{label:<{LABEL}}", ink.muted), (value, ink.text), (f"   {note}" if note else "", ink.muted)
        ),
    )


def _make_wrapped_rows(
    label: str,
    value: str,
    ink: TextStyles,
    room: int,
    *,
    note: str = "",
    tag: str = "",
    key: str | None = None,
    style: Style | None = None,
    copied: str = "",
) -> list[Row]:
    """Return the rows of one field, wrapped to `room` cells. The cursor can only be on the first of these
    rows.

    `tag` is written in brackets before the value, and `note` after the value. `copied` is the full text for
    the clipboard, if `value` is shortened.
    """
    head = f"[{tag}] " if tag else ""
    lines = wrap_words(head + value, room) or [head]
    whole = f"{label:<{LABEL}}{head}{copied or value}".strip() if copied or len(lines) > 1 else ""
    rows = []
    for index, words in enumerate(lines):
        text = join_line((f"{label if index == 0 else '':<{LABEL}}", ink.muted))
        if index == 0 and head:
            text.append(head.rstrip(), ink.accent)
            text.append(words[len(head) - 1 :], style or ink.text)
        else:
            text.append(words, style or ink.text)
        if note and index == len(lines) - 1:
            text.append(f"   {note}", ink.muted)
        rows.append(Row((label if key is None else key) if index == 0 else "", text, whole=whole))
    return rows
