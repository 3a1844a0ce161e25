"""The inspector's facts: the kind, contents and sound of the clip under the playhead.

Pure: values in, (label, words, colour name) out; an empty label is a heading.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.format import clock
from milimo_tui.core.time import half_up, timecode
from milimo_tui.cut.values.cut import Clip, Marker, SourceKind
from milimo_tui.cut.values.ramps import ramp_of
from milimo_tui.cut.values.timing import source_at
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values.film import Asset, Shot
from milimo_tui.tui.timeline.values.clip_style import ClipStyles, State, headline, plain
from milimo_tui.tui.timeline.values.model import Film, Lane, Span
from milimo_tui.tui.widgets.facts import Fact

MINUS = "−"


def facts_of(
    span: Span | None,
    lane: Lane | None,
    film: Film,
    clip_styles: ClipStyles,
    playhead: int,
    *,
    marks: bool = True,
) -> list[Fact]:
    """Describe the clip under the playhead, most important facts first; briefly if there is no clip.

    `marks` False leaves the markers out, for a caller that lists them elsewhere.
    """
    if lane is None:
        return []
    if span is None:
        return [Fact("", f"{lane.track.name} is empty here", "muted"), *_markers(film, span, playhead)]
    clip = span.clip
    if clip.source.kind is SourceKind.SHOT and clip.source.ref in clip_styles.shots:
        lines = _shot(clip, clip_styles.shots[clip.source.ref], film, clip_styles)
    elif clip.source.kind is SourceKind.ASSET and clip.source.ref in clip_styles.assets:
        lines = _asset(clip, clip_styles.assets[clip.source.ref], film)
    elif clip.source.kind is SourceKind.GAP:
        lines = [Fact("", "gap", strong=True), Fact("length", _length(clip.frames, film.rate))]
    elif clip.effects.title is not None:
        lines = [Fact("", f"“{plain(clip.effects.title.text)}”", strong=True), _title(clip, film)]
    elif clip.source.kind is SourceKind.CUT:
        name = plain(clip.label or clip_styles.cuts.get(clip.source.ref, "")) or "compound clip"
        lines = [Fact("", name, strong=True), _compound(clip, film)]
    else:
        lines = [Fact("", f"{State.OFFLINE.glyph} what it showed is gone", "failed", True)]
    return [
        *lines,
        *_mix(clip),
        *_ties(span, film, clip_styles),
        *(_markers(film, span, playhead) if marks else ()),
    ]


def _title(clip: Clip, film: Film) -> Fact:
    return Fact("", f"title   {_length(clip.frames, film.rate)}", "muted")


def _compound(clip: Clip, film: Film) -> Fact:
    return Fact("", f"compound clip   {_length(clip.frames, film.rate)}", "muted")


def _shot(clip: Clip, shot: Shot, film: Film, clip_styles: ClipStyles) -> list[Fact]:
    name = clip_styles.numbers.get(shot.id, "–")
    lines = [Fact("", f"{name}  {plain(clip.label or headline(shot))}", strong=True)]
    lines.append(_state(clip, shot, film, clip_styles))
    scene = clip_styles.scenes.get(shot.scene)
    if scene is not None:
        lines.append(Fact("scene", f"{scene.number}  {plain(scene.heading)}"))
    lines.append(Fact("source", source_range(clip, film.rate) + speed_words(clip)))
    take = clip_styles.picked(shot)
    if take is not None:
        made = (take.engine, f"seed {take.seed}", engine_registry.mark(take.engine, take.previs))
        lines.append(Fact("made by", " · ".join(filter(None, made))))
    for spoken in shot.dialogue[:1]:
        lines.append(Fact("says", f"{plain(spoken.character.title())}  “{plain(spoken.text)}”"))
    if shot.action:
        lines.append(Fact("seen", plain(shot.action)))
    return lines


def _state(clip: Clip, shot: Shot, film: Film, clip_styles: ClipStyles) -> Fact:
    state = State.OFFLINE if clip.id in clip_styles.offline else clip_styles.state(shot)
    words = f"{state.glyph} {state.word}"
    work = clip_styles.work.get(clip_styles.maker(shot).id)
    if state is State.WORKING and work is not None:
        share = f" {work.progress * 100:.0f} %" if work.progress is not None else ""
        left = f"  {clock(work.eta)}" if work.eta is not None else ""
        words = f"{state.glyph} making{share}{left}"
    elif state is State.FAILED and work is not None and work.reason:
        words = f"{state.glyph} {plain(work.reason)}"
    elif state in (State.PICKED, State.STALE):
        place, count, stars = take_place(shot, clip_styles)
        of = f" of {count}" if count > 1 else ""
        words = f"{state.glyph} {'stale ' if state is State.STALE else ''}take {place}{of}{stars}"
    return Fact("", f"{words}   {_length(clip.frames, film.rate)}", state.colour)


def take_place(shot: Shot, clip_styles: ClipStyles) -> tuple[int, int, str]:
    """Return the picked take's number from 1, the number of takes, and the take's stars."""
    takes, picked = clip_styles.takes_of(clip_styles.maker(shot).id), clip_styles.picked(shot)
    place = takes.index(picked) + 1 if picked in takes else 0
    return place, len(takes), f"  {'★' * picked.rating}" if picked and picked.rating else ""


def _asset(clip: Clip, asset: Asset, film: Film) -> list[Fact]:
    lines = [
        Fact("", plain(clip.label or asset.name), strong=True),
        Fact("", f"{asset.kind.value}   {_length(clip.frames, film.rate)}", "muted"),
        Fact("source", source_range(clip, film.rate) + speed_words(clip)),
    ]
    if asset.width and asset.height:
        lines.append(Fact("size", f"{asset.width} × {asset.height}"))
    return lines


def source_range(clip: Clip, rate: Fraction) -> str:
    """Format in and out of the source as timecode at the cut's rate; the out is the last frame shown.

    Of a reversed clip the out is before the in. A freeze frame has one timecode.
    """
    first, last = (half_up(source_at(clip, frame, rate) * rate) for frame in (0, clip.frames - 1))
    if not clip.effects.speed:
        return timecode(max(0, first), rate)
    return f"{timecode(max(0, first), rate)} – {timecode(max(0, last), rate)}"


def _mix(clip: Clip) -> list[Fact]:
    """List level, opacity and fades; the level always, opacity and fades only if they were changed."""
    if clip.source.kind is SourceKind.GAP:
        return []
    words = [] if clip.opacity >= 1 else [f"opacity {clip.opacity * 100:.0f} %"]
    if clip.fade_in or clip.fade_out:
        words.append(f"fades {clip.fade_in} / {clip.fade_out} f")
    if clip.source.kind is SourceKind.TITLE:  # A title has no sound.
        return [Fact("mix", "   ".join(words))] if words else []
    return [Fact("level", "   ".join(["muted" if clip.muted else f"{decibels(clip.gain_db)} dB", *words]))]


def _ties(span: Span, film: Film, clip_styles: ClipStyles) -> list[Fact]:
    """List the clips that are linked with the clip on other tracks, and the clips of its group."""
    clip, facts = span.clip, []
    if clip.link:
        beside = [(lane, each) for lane in film.lanes for each in lane.between(span.start, span.end)]
        linked = [
            f"{lane.track.name} {clip_styles.of(each.clip).name}{_out_of_sync(span, each, film.rate)}"
            for lane, each in beside
            if each.clip.link == clip.link and each.clip.id != clip.id
        ]
        facts.append(Fact("linked", f"with {', '.join(linked) or 'a clip elsewhere'}"))
    if clip.group:
        members = [each for lane in film.lanes for each in lane.spans if each.clip.group == clip.group]
        names = ", ".join(
            clip_styles.of(each.clip).name for each in sorted(members, key=lambda each: each.start)
        )
        facts.append(Fact("group", f"{len(members)} clips: {names}"))
    return facts


def _out_of_sync(span: Span, mate: Span, rate: Fraction) -> str:
    """Return `, 3 f late` if a linked clip is out of sync with the same source; empty if it is in sync."""
    one, other = span.clip, mate.clip
    speed = one.effects.speed
    if one.source != other.source or not speed or speed != other.effects.speed:
        return ""
    ahead = (other.source_in - one.source_in) * rate / speed - (mate.start - span.start)
    frames = half_up(abs(ahead))
    return f", {frames} f {'early' if ahead > 0 else 'late'}" if frames else ""


def speed_words(clip: Clip) -> str:
    """Describe a speed: `  50 %`, `  100 % backwards`, `  held`; empty at normal speed."""
    speed, ramp = clip.effects.speed, ramp_of(clip.effects)
    if ramp:
        values = [key.value * float(abs(speed)) for key in ramp]
        low, high = (f"{value * 100:.0f}" for value in (min(values), max(values)))
        return f"  {low} to {high} %{' backwards' if speed < 0 else ''}"
    if speed == 1:
        return ""
    return f"  {float(abs(speed)) * 100:g} %{' backwards' if speed < 0 else ''}" if speed else "  held"


def decibels(value: float) -> str:
    """Format a level: `−3.0`, `0.0`, `+2.5`."""
    return f"{MINUS if value < 0 else '+' if value > 0 else ''}{abs(value):.1f}"


def _markers(film: Film, span: Span | None, playhead: int) -> list[Fact]:
    """List the markers inside the clip, or those at the playhead if there is no clip; at most three."""
    start, end = (span.start, span.end) if span is not None else (playhead, playhead + 1)
    here: list[Marker] = [marker for marker in film.markers if start <= marker.frame < end]
    return [
        Fact("mark", f"{timecode(marker.frame, film.rate)}  {marker.name} {plain(marker.text)}".rstrip())
        for marker in here[:3]
    ]


def _length(frames: int, rate: Fraction) -> str:
    return f"{frames} f   {float(Fraction(frames) / rate):.1f} s"
