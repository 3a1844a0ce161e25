"""The subject of the inspector: a clip at a frame, with the transitions at its edges and the names that it
uses.

Pure: chooses the settings that the clip has, and reads their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from milimo_tui.core.time import half_up
from milimo_tui.cut.values.cut import Clip, SourceKind, TrackKind, Transition
from milimo_tui.cut.values.effects import Blend
from milimo_tui.cut.values.timing import ENDLESS
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
    Field,
    Group,
    Shape,
    Value,
)
from milimo_tui.tui.timeline.values.model import Lane, Span

SOUND_JOINS = (NONE, "dissolve", "dip")
_PARTS = {  # The settings of each kind of transition, except its length.
    "dissolve": frozenset[str](),
    "dip": frozenset({"colour"}),
    "wipe": frozenset({"direction", "softness"}),
    "push": frozenset({"direction"}),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A clip at one of its frames. `size` is the raster of the next take.

    `edges` holds, for each edge where the clip meets another, the transition there, or None for a hard cut.
    `names` are those of LUTs and mattes, by id.
    """

    clip: Clip
    kind: TrackKind
    rate: Fraction
    frame: int = 0
    shot: Shot | None = None
    size: str = ""
    edges: Mapping[str, Transition | None] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def edges_of(
    lane: Lane, span: Span, joined: Mapping[tuple[str, str], Transition]
) -> dict[str, Transition | None]:
    """Return, for each edge at which a clip meets another, the transition there, or None for a hard cut."""
    at, out = lane.index(span), dict[str, Transition | None]()
    if at and lane.spans[at - 1].end == span.start:
        _join(out, "head", lane.spans[at - 1].clip, span.clip, joined)
    if at + 1 < len(lane.spans) and lane.spans[at + 1].start == span.end:
        _join(out, "tail", span.clip, lane.spans[at + 1].clip, joined)
    return out


def _join(
    out: dict[str, Transition | None],
    edge: str,
    left: Clip,
    right: Clip,
    joined: Mapping[tuple[str, str], Transition],
) -> None:
    """Add the transition between two clips; two gaps have none."""
    if not left.source.kind is right.source.kind is SourceKind.GAP:
        out[edge] = joined.get((left.id, right.id))


def fields_for(subject: Subject) -> tuple[Field, ...]:
    """List the settings of a clip in order: a gap has only a length, sound has no picture, a title has no
    sound.
    """
    clip = subject.clip
    sections = {CLIP}
    if clip.source.kind is not SourceKind.GAP:
        sections |= {TITLE} if clip.effects.title is not None else {SOUND}
        sections |= {PICTURE, LOOK} if subject.kind is TrackKind.VIDEO else set()
        sections |= {SHOT} if subject.shot is not None else set()
        sections |= {section for section, edge in ((HEAD, "head"), (TAIL, "tail")) if edge in subject.edges}
    return tuple(
        _fitted(each, subject) for each in FIELDS if each.section in sections and _has(subject, each)
    )


def _has(subject: Subject, each: Field) -> bool:
    clip = subject.clip
    if clip.source.kind is SourceKind.GAP:
        return each.group is Group.LENGTH
    if each.group is Group.SPEED:
        return clip.effects.title is None
    if each.group is Group.PLACE:
        return clip.source.kind not in ENDLESS
    if each.group is Group.JOIN and each.attribute != "kind":
        there = subject.edges.get(each.edge)
        return there is not None and (each.attribute == "frames" or each.attribute in _PARTS[there.kind])
    return True


def _fitted(each: Field, subject: Subject) -> Field:
    """Return a setting with the choices that are available for this clip."""
    if each.shape is Shape.NAME:
        titles = subject.names.get(each.key, {})
        return replace(each, titles=titles, words=(NONE, *titles.values()))
    if each.group is Group.JOIN and each.attribute == "kind" and subject.kind is TrackKind.AUDIO:
        return replace(each, words=SOUND_JOINS)
    return each


def field_of(subject: Subject, key: str) -> Field | None:
    """Return a setting by its key, or None if the clip does not have it."""
    return next((each for each in fields_for(subject) if each.key == key), None)


def value_of(each: Field, subject: Subject) -> Value:
    """Return the value of a setting at the subject's frame."""
    clip, name = subject.clip, each.attribute
    match each.group:
        case Group.NUMBER:
            return clip.effects.at(name, subject.frame)
        case Group.SPEED:
            return clip.effects.speed
        case Group.LENGTH:
            return clip.frames
        case Group.PLACE:
            return half_up(clip.source_in * subject.rate)
        case Group.CHOICE:
            value = getattr(clip.effects, name)
            return value.value if isinstance(value, Blend) else value
        case Group.TITLE:
            return getattr(clip.effects.title, name, None)
        case Group.JOIN:
            there = subject.edges.get(each.edge)
            return each.default if there is None else getattr(there, name)
        case Group.CLIP:
            return getattr(clip, name)  # type: ignore[no-any-return]
        case Group.SHOT:
            return subject.size if name == "size" else getattr(subject.shot, name, None)
