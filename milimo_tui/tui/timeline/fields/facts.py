"""The facts at the top of the inspector: kind, contents and sound of the clip under the playhead.

Pure. Each fact is a `FactLine` with a label, a text and the name of a colour. A line without a label is a
heading.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.format import format_clock_duration
from milimo_tui.core.time import format_timecode, round_half_up
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, Marker, SourceKind
from milimo_tui.cut.values.ramps import get_speed_ramp
from milimo_tui.cut.values.sound_choice import format_sound_choice
from milimo_tui.cut.values.timing import get_source_second
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values.film import Asset, Shot
from milimo_tui.tui.fields.reading import MINUS
from milimo_tui.tui.timeline.values.clip_style import (
    ClipState,
    ClipStyles,
    describe_shot_briefly,
    to_printable_line,
)
from milimo_tui.tui.timeline.values.model import Lane, TimelineFilm
from milimo_tui.tui.widgets.facts import FactLine


def list_clip_facts(
    span: PlacedClip | None,
    lane: Lane | None,
    film: TimelineFilm,
    clip_styles: ClipStyles,
    playhead: int,
    *,
    marks: bool = True,
) -> list[FactLine]:
    """List facts about the clip under the playhead, the most important first. If `span` is None, list facts
    about the track instead.

    If `marks` is False, markers are left out, because the caller lists them itself.
    """
    if lane is None:
        return []
    if span is None:
        return [
            FactLine("", f"{lane.track.name} is empty here", "muted"),
            *_list_marker_facts(film, span, playhead),
        ]
    clip = span.clip
    if clip.source.kind is SourceKind.SHOT and clip.source.ref in clip_styles.shots:
        lines = _list_shot_facts(clip, clip_styles.shots[clip.source.ref], film, clip_styles)
    elif clip.source.kind is SourceKind.ASSET and clip.source.ref in clip_styles.assets:
        lines = _list_asset_facts(clip, clip_styles.assets[clip.source.ref], film)
    elif clip.source.kind is SourceKind.GAP:
        lines = [FactLine("", "gap", strong=True), FactLine("length", _format_length(clip.frames, film.rate))]
    elif clip.effects.title is not None:
        lines = [
            FactLine("", f"“{to_printable_line(clip.effects.title.text)}”", strong=True),
            _make_title_fact(clip, film),
        ]
    elif clip.source.kind is SourceKind.CUT:
        name = to_printable_line(clip.label or clip_styles.cuts.get(clip.source.ref, "")) or "compound clip"
        lines = [FactLine("", name, strong=True), _make_compound_fact(clip, film)]
    else:
        lines = [FactLine("", f"{ClipState.OFFLINE.glyph} its source is missing", "failed", True)]
    return [
        *lines,
        *_list_mix_facts(clip),
        *_list_link_facts(span, film, clip_styles),
        *(_list_marker_facts(film, span, playhead) if marks else ()),
    ]


def _make_title_fact(clip: Clip, film: TimelineFilm) -> FactLine:
    return FactLine("", f"title   {_format_length(clip.frames, film.rate)}", "muted")


def _make_compound_fact(clip: Clip, film: TimelineFilm) -> FactLine:
    return FactLine("", f"compound clip   {_format_length(clip.frames, film.rate)}", "muted")


def _list_shot_facts(clip: Clip, shot: Shot, film: TimelineFilm, clip_styles: ClipStyles) -> list[FactLine]:
    name = clip_styles.numbers.get(shot.id, "–")
    lines = [
        FactLine("", f"{name}  {to_printable_line(clip.label or describe_shot_briefly(shot))}", strong=True)
    ]
    lines.append(_make_state_fact(clip, shot, film, clip_styles))
    scene = clip_styles.scenes.get(shot.scene)
    if scene is not None:
        lines.append(FactLine("scene", f"{scene.number}  {to_printable_line(scene.heading)}"))
    lines.append(FactLine("source", format_source_range(clip, film.rate) + describe_speed(clip)))
    take = clip_styles.find_picked_take(shot)
    if take is not None:
        made = (
            take.engine,
            f"seed {take.seed}",
            engine_registry.get_placeholder_mark(take.engine, take.previs),
        )
        lines.append(FactLine("made by", " · ".join(filter(None, made))))
    for spoken in shot.dialogue[:1]:
        lines.append(
            FactLine(
                "says", f"{to_printable_line(spoken.character.title())}  “{to_printable_line(spoken.text)}”"
            )
        )
    if shot.action:
        lines.append(FactLine("seen", to_printable_line(shot.action)))
    return lines


def _make_state_fact(clip: Clip, shot: Shot, film: TimelineFilm, clip_styles: ClipStyles) -> FactLine:
    state = ClipState.OFFLINE if clip.id in clip_styles.offline else clip_styles.find_state(shot)
    words = f"{state.glyph} {state.word}"
    work = clip_styles.work.get(clip_styles.find_making_shot(shot).id)
    if state is ClipState.WORKING and work is not None:
        share = f" {work.progress * 100:.0f} %" if work.progress is not None else ""
        left = f"  {format_clock_duration(work.eta)}" if work.eta is not None else ""
        words = f"{state.glyph} making{share}{left}"
    elif state is ClipState.FAILED and work is not None and work.reason:
        words = f"{state.glyph} {to_printable_line(work.reason)}"
    elif state in (ClipState.PICKED, ClipState.STALE):
        place, count, stars = find_take_place(shot, clip_styles)
        of = f" of {count}" if count > 1 else ""
        words = f"{state.glyph} {'stale ' if state is ClipState.STALE else ''}take {place}{of}{stars}"
    return FactLine("", f"{words}   {_format_length(clip.frames, film.rate)}", state.colour)


def find_take_place(shot: Shot, clip_styles: ClipStyles) -> tuple[int, int, str]:
    """Return the position of the picked take among the shot's takes (from 1; 0 if no take is picked), the
    number of takes, and the picked take's rating as stars.
    """
    takes, picked = (
        clip_styles.list_takes(clip_styles.find_making_shot(shot).id),
        clip_styles.find_picked_take(shot),
    )
    place = takes.index(picked) + 1 if picked in takes else 0
    return place, len(takes), f"  {'★' * picked.rating}" if picked and picked.rating else ""


def _list_asset_facts(clip: Clip, asset: Asset, film: TimelineFilm) -> list[FactLine]:
    lines = [
        FactLine("", to_printable_line(clip.label or asset.name), strong=True),
        FactLine("", f"{asset.kind.value}   {_format_length(clip.frames, film.rate)}", "muted"),
        FactLine("source", format_source_range(clip, film.rate) + describe_speed(clip)),
    ]
    if asset.width and asset.height:
        lines.append(FactLine("size", f"{asset.width} × {asset.height}"))
    return lines


def format_source_range(clip: Clip, rate: Fraction) -> str:
    """Format the first and the last source frame of a clip as timecodes at the cut's rate.

    In a reversed clip the second timecode is the earlier one. A freeze frame has one timecode.
    """
    first, last = (
        round_half_up(get_source_second(clip, frame, rate) * rate) for frame in (0, clip.frames - 1)
    )
    if not clip.effects.speed:
        return format_timecode(max(0, first), rate)
    return f"{format_timecode(max(0, first), rate)} – {format_timecode(max(0, last), rate)}"


def _list_mix_facts(clip: Clip) -> list[FactLine]:
    """List the clip's level, and its opacity and fades if they differ from the defaults."""
    if clip.source.kind is SourceKind.GAP:
        return []
    words = [] if clip.opacity >= 1 else [f"opacity {clip.opacity * 100:.0f} %"]
    if clip.fade_in or clip.fade_out:
        words.append(f"fades {clip.fade_in} / {clip.fade_out} f")
    if clip.stream != 1 or clip.channels:
        words.append(format_sound_choice(clip.stream, clip.channels))
    if clip.source.kind is SourceKind.TITLE:  # A title has no sound.
        return [FactLine("mix", "   ".join(words))] if words else []
    return [
        FactLine(
            "level", "   ".join(["muted" if clip.muted else f"{format_decibels(clip.gain_db)} dB", *words])
        )
    ]


def _list_link_facts(span: PlacedClip, film: TimelineFilm, clip_styles: ClipStyles) -> list[FactLine]:
    """List the clips on other tracks that are linked to this clip, and the other clips of its group."""
    clip, facts = span.clip, []
    if clip.link:
        overlapping = [
            (lane, each) for lane in film.lanes for each in lane.clips_between(span.start, span.end)
        ]
        linked = [
            f"{lane.track.name} "
            f"{clip_styles.find_clip_style(each.clip).name}{_describe_sync_offset(span, each, film.rate)}"
            for lane, each in overlapping
            if each.clip.link == clip.link and each.clip.id != clip.id
        ]
        facts.append(FactLine("linked", f"with {', '.join(linked) or 'a clip elsewhere'}"))
    if clip.group:
        members = [each for lane in film.lanes for each in lane.spans if each.clip.group == clip.group]
        names = ", ".join(
            clip_styles.find_clip_style(each.clip).name
            for each in sorted(members, key=lambda each: each.start)
        )
        facts.append(FactLine("group", f"{len(members)} clips: {names}"))
    return facts


def _describe_sync_offset(span: PlacedClip, mate: PlacedClip, rate: Fraction) -> str:
    """Describe how far a linked clip is out of sync, such as `, 3 f late`. `mate` is a clip linked to `span`
    with the same source. Return an empty string if both are in sync.
    """
    one, other = span.clip, mate.clip
    speed = one.effects.speed
    if one.source != other.source or not speed or speed != other.effects.speed:
        return ""
    ahead = (other.source_in - one.source_in) * rate / speed - (mate.start - span.start)
    frames = round_half_up(abs(ahead))
    return f", {frames} f {'early' if ahead > 0 else 'late'}" if frames else ""


def describe_speed(clip: Clip) -> str:
    """Describe the speed of a clip: ` 50 %`, ` 100 % backwards`, ` held` for a freeze frame. Return an empty
    string for normal speed.
    """
    speed, ramp = clip.effects.speed, get_speed_ramp(clip.effects)
    if ramp:
        values = [key.value * float(abs(speed)) for key in ramp]
        low, high = (f"{value * 100:.0f}" for value in (min(values), max(values)))
        return f"  {low} to {high} %{' backwards' if speed < 0 else ''}"
    if speed == 1:
        return ""
    return f"  {float(abs(speed)) * 100:g} %{' backwards' if speed < 0 else ''}" if speed else "  held"


def format_decibels(value: float) -> str:
    """Format a level in dB with its sign: `−3.0`, `0.0`, `+2.5`."""
    return f"{MINUS if value < 0 else '+' if value > 0 else ''}{abs(value):.1f}"


def _list_marker_facts(film: TimelineFilm, span: PlacedClip | None, playhead: int) -> list[FactLine]:
    """List at most three markers: those within the clip, or those at the playhead if there is no clip."""
    start, end = (span.start, span.end) if span is not None else (playhead, playhead + 1)
    markers: list[Marker] = [marker for marker in film.markers if start <= marker.frame < end]
    return [
        FactLine(
            "mark",
            (
                f"{format_timecode(marker.frame, film.rate)}  {marker.name} {to_printable_line(marker.text)}"
            ).rstrip(),
        )
        for marker in markers[:3]
    ]


def _format_length(frames: int, rate: Fraction) -> str:
    return f"{frames} f   {float(Fraction(frames) / rate):.1f} s"
