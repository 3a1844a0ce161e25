"""The features of a cut that each format carries, as a table, and the losses of a given cut in a format.

The table is data: docs/interchange.md is written from it, and a test checks that both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, Marker, SourceKind, TrackKind
from milimo_tui.cut.values.effects import PARAMS, RAMP, Blend, OnDamage
from milimo_tui.cut.values.ramps import get_speed_ramp
from milimo_tui.cut.values.transition_kinds import TRANSITIONS
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.formats import FORMATS, Format
from milimo_tui.interchange.values.mlt_frames import find_producer_start

MOVES = ("x", "y", "scale", "scale_x", "scale_y", "rotation")
CROPS = ("crop_left", "crop_right", "crop_top", "crop_bottom")
COLOURS = tuple(name for name in PARAMS if name.startswith(("lift", "gamma", "gain", "saturation")))
_OWN_NAMES = frozenset(f"{letter}{number}" for letter in "VA" for number in range(1, 100))


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature that a cut may have. `find` yields the names of the clips, tracks or markers that have it."""

    key: str
    title: str
    find: Callable[[CutBundle, Cut], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Loss:
    """A feature of a cut that a file cannot represent. `instead` describes its replacement in the file, if
    any.
    """

    what: str
    where: tuple[str, ...]
    instead: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the loss as an object that can be converted to JSON."""
        return {
            "what": self.what,
            "count": len(self.where),
            "where": list(self.where),
            "instead": self.instead,
        }

    def describe_loss(self) -> str:
        """Return the loss as a line for the user."""
        named = ", ".join(self.where[:4]) + (" …" if len(self.where) > 4 else "")
        return f"{self.what} ({len(self.where)}: {named})" + (f": {self.instead}" if self.instead else "")


def find_losses(bundle: CutBundle, kind: Format) -> tuple[Loss, ...]:
    """Return the losses of a cut and its nested cuts in a format, in the table's order."""
    cuts = [_sort_clips_by_time(cut) for cut in bundle.iterate_nested_cuts()]
    out = []
    for feature in FEATURES:
        if feature.key not in CARRIES[kind.name]:
            where = tuple(place for cut in cuts for place in feature.find(bundle, cut))
            if where:
                out.append(Loss(feature.title, where, INSTEAD.get((kind.name, feature.key), "")))
    return tuple(out)


def _sort_clips_by_time(cut: Cut) -> Cut:
    """Return the cut with its clips in order of time, because losses are listed in that order."""
    placed = layout(cut)
    return replace(cut, clips=tuple(sorted(cut.clips, key=lambda clip: placed.get_start(clip.id))))


def format_feature_table() -> str:
    """Return the features that each format carries, as a Markdown table."""
    heads = [row.suffix for row in FORMATS.values()]
    lines = ["| | " + " | ".join(f"`{head}`" for head in heads) + " |", "| --- |" + " --- |" * len(heads)]
    for feature in FEATURES:
        cells = []
        for name in FORMATS:
            carried = feature.key in CARRIES[name]
            cells.append("yes" if carried else INSTEAD.get((name, feature.key), "no"))
        lines.append(f"| {feature.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


# Functions that find the features in a cut


def _make_clip_finder(
    test: Callable[[CutBundle, Cut, Clip], bool],
) -> Callable[[CutBundle, Cut], Iterator[str]]:
    def find(bundle: CutBundle, cut: Cut) -> Iterator[str]:
        for clip in cut.clips:
            if clip.source.kind is not SourceKind.GAP and test(bundle, cut, clip):
                yield bundle.get_exported_name(clip)

    return find


def _make_parameter_finder(*names: str) -> Callable[[CutBundle, Cut], Iterator[str]]:
    """Return a finder of clips on which one of the named parameters is not at its default."""
    return _make_clip_finder(
        lambda bundle, cut, clip: any(
            key.value != PARAMS[name].default for name in names for key in clip.effects.get_curve(name)
        )
    )


def _make_speed_finder(test: Callable[[Clip], bool]) -> Callable[[CutBundle, Cut], Iterator[str]]:
    return _make_clip_finder(
        lambda bundle, cut, clip: clip.source.kind is not SourceKind.TITLE and test(clip)
    )


def _has_keyframes(clip: Clip) -> bool:
    return any(len({key.value for key in curve}) > 1 for name, curve in clip.effects.curves if name != RAMP)


def _find_raster(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    if cut.id == bundle.cut.id:
        yield cut.name


def _find_marked_cuts(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    if cut.mark_in is not None or cut.mark_out is not None or cut.frozen:
        yield cut.name


def _find_named_tracks(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    yield from (track.name for track in cut.tracks if track.name not in _OWN_NAMES)


def _find_hidden_or_muted_tracks(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    yield from (track.name for track in cut.tracks if track.hidden or track.muted)


def _find_flagged_tracks(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    yield from (track.name for track in cut.tracks if track.solo or track.sync_lock or track.height != 1)


def _find_locked_tracks(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    yield from (track.name for track in cut.tracks if track.locked)


def _find_tracks_with_gain(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    yield from (track.name for track in cut.tracks if track.gain_db)


def _keeps_pitch_or_blends(clip: Clip) -> bool:
    """Return True if a clip with changed speed keeps its pitch or blends frames, instead of using the nearest
    frame.
    """
    changes = clip.effects.speed not in (0, 1) or bool(get_speed_ramp(clip.effects))
    return changes and (clip.effects.keeps_pitch or clip.effects.blended)


def _find_trailing_gaps(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    """Yield tracks that end in a gap, or that have extra properties of another program."""
    laid_out = layout(cut)
    for track in laid_out.tracks:
        row = laid_out.get_row(track.id)
        if track.id in bundle.kept or (row and row[-1].clip.source.kind is SourceKind.GAP):
            yield track.name


def _make_transition_finder(is_standard: bool) -> Callable[[CutBundle, Cut], Iterator[str]]:
    def find(bundle: CutBundle, cut: Cut) -> Iterator[str]:
        clips = {clip.id: clip for clip in cut.clips}
        for each in cut.transitions:
            if TRANSITIONS[each.kind].is_standard is is_standard:
                yield bundle.get_exported_name(clips[each.right])

    return find


def _make_marker_finder(on_clips: bool) -> Callable[[CutBundle, Cut], Iterator[str]]:
    def find(bundle: CutBundle, cut: Cut) -> Iterator[str]:
        for marker in cut.markers:
            if (marker.clip is not None) is on_clips:
                yield marker.text or marker.name or f"frame {marker.frame}"

    return find


def _make_marker_property_finder(
    test: Callable[[Marker], object],
) -> Callable[[CutBundle, Cut], Iterator[str]]:
    def find(bundle: CutBundle, cut: Cut) -> Iterator[str]:
        for marker in cut.markers:
            if test(marker):
                yield marker.text or marker.name or f"frame {marker.frame}"

    return find


def _has_title_styles(bundle: CutBundle, cut: Cut, clip: Clip) -> bool:
    title = clip.effects.title
    return title is not None and (title.lines != 1 or bool(title.outline) or title.roll or title.fills)


def _has_own_sound(bundle: CutBundle, cut: Cut, clip: Clip) -> bool:
    medium = bundle.get_medium(clip)
    seen = next(track.kind for track in cut.tracks if track.id == clip.track) is TrackKind.VIDEO
    return seen and medium.kind in ("video", "cut") and medium.channels > 0 and not clip.muted


FEATURES = (
    Feature("raster", "rate and size of the cut", _find_raster),
    Feature("track_names", "names of tracks", _find_named_tracks),
    Feature("track_off", "hidden and muted tracks", _find_hidden_or_muted_tracks),
    Feature("track_locks", "locks of tracks", _find_locked_tracks),
    Feature("track_flags", "solo, sync locks and heights of tracks", _find_flagged_tracks),
    Feature("track_levels", "levels of tracks", _find_tracks_with_gain),
    Feature("labels", "names of clips", _make_clip_finder(lambda b, cut, clip: bool(clip.label))),
    Feature("connected", "connected clips", _make_clip_finder(lambda b, cut, clip: clip.anchor is not None)),
    Feature("links", "links", _make_clip_finder(lambda b, cut, clip: bool(clip.link))),
    Feature("groups", "groups", _make_clip_finder(lambda b, cut, clip: bool(clip.group))),
    Feature("tails", "gaps after a track's last clip", _find_trailing_gaps),
    Feature(
        "between",
        "source times between two frames",
        _make_clip_finder(lambda b, cut, clip: (clip.source_in * cut.rate).denominator != 1),
    ),
    Feature(
        "own_frames",
        "frames of clips of another speed or rate",
        _make_clip_finder(
            lambda b, cut, clip: (
                clip.source.kind not in (SourceKind.CUT, SourceKind.TITLE)
                and find_producer_start(clip, b.get_medium(clip), cut.rate)[1] > 0
            )
        ),
    ),
    Feature(
        "speed", "speeds", _make_speed_finder(lambda clip: clip.effects.speed > 0 and clip.effects.speed != 1)
    ),
    Feature("reverse", "clips that run backwards", _make_speed_finder(lambda clip: clip.effects.speed < 0)),
    Feature("freeze", "freeze frames", _make_speed_finder(lambda clip: clip.effects.speed == 0)),
    Feature("ramps", "speed ramps", _make_speed_finder(lambda clip: bool(get_speed_ramp(clip.effects)))),
    Feature("retimed", "kept pitch, blended frames", _make_speed_finder(_keeps_pitch_or_blends)),
    Feature("dissolves", "dissolves", _make_transition_finder(True)),
    Feature("other_joins", "transitions other than dissolves", _make_transition_finder(False)),
    Feature(
        "nested",
        "cuts inside the cut",
        _make_clip_finder(lambda b, cut, clip: clip.source.kind is SourceKind.CUT),
    ),
    Feature("titles", "titles", _make_clip_finder(lambda b, cut, clip: clip.source.kind is SourceKind.TITLE)),
    Feature("own_sound", "sound of picture clips", _make_clip_finder(_has_own_sound)),
    Feature(
        "opacity",
        "opacity",
        _make_clip_finder(lambda b, cut, clip: clip.opacity < 1 or bool(clip.effects.get_curve("opacity"))),
    ),
    Feature(
        "gain",
        "gain",
        _make_clip_finder(lambda b, cut, clip: clip.gain_db != 0 or bool(clip.effects.get_curve("volume"))),
    ),
    Feature("muted", "muted clips", _make_clip_finder(lambda b, cut, clip: clip.muted)),
    Feature("fades", "fades", _make_clip_finder(lambda b, cut, clip: bool(clip.fade_in or clip.fade_out))),
    Feature("moves", "position, scale and rotation", _make_parameter_finder(*MOVES)),
    Feature("keys", "keyframes", _make_clip_finder(lambda b, cut, clip: _has_keyframes(clip))),
    Feature("crops", "crops", _make_parameter_finder(*CROPS)),
    Feature(
        "flips", "flips", _make_clip_finder(lambda b, cut, clip: clip.effects.flip_h or clip.effects.flip_v)
    ),
    Feature(
        "blend", "blend modes", _make_clip_finder(lambda b, cut, clip: clip.effects.blend is not Blend.NORMAL)
    ),
    Feature("colour", "lift, gamma, gain and saturation", _make_parameter_finder(*COLOURS)),
    Feature("blur", "blur", _make_parameter_finder("blur")),
    Feature("grain", "film grain and vignettes", _make_parameter_finder("grain", "vignette")),
    Feature(
        "title_styles", "outlines, rolls and second sizes of titles", _make_clip_finder(_has_title_styles)
    ),
    Feature("pan", "pan", _make_parameter_finder("pan")),
    Feature("lut", "LUTs", _make_clip_finder(lambda b, cut, clip: bool(clip.effects.lut))),
    Feature("matte", "mattes", _make_clip_finder(lambda b, cut, clip: bool(clip.effects.matte))),
    Feature(
        "damaged",
        "what stands where a file is damaged",
        _make_clip_finder(lambda b, cut, clip: clip.effects.damaged is not OnDamage.REFUSE),
    ),
    Feature("cut_markers", "markers of the cut", _make_marker_finder(False)),
    Feature("clip_markers", "markers of clips", _make_marker_finder(True)),
    Feature("marker_colours", "colours of markers", _make_marker_property_finder(lambda each: each.colour)),
    Feature("marker_ticks", "markers that are done", _make_marker_property_finder(lambda each: each.done)),
    Feature(
        "marker_looks",
        "letters, authors and answers of markers",
        _make_marker_property_finder(lambda each: each.name or each.author or each.parent),
    ),
    Feature("marks", "in and out of the cut, and whether it is frozen", _find_marked_cuts),
    Feature(
        "shots",
        "shots and takes",
        _make_clip_finder(lambda b, cut, clip: clip.source.kind is SourceKind.SHOT),
    ),
)
KEYS = frozenset(feature.key for feature in FEATURES)
_FRAMES = frozenset(("own_frames",))
_PLAYED = frozenset(("raster", "speed", "reverse", "own_sound", "gain", "muted", "track_off"))
CARRIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "otio": KEYS,
        "edl": _FRAMES
        | frozenset(("labels", "speed", "reverse", "freeze", "dissolves", "clip_markers", "tails")),
        "fcp7": _PLAYED
        | _FRAMES
        | {"labels", "links", "freeze", "dissolves", "nested", "opacity", "cut_markers", "clip_markers"}
        | {"track_locks"},
        "fcpxml": (_PLAYED - {"track_off"})
        | _FRAMES
        | {"labels", "freeze", "dissolves", "nested", "opacity", "fades", "moves", "titles", "tails"}
        | {"cut_markers", "clip_markers", "marker_ticks"},
        "kdenlive": _PLAYED | {"track_names", "track_locks", "freeze", "dissolves", "cut_markers"},
        "mlt": _PLAYED | {"track_names", "freeze", "dissolves", "cut_markers"},
    }
)
_OTHERS = ("edl", "fcp7", "fcpxml", "kdenlive", "mlt")
INSTEAD = MappingProxyType(
    {
        ("edl", "raster"): "given when it is read",
        ("edl", "other_joins"): "wipe W001, else a dissolve",
        ("edl", "nested"): "an event by its name",
        ("edl", "titles"): "an event by its name",
        ("edl", "cut_markers"): "on the clip under them",
        ("fcp7", "other_joins"): "a dissolve",
        ("fcp7", "titles"): "a clip without a file",
        ("fcpxml", "other_joins"): "a dissolve",
        ("fcpxml", "links"): "for Milimo alone",
        ("fcpxml", "groups"): "for Milimo alone",
        ("edl", "marker_colours"): "the nearest of eleven",
        **{(name, "ramps"): "their mean speed" for name in _OTHERS},
        **{(name, "track_levels"): "on each clip" for name in _OTHERS if name != "edl"},
        **{(name, "between"): "the nearest frame" for name in ("edl", "fcp7", "fcpxml", "kdenlive", "mlt")},
        **{(name, "own_frames"): "of some the one beside it" for name in ("kdenlive", "mlt")},
        **{(name, "connected"): "at their place" for name in ("edl", "fcp7", "fcpxml", "kdenlive", "mlt")},
        **{(name, "shots"): "their takes' files" for name in ("edl", "fcp7", "fcpxml", "kdenlive", "mlt")},
        **{(name, "labels"): "their files' names" for name in ("kdenlive", "mlt")},
        **{(name, "other_joins"): "a dissolve" for name in ("kdenlive", "mlt")},
        **{(name, "nested"): "a file beside it" for name in ("kdenlive", "mlt")},
        **{(name, "titles"): "a gap" for name in ("kdenlive", "mlt")},
        **{(name, "clip_markers"): "on the cut" for name in ("kdenlive", "mlt")},
    }
)
