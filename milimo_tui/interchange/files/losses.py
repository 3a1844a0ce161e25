"""List the features of a cut that each file format can represent, and find what a given cut loses in a
format.

The table in this module is data: docs/interchange.md is generated from it, and a test checks that both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.strips import list_strips, uses_mixer
from milimo_tui.cut.values.cut import Clip, Cut, Marker, SourceKind, TrackKind
from milimo_tui.cut.values.effects import (
    DUCKING,
    PARAMS,
    RAMP,
    VOLUME,
    Blend,
    EffectGroup,
    OnDamage,
    list_group_parameters,
)
from milimo_tui.cut.values.mixer import MASTER_NAME, NO_AUTOMATION
from milimo_tui.cut.values.ramps import get_speed_ramp
from milimo_tui.cut.values.transition_kinds import get_transition_facts
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.formats import CutFormat, Format
from milimo_tui.interchange.values.mlt_frames import find_producer_start
from milimo_tui.interchange.values.source_times import get_source_rate

_OTHERS = tuple(name for name in CutFormat if name is not CutFormat.OTIO)
_FINAL_CUT = (CutFormat.FCP7, CutFormat.FCPXML)
_MELT = (CutFormat.KDENLIVE, CutFormat.MLT)
_XML = (*_FINAL_CUT, *_MELT)
_LEVELS, _PAN = (VOLUME.name, DUCKING.name), "pan"
_OWN_NAMES = frozenset(f"{letter}{number}" for letter in "VA" for number in range(1, 100))


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature that a cut may have, such as a transition or a speed ramp. `find` yields the names of the
    clips, tracks or markers that use it.

    `carriers` are the formats that can represent the feature. OpenTimelineIO can represent every feature and
    is not listed. For each other format, `instead` describes what such a file contains instead of the
    feature.
    """

    title: str
    find: Callable[[CutBundle, Cut], Iterator[str]]
    carriers: tuple[CutFormat, ...] = ()
    instead: Mapping[CutFormat, str] = field(default_factory=dict)

    def is_carried_by(self, name: CutFormat) -> bool:
        """Return True if files of a format represent this feature."""
        return name is CutFormat.OTIO or name in self.carriers


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
    """Return the features of a cut and its nested cuts that a file in this format cannot represent, in the
    table's order.
    """
    cuts = [_sort_clips_by_time(cut) for cut in bundle.iterate_nested_cuts()]
    out = []
    for feature in FEATURES:
        if not feature.is_carried_by(kind.name):
            where = tuple(place for cut in cuts for place in feature.find(bundle, cut))
            if where:
                out.append(Loss(feature.title, where, feature.instead.get(kind.name, "")))
    return tuple(out)


def _sort_clips_by_time(cut: Cut) -> Cut:
    """Return the cut with its clips in order of time, because losses are listed in that order."""
    placed = layout(cut)
    return replace(cut, clips=tuple(sorted(cut.clips, key=lambda clip: placed.get_start(clip.id))))


# The following functions are finders: each yields the names of the clips, tracks or markers of a cut that use
# a certain feature.


def _make_clip_finder(
    test: Callable[[CutBundle, Cut, Clip], bool],
) -> Callable[[CutBundle, Cut], Iterator[str]]:
    def find(bundle: CutBundle, cut: Cut) -> Iterator[str]:
        for clip in cut.clips:
            if clip.source.kind is not SourceKind.GAP and test(bundle, cut, clip):
                yield bundle.get_exported_name(clip)

    return find


def _find_clips(test: Callable[[Clip], object]) -> Callable[[CutBundle, Cut], Iterator[str]]:
    return _make_clip_finder(lambda bundle, cut, clip: bool(test(clip)))


def _make_parameter_finder(*names: str) -> Callable[[CutBundle, Cut], Iterator[str]]:
    """Return a finder of clips on which at least one of the named effect parameters differs from its
    default.
    """
    return _find_clips(
        lambda clip: any(
            key.value != PARAMS[name].default for name in names for key in clip.effects.get_curve(name)
        )
    )


def _find_group(group: EffectGroup) -> Callable[[CutBundle, Cut], Iterator[str]]:
    return _make_parameter_finder(*list_group_parameters(group))


def _make_speed_finder(test: Callable[[Clip], object]) -> Callable[[CutBundle, Cut], Iterator[str]]:
    return _find_clips(lambda clip: clip.source.kind is not SourceKind.TITLE and test(clip))


def _has_keyframes(clip: Clip) -> bool:
    return any(_is_animated(clip, name) for name, _ in clip.effects.curves if name not in (RAMP, *_LEVELS))


def _has_level_keys(clip: Clip) -> bool:
    return any(_is_animated(clip, name) for name in _LEVELS)


def _is_animated(clip: Clip, name: str) -> bool:
    return len({key.value for key in clip.effects.get_curve(name)}) > 1


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


def _find_strips_with_gain(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    for strip in list_strips(cut):
        if strip.gain_db or any(strip.automation.get_curve(name) for name in _LEVELS):
            yield strip.name


def _find_mixed_tracks(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    for track in cut.tracks:
        if uses_mixer(replace(track, automation=NO_AUTOMATION)) or track.automation.get_curve(_PAN):
            yield track.name
    yield from (bus.name for bus in cut.buses)
    if cut.master_chain or cut.master_automation.get_curve(_PAN):
        yield MASTER_NAME


def _keeps_pitch_or_blends(clip: Clip) -> bool:
    """Return True if a clip with a changed speed keeps the pitch of its sound or blends frames. Most formats
    can only represent a speed change that shows the nearest frame and changes the pitch.
    """
    changes = clip.effects.speed not in (0, 1) or bool(get_speed_ramp(clip.effects))
    return changes and (clip.effects.keeps_pitch or clip.effects.blended)


def _find_trailing_gaps(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    """Yield the names of tracks whose end would be lost in a file. These are tracks that end in a gap, and
    tracks of an imported cut with stored properties that are only needed for the next export.
    """
    laid_out = layout(cut)
    for track in laid_out.tracks:
        row = laid_out.get_row(track.id)
        if track.id in bundle.extras or (row and row[-1].clip.source.kind is SourceKind.GAP):
            yield track.name


def _make_transition_finder(is_standard: bool) -> Callable[[CutBundle, Cut], Iterator[str]]:
    def find(bundle: CutBundle, cut: Cut) -> Iterator[str]:
        clips = {clip.id: clip for clip in cut.clips}
        for each in cut.transitions:
            if get_transition_facts(each.kind).is_standard is is_standard:
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


def _find_captions(bundle: CutBundle, cut: Cut) -> Iterator[str]:
    yield from (track.name for track in cut.caption_tracks)


def _has_title_styles(bundle: CutBundle, cut: Cut, clip: Clip) -> bool:
    title = clip.effects.title
    return title is not None and (title.lines != 1 or bool(title.outline) or title.roll or title.fills)


def _has_own_sound(bundle: CutBundle, cut: Cut, clip: Clip) -> bool:
    medium = bundle.get_medium(clip)
    seen = next(track.kind for track in cut.tracks if track.id == clip.track) is TrackKind.VIDEO
    return seen and medium.kind in ("video", "cut") and medium.channels > 0 and not clip.muted


def _starts_between_file_frames(bundle: CutBundle, cut: Cut, clip: Clip) -> bool:
    """Return True if a clip of a file with another rate than the cut starts between two frames of the
    file.
    """
    rate = get_source_rate(bundle.get_medium(clip), cut.rate)
    return rate != cut.rate and (clip.source_in * rate).denominator != 1


FEATURES = (
    Feature("rate and size of the cut", _find_raster, _XML, instead={CutFormat.EDL: "to set at import"}),
    Feature("names of tracks", _find_named_tracks, _MELT),
    Feature("hidden and muted tracks", _find_hidden_or_muted_tracks, (CutFormat.FCP7, *_MELT)),
    Feature("locks of tracks", _find_locked_tracks, (CutFormat.FCP7, CutFormat.KDENLIVE)),
    Feature("solo, sync locks and heights of tracks", _find_flagged_tracks),
    Feature("roles, buses, pan, sends and effects of tracks", _find_mixed_tracks),
    Feature(
        "levels of tracks, buses and the master, with their keyframes",
        _find_strips_with_gain,
        instead=dict.fromkeys(_XML, "on each clip"),
    ),
    Feature(
        "names of clips",
        _find_clips(lambda clip: clip.label),
        (CutFormat.EDL, *_FINAL_CUT),
        instead=dict.fromkeys(_MELT, "their files' names"),
    ),
    Feature(
        "connected clips",
        _find_clips(lambda clip: clip.anchor is not None),
        instead=dict.fromkeys(_OTHERS, "at their position"),
    ),
    Feature(
        "links",
        _find_clips(lambda clip: clip.link),
        (CutFormat.FCP7,),
        instead={CutFormat.FCPXML: "only for Milimo"},
    ),
    Feature("groups", _find_clips(lambda clip: clip.group), instead={CutFormat.FCPXML: "only for Milimo"}),
    Feature("gaps after a track's last clip", _find_trailing_gaps, (CutFormat.EDL, CutFormat.FCPXML)),
    Feature(
        "source times between two frames",
        _make_clip_finder(lambda b, cut, clip: (clip.source_in * cut.rate).denominator != 1),
        instead=dict.fromkeys(_OTHERS, "the nearest frame"),
    ),
    Feature(
        "clips that start between two frames of their file",
        _make_clip_finder(_starts_between_file_frames),
        _XML,
        instead={CutFormat.EDL: "the frame that is shown"},
    ),
    Feature(
        "frames of clips of another speed or rate",
        _make_clip_finder(
            lambda b, cut, clip: (
                clip.source.kind not in (SourceKind.CUT, SourceKind.TITLE)
                and find_producer_start(clip, b.get_medium(clip), cut.rate)[1] > 0
            )
        ),
        (CutFormat.EDL, *_FINAL_CUT),
        instead=dict.fromkeys(_MELT, "some are off by one frame"),
    ),
    Feature(
        "speeds", _make_speed_finder(lambda clip: clip.effects.speed > 0 and clip.effects.speed != 1), _OTHERS
    ),
    Feature("clips that run backwards", _make_speed_finder(lambda clip: clip.effects.speed < 0), _OTHERS),
    Feature("freeze frames", _make_speed_finder(lambda clip: clip.effects.speed == 0), _OTHERS),
    Feature(
        "speed ramps",
        _make_speed_finder(lambda clip: get_speed_ramp(clip.effects)),
        instead=dict.fromkeys(_OTHERS, "their mean speed"),
    ),
    Feature("kept pitch, blended frames", _make_speed_finder(_keeps_pitch_or_blends)),
    Feature("dissolves", _make_transition_finder(True), _OTHERS),
    Feature(
        "transitions other than dissolves",
        _make_transition_finder(False),
        instead={CutFormat.EDL: "wipe W001, else a dissolve", **dict.fromkeys(_XML, "a dissolve")},
    ),
    Feature(
        "cuts inside the cut",
        _find_clips(lambda clip: clip.source.kind is SourceKind.CUT),
        _FINAL_CUT,
        instead={CutFormat.EDL: "an event by its name", **dict.fromkeys(_MELT, "a companion file")},
    ),
    Feature(
        "titles",
        _find_clips(lambda clip: clip.source.kind is SourceKind.TITLE),
        (CutFormat.FCPXML,),
        instead={
            CutFormat.EDL: "an event by its name",
            CutFormat.FCP7: "a clip without a file",
            **dict.fromkeys(_MELT, "a gap"),
        },
    ),
    Feature("sound of picture clips", _make_clip_finder(_has_own_sound), _XML),
    Feature(
        "opacity", _find_clips(lambda clip: clip.opacity < 1 or clip.effects.get_curve("opacity")), _FINAL_CUT
    ),
    Feature(
        "gain",
        _find_clips(
            lambda clip: (
                clip.gain_db != 0 or clip.effects.get_curve("volume") or clip.effects.get_curve("ducking")
            )
        ),
        _XML,
    ),
    Feature("keyframes of the gain", _find_clips(_has_level_keys), _XML),
    Feature("chosen sound streams", _find_clips(lambda clip: clip.stream != 1), _MELT),
    Feature("chosen sound channels", _find_clips(lambda clip: clip.channels)),
    Feature("muted clips", _find_clips(lambda clip: clip.muted), _XML),
    Feature("fades", _find_clips(lambda clip: clip.fade_in or clip.fade_out), (CutFormat.FCPXML,)),
    Feature("position, scale and rotation", _find_group(EffectGroup.MOVE), (CutFormat.FCPXML,)),
    Feature("sound effects", _find_clips(lambda clip: clip.effects.chain)),
    Feature("keyframes", _find_clips(_has_keyframes)),
    Feature("crops", _find_group(EffectGroup.CROP)),
    Feature("flips", _find_clips(lambda clip: clip.effects.flip_h or clip.effects.flip_v)),
    Feature("blend modes", _find_clips(lambda clip: clip.effects.blend is not Blend.NORMAL)),
    Feature("lift, gamma, gain and saturation", _find_group(EffectGroup.GRADE)),
    Feature("blur", _make_parameter_finder("blur")),
    Feature("film grain and vignettes", _make_parameter_finder("grain", "vignette")),
    Feature("outlines, rolls and second sizes of titles", _make_clip_finder(_has_title_styles)),
    Feature("pan", _make_parameter_finder(_PAN)),
    Feature("LUTs", _find_clips(lambda clip: clip.effects.lut)),
    Feature("mattes", _find_clips(lambda clip: clip.effects.matte)),
    Feature(
        "what is shown where a file is damaged",
        _find_clips(lambda clip: clip.effects.damaged is not OnDamage.REFUSE),
    ),
    Feature(
        "markers of the cut",
        _make_marker_finder(False),
        _XML,
        instead={CutFormat.EDL: "on the clip under them"},
    ),
    Feature(
        "markers of clips",
        _make_marker_finder(True),
        (CutFormat.EDL, *_FINAL_CUT),
        instead=dict.fromkeys(_MELT, "on the cut"),
    ),
    Feature(
        "colours of markers",
        _make_marker_property_finder(lambda each: each.colour),
        instead={CutFormat.EDL: "the nearest of eleven"},
    ),
    Feature(
        "markers that are done", _make_marker_property_finder(lambda each: each.done), (CutFormat.FCPXML,)
    ),
    Feature(
        "letters, authors and answers of markers",
        _make_marker_property_finder(lambda each: each.name or each.author or each.parent),
    ),
    Feature("captions", _find_captions),
    Feature("in and out of the cut, and whether it is frozen", _find_marked_cuts),
    Feature(
        "shots and takes",
        _find_clips(lambda clip: clip.source.kind is SourceKind.SHOT),
        instead=dict.fromkeys(_OTHERS, "their takes' files"),
    ),
)
