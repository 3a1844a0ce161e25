"""Convert an item of an OpenTimelineIO track to a clip and its medium. The clip has no position yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import opentimelineio as otio

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.file_suffixes import FILM_PICTURE_SUFFIXES, PICTURE_SUFFIXES, SOUND_SUFFIXES
from milimo_tui.cut.values.cut import GAP, Clip, ClipSource, Cut, SourceKind
from milimo_tui.cut.values.effects import GAIN_RANGE_DB, NO_EFFECTS, Effects, Title
from milimo_tui.cut.values.sound_choice import MOST_STREAMS, are_valid_channels
from milimo_tui.interchange.otio import fcp7_filters
from milimo_tui.interchange.otio.otio_facts import (
    ALIASES,
    FADE_IN,
    LINKED,
    choose_exact_value,
    convert_to_plain_values,
    convert_to_seconds,
    find_exact_rate,
    parse_media_path,
    read_effects,
    read_flag_field,
    read_integer_field,
    read_number_field,
    read_own_metadata,
    read_ratio_field,
    read_text_field,
)
from milimo_tui.interchange.values.bundle import Medium, SourceTimes
from milimo_tui.interchange.values.media_names import get_last_path_part

_SPEEDS = Fraction(1, 100), Fraction(100)


@dataclass(slots=True)
class ImportFindings:
    """The collected results of an import, apart from the tracks: the media by source, the nested cuts, and
    the number of times that each feature was left out.
    """

    media: dict[ClipSource, Medium] = field(default_factory=dict)
    files: dict[str, Medium] = field(default_factory=dict)  # The files of LUTs and mattes by their ids.
    cuts: dict[str, Cut] = field(default_factory=dict)
    # Maps the content of a nested stack to the id of the cut made from it, so that equal stacks become a
    # single cut.
    nested: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    times: dict[str, SourceTimes] = field(default_factory=dict)  # Source times of a list by clip id.

    def leave_out(self, what: str) -> None:
        """Record that a feature of the file could not be imported. `what` is a sentence about it for the
        user. Equal sentences are counted.
        """
        self.left_out[what] = self.left_out.get(what, 0) + 1

    def format_notes(self) -> tuple[str, ...]:
        """Return a sentence for each feature that was left out, with the number of times."""
        return tuple(
            f"{what}{f' ({count} times)' if count > 1 else ''}" for what, count in self.left_out.items()
        )

    def add_medium(self, source: ClipSource, medium: Medium) -> ClipSource:
        """Store the medium of a source and return the source. If a different medium is already stored for
        this source, return a copy of the source with another `ref`, such as `a.mov#2`.
        """
        number = 2
        free = source
        while self.media.setdefault(free, medium) != medium:
            free = replace(source, ref=f"{source.ref}#{number}")
            number += 1
        return free


def make_clip_from_item(item: Any, sounds: bool, found: ImportFindings, nest: Callable[[Any], str]) -> Clip:
    """Return the clip for an item of a track. The caller sets its length and position.

    `sounds` is True on an audio track. `nest` makes a cut from a nested stack and returns its id.
    """
    metadata = read_own_metadata(item)
    span = item.source_range
    start = convert_to_seconds(span.start_time) if span is not None else None
    source, medium = _find_source(item, metadata, sounds, found, nest)
    source_in = (start if start is not None else medium.starts) - medium.starts
    exact = read_ratio_field(metadata, "source_in") or (Fraction(0) if metadata else None)
    effects_read = _combine_effects(item, metadata, found)
    off = not sounds and not item.enabled
    if off:
        found.leave_out(f"“{item.name}” is disabled in the file: its opacity is 0 here")
    if source.kind is SourceKind.TITLE and effects_read.title is None:
        effects_read = replace(effects_read, title=Title(text=medium.name))
    clip = Clip(
        id="",
        cut="",
        track="",
        source=source,
        frames=1,
        source_in=max(Fraction(0), choose_exact_value(exact, source_in)),
        gain_db=read_number_field(metadata, "gain_db", *GAIN_RANGE_DB, 0.0),
        opacity=0.0 if off else read_number_field(metadata, "opacity", 0.0, 1.0, 1.0),
        fade_in=read_integer_field(metadata, "fade_in", 0, 10**9, int(item.metadata.get(FADE_IN, 0))),
        fade_out=read_integer_field(metadata, "fade_out", 0, 10**9, 0),
        muted=read_flag_field(metadata, "muted") or not item.enabled,
        label=read_text_field(metadata, "label") if metadata else _choose_label(item, source, medium),
        effects=effects_read,
        link=read_text_field(metadata, "link") or str(item.metadata.get(LINKED, "")),
        group=read_text_field(metadata, "group"),
        stream=read_integer_field(metadata, "stream", 1, MOST_STREAMS, 1),
        channels=_read_sound_channels(metadata),
    )
    if not metadata:
        filters = [convert_to_plain_values(each.metadata) for each in item.effects]
        rate = find_exact_rate(span.duration.rate) if span is not None else Fraction(25)
        clip = fcp7_filters.apply_fcp7_filters(clip, medium, rate, filters, found.leave_out)
    return replace(clip, source=found.add_medium(source, medium)) if _may_have_medium(source) else clip


def _read_sound_channels(metadata: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the chosen channels of a clip's sound. Empty, which means all channels, if they can't be
    read.
    """
    values = metadata.get("channels")
    chosen = convert_to_plain_values(values) if values is not None else []
    if not isinstance(chosen, list) or not all(isinstance(each, int) for each in chosen):
        return ()
    return tuple(chosen) if are_valid_channels(tuple(chosen)) else ()


def connect_linked_clips(clips: list[Clip], begins: Mapping[str, int]) -> list[Clip]:
    """Return the clips, with links converted to connections where possible.

    Other programs link clips with each other but do not connect one clip to another. If exactly one clip of a
    link is on a magnetic track, the other clips of the link are connected to that clip. `begins` maps the ids
    of clips on magnetic tracks to their first frames.
    """
    magnetic_ids: dict[str, list[str]] = {}
    for clip in clips:
        if clip.id in begins and clip.link:
            magnetic_ids.setdefault(clip.link, []).append(clip.id)
    return [
        replace(
            clip,
            start=None,
            anchor=magnetic_ids[clip.link][0],
            offset=clip.start - begins[magnetic_ids[clip.link][0]],
        )
        if clip.start is not None and len(magnetic_ids.get(clip.link, ())) == 1
        else clip
        for clip in clips
    ]


def remove_broken_links(clips: list[Clip]) -> list[Clip]:
    """Return the clips, with every invalid link removed. A link is valid if all its clips are connected to
    the same clip of a magnetic track. Links become invalid if another program has moved or removed some of
    their clips.
    """
    rows: dict[str, list[Clip]] = {}
    for clip in clips:
        rows.setdefault(clip.link, []).append(clip)
    kept = {""}
    for name, row in rows.items():
        magnetic = [clip for clip in row if clip.order is not None]
        roots = {clip.anchor for clip in row if clip.order is None}
        wanted = {magnetic[0].id} if magnetic else roots
        if len(row) > 1 and len(magnetic) < 2 and len(roots) == 1 and roots == wanted:
            kept.add(name)
    return [clip if clip.link in kept else replace(clip, link="") for clip in clips]


def _may_have_medium(source: ClipSource) -> bool:
    return source.kind in (SourceKind.SHOT, SourceKind.ASSET)


def _choose_label(item: Any, source: ClipSource, medium: Medium) -> str:
    """Return the label of a clip: the item's name if it differs from the name of its medium's file, otherwise
    an empty string.
    """
    name = str(item.name or "")
    file = get_last_path_part(medium.path) or medium.name
    known = {file, PurePosixPath(file).stem}
    return "" if name in known or source.kind in (SourceKind.CUT, SourceKind.TITLE) else name


def _find_source(
    item: Any, metadata: Mapping[str, Any], sounds: bool, found: ImportFindings, nest: Callable[[Any], str]
) -> tuple[ClipSource, Medium]:
    value = metadata.get("source")
    value = value if isinstance(value, Mapping) else {}
    kind, id = read_text_field(value, "kind"), read_text_field(value, "id")
    if isinstance(item, otio.schema.Gap):
        return GAP, Medium(name="")
    if isinstance(item, otio.core.Composition | otio.schema.Timeline):
        return ClipSource(SourceKind.CUT, nest(item)), Medium(name=str(item.name))
    reference = item.media_reference
    if kind == SourceKind.TITLE or isinstance(reference, otio.schema.GeneratorReference):
        return _find_generated_source(item, reference, kind, found)
    if kind == SourceKind.CUT:
        found.leave_out(f"“{item.name}” shows a cut that is not in the file")
        return GAP, Medium(name="")
    medium = _make_medium(item, reference, sounds)
    if kind == SourceKind.SHOT and id:
        return ClipSource(SourceKind.SHOT, id), medium
    if kind == SourceKind.ASSET and id:
        return ClipSource(SourceKind.ASSET, id), medium
    return ClipSource(SourceKind.ASSET, medium.path or f"name:{medium.name}"), medium


def _find_generated_source(
    item: Any, reference: Any, kind: str, found: ImportFindings
) -> tuple[ClipSource, Medium]:
    """Return the source and medium for a generator, an OTIO object that creates its own picture. A generator
    with text becomes a title, every other generator a black gap.
    """
    parameters = convert_to_plain_values(getattr(reference, "parameters", {})) or {}
    words = read_text_field(parameters, "text") or read_text_field(parameters, "Text")
    if kind == SourceKind.TITLE or words:
        return ClipSource(SourceKind.TITLE), Medium(name=words or str(item.name), kind="title")
    generator = str(reference.generator_kind)
    if generator.lower() not in ("black", "slug"):
        found.leave_out(f"the generator “{generator or item.name}” is black here")
    return GAP, Medium(name="")


def _make_medium(item: Any, reference: Any, sounds: bool) -> Medium:
    metadata = read_own_metadata(reference) if reference is not None else {}
    url = _get_reference_url(reference)
    path = parse_media_path(url)
    name = str(getattr(reference, "name", "") or "") or get_last_path_part(path) or str(item.name or "clip")
    available = getattr(reference, "available_range", None)
    length = convert_to_seconds(available.duration) or None if available is not None else None
    starts = convert_to_seconds(available.start_time) if available is not None else Fraction(0)
    return Medium(
        name=name,
        path=path,
        digest=read_text_field(metadata, "digest"),
        kind=read_text_field(metadata, "kind") or _guess_medium_kind(path, sounds),
        seconds=None if length is None else choose_exact_value(read_ratio_field(metadata, "seconds"), length),
        rate=read_ratio_field(metadata, "rate"),
        width=read_integer_field(metadata, "width", 0, 10**6, 0),
        height=read_integer_field(metadata, "height", 0, 10**6, 0),
        channels=read_integer_field(metadata, "channels", 0, 1000, 0),
        sample_rate=read_integer_field(metadata, "sample_rate", 0, 10**7, 0),
        starts=choose_exact_value(read_ratio_field(metadata, "starts"), starts),
        metadata={name: metadata[name] for name in ("shot", "take") if isinstance(metadata.get(name), dict)},
        timed=available is not None or bool(metadata),
        aliases=tuple(map(str, item.metadata.get(ALIASES, ()))),
    )


def _get_reference_url(reference: Any) -> str:
    if isinstance(reference, otio.schema.ExternalReference):
        return str(reference.target_url or "")
    if isinstance(reference, otio.schema.ImageSequenceReference):
        return (
            str(reference.target_url_for_image_number(0)) if reference.number_of_images_in_sequence() else ""
        )
    return ""


def _guess_medium_kind(path: str, sounds: bool) -> str:
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in PICTURE_SUFFIXES | FILM_PICTURE_SUFFIXES:
        return "picture"
    return "sound" if suffix in SOUND_SUFFIXES or (sounds and not suffix) else "video"


def _combine_effects(item: Any, metadata: Mapping[str, Any], found: ImportFindings) -> Effects:
    """Return a clip's effects from this program's metadata, with the speed from OTIO's own effects."""
    try:
        effects_read = read_effects(metadata)
    except Damaged as error:
        found.leave_out(f"“{item.name}”: {error.message}")
        effects_read = NO_EFFECTS
    scalar = Fraction(1)
    for effect in item.effects:
        if isinstance(effect, otio.schema.FreezeFrame):
            scalar = Fraction(0)
        elif isinstance(effect, otio.schema.LinearTimeWarp):
            scalar *= Fraction(effect.time_scalar).limit_denominator(10**6)
        elif "fcp_xml" not in effect.metadata:
            found.leave_out(
                f"the effect “{effect.effect_name or effect.name or 'without a name'}” is left out"
            )
    _store_effect_files(effects_read, metadata, found)
    speed = choose_exact_value(effects_read.speed, scalar)
    if speed and not _SPEEDS[0] <= abs(speed) <= _SPEEDS[1]:
        raise BadInput(
            f"“{item.name}” runs at {float(speed):g} times its speed", "the bounds are 0.01 and 100"
        )
    return effects_read if speed == effects_read.speed else replace(effects_read, speed=speed)


def _store_effect_files(effects_read: Effects, metadata: Mapping[str, Any], found: ImportFindings) -> None:
    """Store the files of a clip's LUT and matte in `found`, if the metadata describes them."""
    files = metadata.get("files")
    for name, ref in (("lut", effects_read.lut), ("matte", effects_read.matte)):
        value = files.get(name) if isinstance(files, Mapping) else None
        if ref and isinstance(value, Mapping):
            path = parse_media_path(read_text_field(value, "url"))
            found.files[ref] = Medium(
                name=read_text_field(value, "name"),
                path=path,
                digest=read_text_field(value, "digest"),
                kind=name,
            )
