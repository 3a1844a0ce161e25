"""The form fields of a shot, grouped in sections. Each field has its allowed values and the source of its
present value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.shots import beat_times
from milimo_tui.story.values.shot_fields import SHOT_FIELDS, SWITCH
from milimo_tui.tui.fields.choice_notes import WRITTEN, get_choice_note
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.fields.reading import format_refusal_error
from milimo_tui.tui.shot.manual_settings import list_shot_tags
from milimo_tui.tui.shot.shot_details import (
    CHOICES,
    LOCKS,
    TOGETHER,
    ShotDetails,
    get_field_texts,
    read_shot_details,
)
from milimo_tui.tui.shot.shot_state import list_character_names
from milimo_tui.tui.terminal.theme import STALE

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Framing": ("size", "angle", "movement", "function", "rig", "focus"),
    "Length": ("length", "continues", "continues_as", "continuity"),
    "Who and where": ("cast", "location", "part", "time_of_day", "weather", "face"),
    "Words": ("action", "prompt", "negative"),
    "How it is made": ("engine", "model", "seed", "lock", "deterministic", "board"),
    "Sampling": ("steps", "guidance", "pipeline", "beats", "subjects"),
    "Guidance by part": TOGETHER["guidance_parts"],
    "Search": ("tags", "note"),
}
LABELS = {
    "location": "place",
    "time_of_day": "time",
    "continues_as": "as its",
    "face": "looks to",
    "lock": "keep the seed",
    "subjects": "pictures",
    "continuity": "continuity",
    "stg": "by perturbed blocks",
    "modality": "picture by sound",
    "rescale": "rescale",
    "audio_guidance": "sound",
    "audio_stg": "sound: blocks",
    "audio_modality": "sound by picture",
    "audio_rescale": "sound: rescale",
}
HELP = {
    "length": "2.5s, 62f or a timecode",
    "cast": "who is in the frame, the subject first",
    "engine": "engine of its takes",
    "seed": "another seed gives another take",
    "lock": "use this seed for every take",
    "prompt": "its own words; empty: the composed prompt",
    "continues": "the shot that it continues without a cut",
    "tags": WRITTEN["tags"],
    "subjects": "reference pictures: sent if the model can use them, always, or never",
    "face": "the face of its place to send",
    "beats": "auto, off, or the seconds at which all but the first begin",
}
# Maps a form field to the attribute of `Shot` with its value, where the two have different names.
OWN = {"cast": "characters", "length": "frames"}
AUTO = "auto"
# Form sections about sampling, which are left out for an engine that only draws.
SAMPLED = ("Sampling", "Guidance by part")
MAKERS = ("engine", "model")  # The engine and the model. A change of either changes which other fields exist.
GUIDED = frozenset(TOGETHER["guidance_parts"]) | {"guidance"}


def make_shot_fields(details: ShotDetails, key: str = "") -> tuple[FormField, ...]:
    """Return the form fields that the shot's engine uses. The field with the name `key` is always included,
    even if the engine ignores it.
    """
    engine = details.preflight.spec.engine
    values, unread = get_field_texts(details), _find_unread_fields(engine)
    draws = details.preflight.plan is None and engine_registry.get_placeholder_mark(engine, True) == "previs"
    known = {name for names in SECTIONS.values() for name in names}
    sections = {title: [*names] for title, names in SECTIONS.items()}
    # A field that is in no section of `SECTIONS` is added to the section that has the other fields of its
    # row.
    for name, one in SHOT_FIELDS.items():
        if name not in known:
            matching = (title for title, names in SECTIONS.items() if one.prompt.row in names)
            sections[next(matching, "Search")].append(name)
    return tuple(
        _make_form_field(details, name, title, values)
        for title, names in sections.items()
        for name in names
        if not (draws and title in SAMPLED and key not in names) and (name == key or name not in unread)
    )


def _find_unread_fields(engine: str) -> frozenset[str]:
    """Return the names of the form fields whose values an engine ignores. Empty for an unknown engine."""
    row = engine_registry.find_engine(engine)
    if row is None:
        return frozenset()
    unread = set(engine_registry.profile(engine).describe().unread)
    unread |= {"voices"} if "voice" in unread else set()
    unread |= set(TOGETHER["guidance_parts"]) if "guidance_parts" in unread else set()
    takes = {"beats": row.times_beats, "subjects": bool(row.subjects), "options": row.options}
    return frozenset(unread | {name for name, is_taken in takes.items() if not is_taken})


def make_fields_for_choice(
    studio: Studio, details: ShotDetails, key: str, texts: Mapping[str, str]
) -> tuple[FormField, ...]:
    """Return the form fields for an engine and model that the user has chosen in the open form but not saved
    yet. The values in the fields are the shot's own.

    `texts` has the form's answers by field, including the choice. Raises the errors of `shot.set` if the
    choice is impossible. Reads files of model weights, so call this function in a thread.
    """
    from milimo_tui.studio.commands.shot.fields import preview_shot_set

    chosen = {name: texts[name] for name in MAKERS if name in texts}
    changed = preview_shot_set(studio, details.state.shot.id, chosen)
    shots = tuple(changed if shot.id == changed.id else shot for shot in details.story.shots)
    read = read_shot_details(studio, replace(details.story, shots=shots), changed.id)
    if read is None:
        return make_shot_fields(details, key)
    own = {name: make_shot_field(details, name) for name in MAKERS}
    return tuple(
        replace(field, text=own[field.key].text, source=own[field.key].source) if field.key in own else field
        for field in make_shot_fields(read, key)
    )


def make_shot_field(details: ShotDetails, name: str) -> FormField:
    """Return the form field of a shot for an argument of the command `shot.set`."""
    title = next((title for title, names in SECTIONS.items() if name in names), "")
    return _make_form_field(details, name, title, get_field_texts(details))


def _make_form_field(details: ShotDetails, name: str, section: str, values: Mapping[str, Any]) -> FormField:
    shot, one = details.state.shot, SHOT_FIELDS.get(name)
    value = shot.board_use.value if name == "board" else values.get(name, getattr(shot, name, None))
    text = "" if value is None else str(value)
    label = LABELS.get(name) or (one.prompt.label if one is not None else "") or name.replace("_", " ")
    own = dict(shot.own)
    base: dict[str, Any] = {
        "key": name,
        "label": label,
        "text": text,
        "section": section,
        "help": HELP.get(name) or (one.prompt.help if one is not None else ""),
        "source": "set by the user" if OWN.get(name, name) in own else "",
    }
    words = CHOICES.get(name, ())
    if words == SWITCH:
        return FormField(kind=FieldKind.SWITCH, **base)
    if words:
        choices = tuple(FieldChoice(word, get_choice_note(name, word)) for word in words)
        return FormField(kind=FieldKind.CHOICE, choices=choices, **base)
    return _make_typed_field(details, name, base, one)


def _make_typed_field(details: ShotDetails, name: str, base: dict[str, Any], one: Any) -> FormField:
    """Return the form field called `name`, whose value is typed: a number, a time, or text with suggestions.
    `base` has the properties that every form field needs, such as its label.
    """
    preflight, story = details.preflight, details.story
    match name:
        case "length":
            base |= {"least": 1, "most": float(3600 * story.project.rate)}
            return FormField(kind=FieldKind.TIME, rate=story.project.rate, **base)
        case "engine":
            base |= {"default": preflight.spec.engine, "source": base["source"] or "the film’s"}
            note = _describe_engine_plan(details)
            choices = tuple(
                replace(one, note=note or one.note) if one.word == preflight.spec.engine else one
                for one in details.engines
            )
            return FormField(kind=FieldKind.CHOICE, choices=choices, is_free=True, **base)
        case "model":
            base |= {"default": preflight.model or "model in use"}
            base |= {"check": partial(_explain_wrong_model, preflight.spec.engine)}
            return FormField(kind=FieldKind.CHOICE, choices=details.models, is_free=True, **base)
        case "cast" | "tags":
            found = list_character_names(story) if name == "cast" else list_shot_tags(story)
            default = "nobody" if name == "cast" else "none"
            return FormField(
                kind=FieldKind.WORDS,
                choices=_make_plain_choices(found),
                is_free=True,
                default=default,
                **base,
            )
        case "location" | "part" | "time_of_day" | "weather":
            here = getattr(details.circumstances, name)
            base |= {"default": here.text, "source": here.source}
            return FormField(
                kind=FieldKind.CHOICE,
                choices=_make_plain_choices(_list_values_in_film(details, name)),
                is_free=True,
                **base,
            )
        case "continues":
            shots = [shot for shot in story.live_shots() if shot.id != details.state.shot.id]
            words = tuple(FieldChoice(story.numbers.get(shot.id, ""), shot.action) for shot in shots)
            first = (FieldChoice("previous", "the previous shot"), FieldChoice("none", "a take of its own"))
            return FormField(
                kind=FieldKind.CHOICE, choices=(*first, *words), is_free=True, default="none", **base
            )
        case "beats":
            return _make_beats_field(details, base)
        case _ if name in GUIDED or name in ("steps", "seed"):
            return _make_shot_number_field(details, name, base)
    if one is not None and one.kind in (int, float):
        base |= {"least": one.prompt.least, "most": one.prompt.most}
        return FormField(kind=FieldKind.NUMBER, is_whole=one.kind is int, **base)
    return FormField(**base)


def _describe_engine_plan(details: ShotDetails) -> str:
    """Return a short description of the take that the engine would make (size, frames, steps), or the first
    problem that prevents a take.
    """
    preflight = details.preflight
    if preflight.problems:
        return f"{STALE} {preflight.problems[0].message}"
    if preflight.plan is None:
        return ""
    fitted, steps = preflight.plan.fitted, preflight.plan.steps
    sides = f"{fitted.width} × {fitted.height}, {fitted.frames} f"
    return f"{sides}, {format_count(steps, 'step')}" if steps else sides


def _explain_wrong_model(engine: str, model: str) -> str:
    """Return the reason why the weights `model` cannot be used with `engine`; empty if they can, or if either
    is unknown.
    """
    row = model_lookup.find_model_row(model)
    facts = engine_registry.profile(engine).describe() if engine_registry.find_engine(engine) else None
    if row is None or facts is None or (facts.borrows and row.role == "model"):
        return ""
    return "" if row.family == (facts.family or engine) else f"{row.id} is not a model of {engine}"


def _make_beats_field(details: ShotDetails, base: dict[str, Any]) -> FormField:
    """Return the form field for the beats: `auto`, `off`, or the times at which beats begin. The field
    suggests the times that `auto` would choose.
    """
    shot, rate = details.state.shot, details.story.project.rate

    def check(typed: str) -> str:
        try:
            beat_times.parse_beat_times(shot, typed, rate)
        except BadInput as error:
            return format_refusal_error(error)
        return ""

    choices = [FieldChoice(AUTO, "by the length of their words")]
    if times := beat_times.format_automatic_beat_times(shot, rate):
        choices.append(FieldChoice(times, f"seconds at which {_describe_beat_starts(len(times.split(',')))}"))
    else:
        base["help"] = "the shot has only one beat"
    choices.append(FieldChoice(beat_times.BEATS_OFF, "all words apply to the entire shot"))
    base |= {"text": base["text"] or AUTO, "check": check, "begins_anew": True}
    return FormField(kind=FieldKind.CHOICE, choices=tuple(choices), is_free=True, **base)


def _describe_beat_starts(times: int) -> str:
    return "the second beat begins" if times == 1 else "all beats but the first begin"


def _make_shot_number_field(details: ShotDetails, name: str, base: dict[str, Any]) -> FormField:
    plan, limit = details.preflight.plan, details.preflight.spec.engine
    if name == "seed":
        return FormField(kind=FieldKind.NUMBER, least=0, most=2**32 - 1, big=100, is_whole=True, **base)
    if name == "steps":
        if plan is not None:
            base |= {"default": str(plan.steps)}
        base |= {"least": 1, "most": 1000, "is_whole": True, "limit": limit}
    else:
        if plan is not None and name == "guidance":
            base |= {"default": str(plan.guidance)}
        base |= {"least": 0, "most": 100, "step": 0.5, "big": 2, "limit": limit}
    if base["text"] == AUTO:
        base["source"] = f"{base['default']}, {limit}’s own" if base.get("default") else f"{limit}’s own"
    return FormField(kind=FieldKind.NUMBER, special=(AUTO,), **base)


def _make_plain_choices(words: tuple[str, ...]) -> tuple[FieldChoice, ...]:
    return tuple(FieldChoice(word) for word in words)


def _list_values_in_film(details: ShotDetails, name: str) -> tuple[str, ...]:
    """Return the values of the field `name` that scenes and shots of the film already use, without
    duplicates.
    """
    story = details.story
    found = [str(getattr(each, name, "") or "") for each in (*story.live_scenes(), *story.live_shots())]
    return tuple(dict.fromkeys(filter(None, found)))


def to_set_arguments(texts: Mapping[str, str]) -> dict[str, Any]:
    """Convert the answers of the shot form to arguments of the command `shot.set`."""
    out: dict[str, Any] = dict(texts)
    if "lock" in out:
        out |= LOCKS[out.pop("lock")]
    if "continues" in out and out["continues"].strip().lower() == "none":
        out["continues"] = ""
    for name in ("steps", *GUIDED):
        if name in out and not out[name].strip():
            out[name] = AUTO
    return out


def foresee_changes(studio: Studio, shot: str, texts: Mapping[str, str]) -> str:
    """Describe the effects that setting these fields of a shot would have, without setting them, such as `2D
    will be stale`. Raises the errors of `shot.set`.
    """
    from milimo_tui.studio.commands.shot.fields import describe_shot_set_effect

    return describe_shot_set_effect(studio, shot, to_set_arguments(texts))
