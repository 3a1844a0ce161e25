"""The fields of a story element on the Elements screen: which fields it has, the question for each, the words
for an empty field, and the summaries of its pictures, faces and LoRAs.
"""

from __future__ import annotations

from milimo_tui.core.format import format_count
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.elements.sheet import SHEET_FIELDS
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.place_layers import LAYERS
from milimo_tui.tui.fields.choice_notes import ELEMENT_KINDS
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices

FIELDS = ("name", "trigger", "kind", "description", "seed", "voice")
PARENT_FIELD = "in"
# Fields that only a place has: the place that contains it, and its attributes.
PLACE_FIELDS = (PARENT_FIELD, *LAYERS)


def list_element_fields(element: Element) -> tuple[str, ...]:
    """Return the fields of an element that the user can set."""
    if element.kind is ElementKind.LOCATION:
        return (*(name for name in FIELDS if name != "voice"), *PLACE_FIELDS)
    return (*FIELDS, *SHEET_FIELDS) if element.kind is ElementKind.CHARACTER else FIELDS


def make_element_field(element: Element, name: str, voices: tuple[str, ...]) -> FormField:
    """Return the form field for one value of an element. `voices` are the installed voices."""
    value = getattr(element, name)
    text = "" if value is None else ", ".join(value) if name == "traits" else str(value)
    if name == "kind":
        kinds = make_choices((kind.value for kind in ElementKind), ELEMENT_KINDS)
        return FormField(
            key=name, label=name, kind=FieldKind.CHOICE, text=text, choices=kinds, is_needed=True
        )
    if name == "voice":
        choices = make_choices(voices)
        return FormField(
            key=name, label=name, kind=FieldKind.CHOICE, text=text, choices=choices, is_free=True
        )
    if name == "seed":
        most = 2**32 - 1
        return FormField(
            key=name, label=name, kind=FieldKind.NUMBER, text=text, least=0, most=most, big=100, is_whole=True
        )
    return FormField(key=name, label=name, text=text, is_needed=name in ("name", "trigger"))


def format_picture_count(element: Element) -> str:
    """Return the number of reference pictures, such as `3 pictures`; empty if there are none."""
    return format_count(len(element.references), "picture") if element.references else ""


def format_face_names(element: Element) -> str:
    """Return the names of a place's faces that have a picture, such as `front, left, up`; empty if there are
    none.
    """
    return ", ".join(face for face, _ in element.faces)


def format_lora_names(element: Element) -> str:
    """Return an element's LoRAs with their strengths, such as `mara-v2 0.8, grain 0.5`; empty if there are
    none.
    """
    from milimo_tui.studio.weights.lora_stacks import format_lora

    return ", ".join(map(format_lora, element.loras))


def list_installed_voices() -> tuple[str, ...]:
    """Return the names of the installed speech voices. Runs an external program."""
    speaker = engine_registry.profile(engine_registry.find_speech_engine().name)
    return tuple(each.id for each in speaker.voices())


def explain_empty_field(name: str, kind: ElementKind) -> str:
    if name == "voice" and kind is not ElementKind.CHARACTER:
        return "—"
    return {
        "description": "not described: {ui.edit} says how it looks, in words for the prompt",
        "seed": "the shot's",
        "voice": "by appearance: {ui.edit} chooses one for drawn takes",
        "role": "no part in the story yet: {ui.edit}",
        "traits": "proud, tired: for language models",
        "arc": "how it changes over the film",
        "relations": "to nobody",
        "speech": "how the voice sounds: sent with every line",
        PARENT_FIELD: "in no other place",
        **LAYERS,
    }.get(name, "—")
