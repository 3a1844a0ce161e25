"""Export of a cut of this film to a file of another program, including the media that the clips show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import write_atomic
from milimo_tui.core.ids import slug
from milimo_tui.core.time import parse_timecode
from milimo_tui.cut.values.cut import Clip, Cut, Source, SourceKind
from milimo_tui.cut.values.streams import read_facts
from milimo_tui.interchange.values import library
from milimo_tui.interchange.values.bundle import Bundle, Edge, Kept, Medium
from milimo_tui.interchange.values.formats import by_suffix, companion, is_known
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story, Take
from milimo_tui.studio.registry import plug_ins
from milimo_tui.studio.render.render_plan import asset_path
from milimo_tui.studio.session.studio import Studio

if TYPE_CHECKING:
    from milimo_tui.interchange.files.losses import Loss

SHOT_METADATA = ("action", "caption", "frames", "seed")


@dataclass(frozen=True)
class Written:
    """The files that an export wrote, and the features that these files do not carry (`losses`)."""

    paths: tuple[Path, ...]
    losses: tuple[Loss, ...]


def export(studio: Studio, cut: Cut, target: Path, *, overwrite: bool) -> Written:
    """Write a cut in the format of the file's suffix.

    Raises BadInput, Refused, ReadOnly, DiskFull, and Unavailable without OpenTimelineIO.
    """
    if not is_known(target) and (plugged := plug_ins.export_for(target.suffix.lower())) is not None:
        return _write_plugged(studio, plugged, target, overwrite=overwrite)
    library.require()
    from milimo_tui.interchange.files import losses, writing

    kind = by_suffix(target)
    _require_folder(target)
    bundle = bundle_of(studio, cut)
    texts = writing.write(bundle, kind, target.stem)
    paths = {
        target.with_name(companion(target.stem, part, target.suffix)): text for part, text in texts.items()
    }
    _require_free(paths, overwrite=overwrite)
    for path, text in paths.items():
        write_atomic(path, text.encode())
    return Written(tuple(paths), losses.of(bundle, kind))


def _require_folder(target: Path) -> None:
    if not target.parent.is_dir():
        raise BadInput(f"the folder {target.parent} does not exist", "make it first, or name another")


def _require_free(paths: Iterable[Path], *, overwrite: bool) -> None:
    there = [path for path in paths if path.exists()]
    if there and not overwrite:
        raise BadInput(f"{there[0]} is already there", "name another file, or add --overwrite")


def _write_plugged(studio: Studio, export: plug_ins.Export, target: Path, *, overwrite: bool) -> Written:
    """Write the output of a plug-in for the film, completely or not at all."""
    _require_folder(target)
    _require_free((target,), overwrite=overwrite)
    write_atomic(target, plug_ins.guarded(export.suffix, lambda: export.write(studio)))
    return Written((target,), ())


def export_beside(studio: Studio, cut: Cut) -> Written:
    """Write the cut as `.otio` into the project's folder and replace an older file.

    Paths of the project's media are relative to that folder, because the folder may move. Raises ReadOnly,
    DiskFull, Refused, Unavailable.
    """
    library.require()
    from milimo_tui.interchange.files import writing
    from milimo_tui.interchange.values.formats import FORMATS

    root = studio.project().paths.root
    path = root / f"{slug(cut.name, 'cut')}.otio"
    text = writing.write(bundle_of(studio, cut, str(root)), FORMATS["otio"], path.stem)[""]
    write_atomic(path, text.encode())
    return Written((path,), ())


def bundle_of(studio: Studio, cut: Cut, folder: str = "") -> Bundle:
    """Return the cut with its nested cuts and all media that they show."""
    snapshot = studio.snapshot()
    story = snapshot.story
    cuts = {each.id: each for each in snapshot.cuts}
    bundle = Bundle(cut=cut, cuts=cuts)
    media: dict[Source, Medium] = {}
    files: dict[str, Medium] = {}
    shown = _Shown(studio, story)
    for each in bundle.inside():
        for clip in each.clips:
            medium = shown.medium(clip)
            if medium is not None:
                media[clip.source] = medium
            files |= shown.files(clip)
    return Bundle(
        cut=shown.in_file_time(cut),
        cuts={id: shown.in_file_time(each) for id, each in cuts.items()},
        media=media,
        files=files,
        kept=kept_of(studio, cut),
        folder=folder,
    )


class _Shown:
    """The media that clips show in this film now, described for other programs."""

    def __init__(self, studio: Studio, story: Story) -> None:
        self.paths = studio.project().paths
        self.story = story
        self.assets = {asset.id: asset for asset in story.assets}
        self.shots = {shot.id: shot for shot in story.shots}
        self.performances = Performances(story)
        self.masks = {mask.id: mask for mask in studio.project().facts.masks()}

    def medium(self, clip: Clip) -> Medium | None:
        source = clip.source
        if source.kind is SourceKind.SHOT:
            return self._of_shot(source.ref, clip)
        if source.kind is SourceKind.ASSET:
            asset = self.assets.get(source.ref)
            return self._of_asset(asset) if asset else Medium(name=clip.label or "offline")
        return None

    def in_file_time(self, cut: Cut) -> Cut:
        """Return the cut with the source times of shots counted from the start of their take's file.

        A file begins with the head handle, which a clip of a shot does not count.
        """

        def timed(clip: Clip) -> Clip:
            shot = self.shots.get(clip.source.ref) if clip.source.kind is SourceKind.SHOT else None
            take = self.performances.shown(shot) if shot else None
            asset = self.assets.get(take.asset) if take else None
            head = take.head_seconds(asset.rate) if take and asset else Fraction(0)
            return replace(clip, source_in=clip.source_in + head) if head else clip

        return replace(cut, clips=tuple(timed(clip) for clip in cut.clips))

    def files(self, clip: Clip) -> dict[str, Medium]:
        """Return the files of a clip's LUT and matte, by their ids."""
        mask = self.masks.get(clip.effects.matte)
        named = {clip.effects.lut: clip.effects.lut, clip.effects.matte: mask.asset if mask else ""}
        return {
            id: self._of_asset(self.assets[asset])
            for id, asset in named.items()
            if id and asset in self.assets
        }

    def _of_shot(self, id: str, clip: Clip) -> Medium:
        """Describe a shot by its picked take, or else by its board. A shot with neither is only a name."""
        shot = self.shots.get(id)
        if shot is None:
            return Medium(name=clip.label or "a shot that is gone")
        number = self.story.numbers.get(id, "")
        take = self.performances.shown(shot)
        metadata = _shot_metadata(shot, number, take)
        asset = self.assets.get(take.asset if take else shot.board)
        return (
            self._of_asset(asset, number, metadata) if asset else Medium(name=number or id, metadata=metadata)
        )

    def _of_asset(self, asset: Asset, name: str = "", metadata: Mapping[str, Any] | None = None) -> Medium:
        still = asset.kind is AssetKind.PICTURE
        return Medium(
            name=name or asset.name,
            path=str(asset_path(self.paths, asset)),
            digest=asset.digest,
            kind=asset.kind.value,
            seconds=None if still else asset.seconds,
            rate=None if still else asset.rate,
            width=asset.width or 0,
            height=asset.height or 0,
            channels=asset.channels or 0,
            sample_rate=asset.sample_rate or 0,
            starts=starts_of(asset),
            metadata=metadata or {},
        )


def starts_of(asset: Asset) -> Fraction:
    """Return the timecode of a file's first picture in seconds; 0 if the file has no timecode."""
    timecode = read_facts(asset.facts).timecode
    if not timecode or not asset.rate:
        return Fraction(0)
    try:
        return parse_timecode(timecode, asset.rate) / asset.rate
    except BadInput:  # The timecode does not exist at this rate, so the file's time begins at 0.
        return Fraction(0)


def _shot_metadata(shot: Shot, number: str, take: Take | None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"shot": {"id": shot.id, "number": number}}
    metadata["shot"] |= {name: getattr(shot, name) for name in SHOT_METADATA if getattr(shot, name)}
    if take is not None:
        metadata["take"] = {"id": take.id, "engine": take.engine, "seed": take.seed, "previs": take.previs}
        metadata["take"] |= {"head": take.head} if take.head else {}
    return metadata


# Track contents of other programs that a cut can't hold are stored by the cut's id and written on export.


def keep(studio: Studio, cut: Cut, kept: Mapping[str, Kept]) -> None:
    """Store the track contents that a cut can't hold with the film."""
    studio.project().ui.set(f"exchange.{cut.id}", {track: asdict(each) for track, each in kept.items()})


def kept_of(studio: Studio, cut: Cut) -> dict[str, Kept]:
    """Return the stored track contents of a cut that the cut itself can't hold, by track."""
    kept = studio.project().ui.get(f"exchange.{cut.id}", {})
    return {
        track: Kept(tail=each["tail"], head_edge=_edge(each["head_edge"]), tail_edge=_edge(each["tail_edge"]))
        for track, each in kept.items()
    }


def _edge(value: Mapping[str, Any] | None) -> Edge | None:
    return Edge(**value) if value else None
