"""Format a cut as plain text that is readable in a commit or a chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import shorten

from milimo_tui.core.format import format_clock_duration
from milimo_tui.core.time import format_rate, format_timecode, frames_to_seconds, seconds_to_frames
from milimo_tui.cut.compare.mixer_comparison import format_mixer_lines
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import PlacedTransition, place_transitions
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.values.cut import Clip, Cut, Marker, SourceKind, Track, TrackKind
from milimo_tui.cut.values.effects import PARAMS, Blend, Title
from milimo_tui.cut.values.sound_choice import format_sound_choice
from milimo_tui.cut.values.sound_effects_text import describe_sound_chain
from milimo_tui.cut.values.transition_kinds import get_transition_facts

# Maximum number of characters of a shot's description. The end of a longer description is replaced by “…”.
WORDS = 40


@dataclass(frozen=True, slots=True)
class OutsideFacts:
    """Texts for `format_cut` that are not stored in a cut.

    - `names` maps ids of shots, media files and cuts to names.
    - `words` maps ids of shots to descriptions.
    - `states` maps ids of clips to states, such as offline or no take.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)


def format_cut(cut: Cut, outside: OutsideFacts, *, starts: bool = True) -> str:
    """Return a headline, then each track with one line for each clip: start, length, source and start in the
    source.

    Video tracks are listed from the top, as on the timeline. Without `starts`, the lines omit the clips'
    starts, and empty time on a free track has a line of its own. Then an edit changes only the lines of
    edited clips, and not those of all later clips. This helps to compare the texts of two cuts.
    """
    laid_out = layout(cut)
    meeting = place_transitions(laid_out)
    bonds = _find_first_clips(laid_out)
    length = laid_out.frames
    lines = [
        f"{cut.name}: {format_timecode(length, cut.rate)} ({length} frames, "
        f"{format_clock_duration(float(frames_to_seconds(length, cut.rate)))}) at "
        f"{format_rate(cut.rate)} fps, "
        f"{cut.width}×{cut.height}" + (", frozen" if cut.frozen else "")
    ]
    video = [track for track in laid_out.tracks if track.kind is TrackKind.VIDEO]
    audio = [track for track in laid_out.tracks if track.kind is TrackKind.AUDIO]
    for track in [*reversed(video), *audio]:
        lines += ["", _format_track_line(track)]
        end = 0
        for placed in laid_out.get_row(track.id):
            if not starts and placed.start > end and placed.clip.anchor is None:
                lines.append(f"  {placed.start - end:6d} f  (empty)")
            end = placed.end
            timecode = f"{format_timecode(placed.start, cut.rate)}  " if starts else ""
            lines.append(f"  {timecode}{_format_clip_line(placed, laid_out, outside, bonds)}")
            join = meeting.tail.get(placed.clip.id)
            if join is not None:
                timecode = f"{format_timecode(join.start, cut.rate)}  " if starts else ""
                lines.append(f"  {timecode}{_format_transition_line(join)}")
    if mixer := format_mixer_lines(cut):
        lines += ["", "Mixer", *mixer]
    markers = _format_marker_lines(laid_out, outside.names, starts=starts)
    if markers:
        lines += ["", "Markers", *markers]
    for caption_track in cut.caption_tracks:
        rows = [each for each in cut.captions if each.track == caption_track.id]
        lines += ["", f"Captions {caption_track.name}", *(_format_caption_line(cut, each) for each in rows)]
    return "\n".join(lines) + "\n"


def _format_caption_line(cut: Cut, caption: CutCaption) -> str:
    start, end = (
        format_timecode(seconds_to_frames(at, cut.rate), cut.rate) for at in (caption.start, caption.end)
    )
    speaker = f"{caption.speaker}: " if caption.speaker else ""
    return f"  {start} – {end}  {speaker}{' / '.join(caption.text.splitlines())}"


def _find_first_clips(laid_out: Layout) -> dict[str, Clip]:
    """Return the first clip of each link and each group, by the id of the link or group. The text names this
    clip, because people can't read the ids.
    """
    first: dict[str, Clip] = {}
    for track in laid_out.tracks:
        for placed in laid_out.get_row(track.id):
            first.setdefault(placed.clip.link, placed.clip)
            first.setdefault(placed.clip.group, placed.clip)
    return first


def _format_track_line(track: Track) -> str:
    flags = {"magnetic": track.magnetic, "muted": track.muted, "solo": track.solo}
    flags |= {"locked": track.locked, "hidden": track.hidden, "sync lock": track.sync_lock}
    level = [f"level {track.gain_db:+g} dB"] if track.gain_db else []
    parts = ", ".join([*(flag for flag, on in flags.items() if on), *level])
    return f"{track.name}  {parts}".rstrip()


def _format_clip_line(
    placed: PlacedClip, laid_out: Layout, outside: OutsideFacts, bonds: Mapping[str, Clip]
) -> str:
    """Return the part of a clip's line that follows its start, such as ` 132 f 1A “Rain over …” muted`.
    `bonds` maps links and groups to their first clips, by which the line names them.
    """
    clip, names = placed.clip, outside.names
    parts = [format_clip_name(clip, names)]
    if clip.source.kind is SourceKind.CUT:
        parts.append("compound clip")
    if outside.words.get(clip.source.ref):
        parts.append(f"“{shorten(outside.words[clip.source.ref], WORDS, placeholder=' …')}”")
    if clip.id in outside.states:
        parts.append(outside.states[clip.id].upper())
    if clip.source_in:
        parts.append(f"from {format_rate(clip.source_in)} s")
    if clip.anchor is not None:
        parts.append(f"on {format_clip_name(laid_out.get_placed(clip.anchor).clip, names)}+{clip.offset}")
    if clip.opacity < 1:
        parts.append(f"opacity {clip.opacity:.0%}")
    if clip.gain_db:
        parts.append(f"gain {clip.gain_db:+g} dB")
    if clip.fade_in or clip.fade_out:
        parts.append(f"fades {clip.fade_in}/{clip.fade_out}")
    if clip.muted:
        parts.append("muted")
    if clip.stream != 1 or clip.channels:
        parts.append(format_sound_choice(clip.stream, clip.channels))
    parts += _list_effect_words(clip)
    for verb, bond in (("linked with", clip.link), ("grouped with", clip.group)):
        if bond and bonds[bond] is not clip:
            parts.append(
                f"{verb} {format_clip_name(bonds[bond], names)} on "
                f"{laid_out.get_track(bonds[bond].track).name}"
            )
    return f"{clip.frames:6d} f  {'  '.join(parts)}"


def _list_effect_words(clip: Clip) -> list[str]:
    """Return a short phrase for each effect that is set on a clip."""
    effects = clip.effects
    parts = []
    if effects.speed != 1:
        parts.append("held" if not effects.speed else f"speed {float(effects.speed):g}×")
    for name, curve in effects.curves:
        title = PARAMS[name].title if PARAMS[name].timed else name
        parts.append(f"{title} {curve[0].value:g}" if len(curve) == 1 else f"{title} {len(curve)} keys")
    if effects.blend is not Blend.NORMAL:
        parts.append(f"blend {effects.blend}")
    flags = {"flipped across": effects.flip_h, "flipped down": effects.flip_v}
    flags |= {"pitch kept": effects.keeps_pitch, "blended": effects.blended}
    flags |= {"LUT": bool(effects.lut), "matte": bool(effects.matte)}
    sounds = [f"sound: {describe_sound_chain(effects.chain)}"] if effects.chain else []
    return [*parts, *(word for word, on in flags.items() if on), *sounds]


def _format_transition_line(join: PlacedTransition) -> str:
    change = join.transition
    settings = get_transition_facts(change.kind).settings
    words = [
        change.kind,
        *([f"through {change.colour}"] if "colour" in settings else []),
        *([change.direction] if "direction" in settings else []),
    ]
    return f"{change.frames:6d} f  ╲╱ {' '.join(words)}"


def shorten_title(title: Title) -> str:
    """Return the first line of a title, at most 40 characters."""
    return title.text.strip().split("\n")[0][:40]


def _format_marker_lines(laid_out: Layout, names: Mapping[str, str], *, starts: bool) -> list[str]:
    """Return lines for all markers and notes in order of their frames, each followed by its replies.

    Without `starts`, a marker on a clip has its frame within the clip instead of its frame in the cut.
    """
    replies: dict[str, list[Marker]] = {}
    for marker in laid_out.cut.markers:
        if marker.parent:
            replies.setdefault(marker.parent, []).append(marker)
    lines = []
    for marker in laid_out.cut.markers:
        frame = laid_out.get_marker_frame(marker)
        if frame is None or marker.parent:
            continue
        on = f"on {format_clip_name(laid_out.get_placed(marker.clip).clip, names)}" if marker.clip else ""
        position = format_timecode(frame, laid_out.cut.rate)
        if marker.clip and not starts:
            position, on = f"{on}+{frame - laid_out.get_start(marker.clip)}", ""
        letter = f"'{marker.name}" if marker.name else ""
        parts = [letter, _format_marker_text(marker), on, marker.colour, "done" if marker.done else ""]
        words = "  ".join(part for part in parts if part)
        block = [f"  {position}  {words}".rstrip()]
        block += [f"               ↳ {_format_marker_text(reply)}" for reply in replies.get(marker.id, ())]
        lines.append((frame, "\n".join(block)))
    return [line for _, line in sorted(lines)]


def _format_marker_text(marker: Marker) -> str:
    """Return the text of a marker with its author."""
    return f"{marker.author}: {marker.text}" if marker.author else marker.text


def format_clip_name(clip: Clip, names: Mapping[str, str]) -> str:
    """Return the name of a clip: its label, its source's name, or the source's id. A gap is `(gap)`."""
    if clip.source.kind is SourceKind.GAP:
        return "(gap)"
    words = shorten_title(clip.effects.title) if clip.effects.title else clip.source.ref
    return clip.label or names.get(clip.source.ref, words)
