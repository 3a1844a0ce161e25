"""The lines that the inspector lists below the facts: the takes of the shot, the markers, then all settings
of the clip by section.

Pure. The widget draws the lines, and the screen changes the settings.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.time import format_timecode
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, TrackKind
from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Shot, Take
from milimo_tui.tui.timeline.fields.changes import is_animated
from milimo_tui.tui.timeline.fields.field_text import format_setting_value
from milimo_tui.tui.timeline.fields.fields import FieldGroup, FieldShape, InspectorField
from milimo_tui.tui.timeline.fields.subject import InspectorSubject, list_clip_fields, read_field_value
from milimo_tui.tui.timeline.values.clip_style import ClipStyles, to_printable_line
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.widgets.facts import FactLine

# Prefixes of `InspectorLine.key`. An id of a take, an asset or a marker follows.
TAKE, ASSET, MARK = "take:", "asset:", "mark:"
TAKES, MARKS = "Takes", "Markers"


@dataclass(frozen=True, slots=True)
class InspectorLine:
    """A line of the inspector. Lines without a `key` are headings and facts, which the cursor skips.

    - `keys` are the frames of a number's keyframes. `here` is True if one of them is at the playhead.
    - `set` is True if the value is not the default, or if the line is about the picked take.
    - `number` is True if the text is right-aligned.
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
    # The frame of the clip at which the playhead is. The next field, `length`, is the clip's length in
    # frames. The widget needs both to draw the keyframes; both are 0 if the number has no keyframes.
    at: int = 0
    length: int = 0
    easing: str = ""


def list_inspector_lines(
    subject: InspectorSubject,
    clip_styles: ClipStyles,
    marks: Sequence[InspectorLine] = (),
    armed: Collection[str] = (),
) -> tuple[InspectorLine, ...]:
    """List the inspector's lines for a clip: takes, markers, and settings with their values at the frame of
    `subject`.

    `marks` are the lines of the markers. `armed` holds the names of numbers for which the user set a first
    keyframe. The next change of such a number sets a keyframe too.
    """
    out = [] if subject.shot is None else _list_take_lines(subject.shot, clip_styles)
    out += [InspectorLine(label=MARKS, heading=True), *marks] if marks else []
    section = ""
    for field in list_clip_fields(subject):
        if field.section != section:
            section = field.section
            out.append(InspectorLine(label=section, heading=True))
        out.append(_make_setting_line(field, subject, armed=field.key in armed))
    return tuple(out)


def list_marker_lines(film: TimelineFilm, span: PlacedClip) -> tuple[InspectorLine, ...]:
    """List the markers and notes within a clip's frames, each with its timecode and text."""
    return tuple(
        InspectorLine(
            MARK + marker.id,
            format_timecode(marker.frame, film.rate),
            " ".join(filter(None, ("✓" if marker.done else "", marker.name, to_printable_line(marker.text))))
            or "marker",
            set=True,
        )
        for marker in film.markers
        if span.start <= marker.frame < span.end
    )


def _list_take_lines(shot: Shot, clip_styles: ClipStyles) -> list[InspectorLine]:
    maker = clip_styles.find_making_shot(shot)
    takes = clip_styles.list_takes(maker.id)
    if not takes:
        return []
    rows = [InspectorLine(label=TAKES, heading=True)]
    return rows + [_make_take_line(place, take, maker) for place, take in enumerate(takes, 1)]


def _make_take_line(place: int, take: Take, shot: Shot) -> InspectorLine:
    picked = picked_takes.is_picked_take(shot, take)
    glyph = "●" if picked else "✕" if take.rejected else "·"
    stars = "★" * take.rating + "·" * (5 - take.rating)
    made = (
        take.engine,
        f"seed {take.seed}",
        f"{take.length} f",
        engine_registry.get_placeholder_mark(take.engine, take.previs),
    )
    colour = "picked" if picked else "muted" if take.rejected else "text"
    return InspectorLine(
        TAKE + take.id,
        f"{glyph} take {place}",
        f"{stars}  {'  '.join(filter(None, made))}",
        colour,
        set=picked,
    )


def _make_setting_line(field: InspectorField, subject: InspectorSubject, *, armed: bool) -> InspectorLine:
    clip, frame = subject.clip, subject.frame
    value = read_field_value(field, subject)
    curve = clip.effects.get_curve(field.key) if field.can_have_keys else ()
    frames = tuple(key.frame for key in curve) if is_animated(curve) or (armed and curve) else ()
    before = [key for key in curve if key.frame <= frame]
    return InspectorLine(
        field.key,
        field.label,
        to_printable_line(format_setting_value(field, value, subject.rate)),
        set=value != field.default or bool(frames),
        number=field.can_step and field.shape is not FieldShape.COLOUR,
        keys=frames,
        here=frame in frames,
        at=frame if frames else 0,
        length=clip.frames if frames else 0,
        easing=before[-1].easing.value if before and before[-1].frame < max(frames, default=0) else "",
    )


def make_fact_lines(facts: Sequence[FactLine]) -> tuple[InspectorLine, ...]:
    """Convert facts to inspector lines that the cursor skips."""
    return tuple(InspectorLine("", fact.label, fact.words, fact.colour, fact.strong) for fact in facts)


def make_missing_file_line(clip: Clip, clip_styles: ClipStyles) -> tuple[InspectorLine, ...]:
    """Return the line that names a clip's missing file and on which Enter asks for its new path. Return an
    empty tuple if the file is not missing.
    """
    asset = clip_styles.find_clip_asset(clip)
    if clip.id not in clip_styles.offline or asset is None:
        return ()
    folder, _, name = asset.path.rpartition("/")
    words = f"Enter: {to_printable_line(name)} was in {to_printable_line(folder) or 'the film'}"
    return (InspectorLine(ASSET + asset.id, "⊘ find it", words, "failed", set=True),)


def describe_changed_settings(clip: Clip, rate: Fraction) -> str:
    """Describe the effect settings of a clip that differ from their defaults: `scale 120 % blur 1 %`. Numbers
    with keyframes end in ◆.
    """
    out = []
    subject = InspectorSubject(clip, TrackKind.VIDEO, rate)
    for field in list_clip_fields(subject):
        if field.group not in (FieldGroup.NUMBER, FieldGroup.CHOICE):
            # Settings of other groups, such as speed and length, are in the facts at the top of the
            # inspector.
            continue
        value = read_field_value(field, subject)
        curve: Curve = clip.effects.get_curve(field.key) if field.can_have_keys else ()
        if is_animated(curve):
            out.append(f"{field.label} ◆")
        elif value != field.default:
            out.append(f"{field.label} {format_setting_value(field, value, rate)}")
    return "   ".join(out)
