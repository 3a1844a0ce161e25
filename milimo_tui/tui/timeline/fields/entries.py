"""The inspector's lines below the facts: the takes of the shot, then every setting of the clip by sections.

Pure: values in, lines out. The widget draws the lines, and the screen changes the settings.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.time import timecode
from milimo_tui.cut.values.cut import Clip, TrackKind
from milimo_tui.cut.values.effects import Curve
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Shot, Take
from milimo_tui.tui.timeline.fields.changes import animated
from milimo_tui.tui.timeline.fields.field_text import value_text
from milimo_tui.tui.timeline.fields.fields import Field, Group, Shape
from milimo_tui.tui.timeline.fields.subject import Subject, fields_for, value_of
from milimo_tui.tui.timeline.values.clip_style import ClipStyles, plain
from milimo_tui.tui.timeline.values.model import Film, Span
from milimo_tui.tui.widgets.facts import Fact

TAKE, ASSET, MARK = "take:", "asset:", "mark:"  # Prefixes of line keys.
TAKES, MARKS = "Takes", "Markers"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the inspector. A line without a `key` is a heading (`label`) or a fact; the cursor skips it.

    `here` means that a keyframe is at the playhead; `keys` are the frames of all keyframes; `set` means that
    the value is not the default.
    """

    key: str = ""
    label: str = ""
    words: str = ""
    colour: str = "text"
    strong: bool = False
    heading: bool = False
    set: bool = False
    number: bool = False
    keys: tuple[int, ...] = ()
    here: bool = False
    at: int = 0  # The playhead and the clip's length, for the drawing of the keyframes.
    length: int = 0
    easing: str = ""


def entries_of(
    subject: Subject, clip_styles: ClipStyles, marks: Sequence[Entry] = (), armed: Collection[str] = ()
) -> tuple[Entry, ...]:
    """List takes, markers and settings of a clip at one of its frames; numbers in `armed` get keyframes when
    changed.
    """
    out = [] if subject.shot is None else _takes(subject.shot, clip_styles)
    out += [Entry(label=MARKS, heading=True), *marks] if marks else []
    section = ""
    for field in fields_for(subject):
        if field.section != section:
            section = field.section
            out.append(Entry(label=section, heading=True))
        out.append(_setting(field, subject, armed=field.key in armed))
    return tuple(out)


def marks_of(film: Film, span: Span) -> tuple[Entry, ...]:
    """List the markers and notes inside a clip, each with its text."""
    return tuple(
        Entry(
            MARK + marker.id,
            timecode(marker.frame, film.rate),
            " ".join(filter(None, ("✓" if marker.done else "", marker.name, plain(marker.text)))) or "marker",
            set=True,
        )
        for marker in film.markers
        if span.start <= marker.frame < span.end
    )


def _takes(shot: Shot, clip_styles: ClipStyles) -> list[Entry]:
    maker = clip_styles.maker(shot)
    takes = clip_styles.takes_of(maker.id)
    if not takes:
        return []
    rows = [Entry(label=TAKES, heading=True)]
    return rows + [_take(place, take, maker) for place, take in enumerate(takes, 1)]


def _take(place: int, take: Take, shot: Shot) -> Entry:
    picked = picked_takes.is_picked(shot, take)
    glyph = "●" if picked else "✕" if take.rejected else "·"
    stars = "★" * take.rating + "·" * (5 - take.rating)
    made = (
        take.engine,
        f"seed {take.seed}",
        f"{take.length} f",
        engine_registry.mark(take.engine, take.previs),
    )
    colour = "picked" if picked else "muted" if take.rejected else "text"
    return Entry(
        TAKE + take.id,
        f"{glyph} take {place}",
        f"{stars}  {'  '.join(filter(None, made))}",
        colour,
        set=picked,
    )


def _setting(field: Field, subject: Subject, *, armed: bool) -> Entry:
    clip, frame = subject.clip, subject.frame
    value = value_of(field, subject)
    curve = clip.effects.curve(field.key) if field.keyed else ()
    frames = tuple(key.frame for key in curve) if animated(curve) or (armed and curve) else ()
    before = [key for key in curve if key.frame <= frame]
    return Entry(
        field.key,
        field.label,
        plain(value_text(field, value, subject.rate)),
        set=value != field.default or bool(frames),
        number=field.steps and field.shape is not Shape.COLOUR,
        keys=frames,
        here=frame in frames,
        at=frame if frames else 0,
        length=clip.frames if frames else 0,
        easing=before[-1].easing.value if before and before[-1].frame < max(frames, default=0) else "",
    )


def of_facts(facts: Sequence[Fact]) -> tuple[Entry, ...]:
    """Convert facts to lines of the same list."""
    return tuple(Entry("", fact.label, fact.words, fact.colour, fact.strong) for fact in facts)


def missing_of(clip: Clip, clip_styles: ClipStyles) -> tuple[Entry, ...]:
    """Return the line that finds a missing file; empty if the file is there."""
    asset = clip_styles.asset_of(clip)
    if clip.id not in clip_styles.offline or asset is None:
        return ()
    folder, _, name = asset.path.rpartition("/")
    words = f"Enter: {plain(name)} was in {plain(folder) or 'the film'}"
    return (Entry(ASSET + asset.id, "⊘ find it", words, "failed", set=True),)


def set_of(clip: Clip, rate: Fraction) -> str:
    """Describe the changed settings of a clip: `scale 120 %  blur 1 %`. Numbers with keyframes end in ◆."""
    out = []
    subject = Subject(clip, TrackKind.VIDEO, rate)
    for field in fields_for(subject):
        if field.group not in (Group.NUMBER, Group.CHOICE):
            continue  # Other groups have their own lines.
        value = value_of(field, subject)
        curve: Curve = clip.effects.curve(field.key) if field.keyed else ()
        if animated(curve):
            out.append(f"{field.label} ◆")
        elif value != field.default:
            out.append(f"{field.label} {value_text(field, value, rate)}")
    return "   ".join(out)
