"""The subject of the inspector: one clip at one frame, with the transitions at its edges and the names of the
LUTs and mattes that it can use.

Pure. This module selects the settings that the clip has, and reads their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, SourceKind, TrackKind, Transition
from milimo_tui.cut.values.effects import Blend
from milimo_tui.cut.values.timing import ENDLESS
from milimo_tui.cut.values.transition_kinds import TRANSITIONS, get_transition_facts
from milimo_tui.story.values.film import Shot
from milimo_tui.tui.timeline.fields.fields import (
    CLIP,
    FIELDS,
    HEAD,
    LOOK,
    NONE,
    PICTURE,
    SHOT,
    SOUND,
    TAIL,
    TITLE,
    FieldGroup,
    FieldShape,
    InspectorField,
    Value,
)
from milimo_tui.tui.timeline.values.model import Lane

SOUND_JOINS = (NONE, *(kind for kind, row in TRANSITIONS.items() if row.joins_sound))


@dataclass(frozen=True, slots=True)
class InspectorSubject:
    """The clip that the inspector shows, at one of its frames. It includes everything else on which the
    clip's settings depend.

    - `size` is the raster of the shot's next take.
    - `edges` has an entry for each edge where another clip touches this one: the transition there, or None
      for a hard cut.
    - `names` are the names of LUTs and mattes, by kind and id.
    """

    clip: Clip
    kind: TrackKind
    rate: Fraction
    frame: int = 0
    shot: Shot | None = None
    size: str = ""
    edges: Mapping[str, Transition | None] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def find_edge_transitions(
    lane: Lane, span: PlacedClip, joined: Mapping[tuple[str, str], Transition]
) -> dict[str, Transition | None]:
    """Return the transitions at the edges of a clip. The result has an entry `head` or `tail` only if another
    clip touches that edge; the entry is None for a hard cut. `joined` maps pairs of clip ids to transitions.
    """
    at, out = lane.index_of_clip(span), dict[str, Transition | None]()
    if at and lane.spans[at - 1].end == span.start:
        _add_edge_transition(out, "head", lane.spans[at - 1].clip, span.clip, joined)
    if at + 1 < len(lane.spans) and lane.spans[at + 1].start == span.end:
        _add_edge_transition(out, "tail", span.clip, lane.spans[at + 1].clip, joined)
    return out


def _add_edge_transition(
    out: dict[str, Transition | None],
    edge: str,
    left: Clip,
    right: Clip,
    joined: Mapping[tuple[str, str], Transition],
) -> None:
    """Add the entry for the edge between two clips to `out`, unless both are gaps, which cannot have a
    transition.
    """
    if not left.source.kind is right.source.kind is SourceKind.GAP:
        out[edge] = joined.get((left.id, right.id))


def list_clip_fields(subject: InspectorSubject) -> tuple[InspectorField, ...]:
    """List the settings of a clip in their order on the screen. A gap has only a length, sound has no picture
    settings, and a title has no sound settings.
    """
    clip = subject.clip
    sections = {CLIP}
    if clip.source.kind is not SourceKind.GAP:
        sections |= {TITLE} if clip.effects.title is not None else {SOUND}
        sections |= {PICTURE, LOOK} if subject.kind is TrackKind.VIDEO else set()
        sections |= {SHOT} if subject.shot is not None else set()
        sections |= {section for section, edge in ((HEAD, "head"), (TAIL, "tail")) if edge in subject.edges}
    return tuple(
        _with_local_choices(each, subject)
        for each in FIELDS
        if each.section in sections and _has_field(subject, each)
    )


def _has_field(subject: InspectorSubject, each: InspectorField) -> bool:
    clip = subject.clip
    if clip.source.kind is SourceKind.GAP:
        return each.group is FieldGroup.LENGTH
    if each.group is FieldGroup.SPEED:
        return clip.effects.title is None
    if each.group is FieldGroup.PLACE:
        return clip.source.kind not in ENDLESS
    if each.group is FieldGroup.JOIN and each.attribute != "kind":
        there = subject.edges.get(each.edge)
        return there is not None and (
            each.attribute == "frames" or each.attribute in get_transition_facts(there.kind).settings
        )
    return True


def _with_local_choices(each: InspectorField, subject: InspectorSubject) -> InspectorField:
    """Return the setting with the choices that this clip offers, such as the names of its LUTs and mattes."""
    if each.shape is FieldShape.NAME:
        titles = subject.names.get(each.key, {})
        return replace(each, titles=titles, words=(NONE, *titles.values()))
    if each.group is FieldGroup.JOIN and each.attribute == "kind" and subject.kind is TrackKind.AUDIO:
        return replace(each, words=SOUND_JOINS)
    return each


def find_clip_field(subject: InspectorSubject, key: str) -> InspectorField | None:
    """Return a setting by its key, or None if the clip does not have it."""
    return next((each for each in list_clip_fields(subject) if each.key == key), None)


def read_field_value(each: InspectorField, subject: InspectorSubject) -> Value:
    """Return the value of a setting at the subject's frame."""
    clip, name = subject.clip, each.attribute
    match each.group:
        case FieldGroup.NUMBER:
            return clip.effects.get_value_at(name, subject.frame)
        case FieldGroup.SPEED:
            return clip.effects.speed
        case FieldGroup.LENGTH:
            return clip.frames
        case FieldGroup.PLACE:
            return round_half_up(clip.source_in * subject.rate)
        case FieldGroup.CHOICE:
            value = getattr(clip.effects, name)
            return value.value if isinstance(value, Blend) else value
        case FieldGroup.TITLE:
            return getattr(clip.effects.title, name, None)
        case FieldGroup.JOIN:
            there = subject.edges.get(each.edge)
            return each.default if there is None else getattr(there, name)
        case FieldGroup.CLIP:
            return getattr(clip, name)  # type: ignore[no-any-return]
        case FieldGroup.SHOT:
            return subject.size if name == "size" else getattr(subject.shot, name, None)
