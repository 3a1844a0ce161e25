"""Export of a cut to a file for another program, including a list of the media that its clips show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.ids import make_slug
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import parse_timecode
from milimo_tui.cut.sound.sound_chains import list_chain_impulses
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.cut.values.streams import parse_stream_facts
from milimo_tui.interchange.values import library
from milimo_tui.interchange.values.bundle import CutBundle, EdgeTransition, Medium, TrackExtras
from milimo_tui.interchange.values.formats import find_format_by_suffix, has_known_suffix, make_companion_name
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story, Take
from milimo_tui.studio.cuts import media_links
from milimo_tui.studio.registry import plug_ins
from milimo_tui.studio.render.render_plan import get_asset_end, get_asset_path
from milimo_tui.studio.session.studio import Studio

if TYPE_CHECKING:
    from milimo_tui.interchange.files.losses import Loss

SHOT_METADATA = ("action", "caption", "frames", "seed")


@dataclass(frozen=True)
class CutExport:
    """The result of exporting a cut: the files that were written, and the features of the cut that their
    format can't store (`losses`). `links` are the links to media that the files point to.
    """

    paths: tuple[Path, ...]
    losses: tuple[Loss, ...]
    links: tuple[Path, ...] = ()


def export_cut(
    studio: Studio, cut: Cut, target: Path, *, overwrite: bool, media: Path | None = None
) -> CutExport:
    """Write a cut to the file `target`, in the format given by its suffix. The file points to links in the
    folder `media`, which have the names that the cameras gave to the media, or to the media if it is None.

    Raises BadInput, Refused, ReadOnly, DiskFull, and Unavailable if OpenTimelineIO is not installed.
    """
    if (
        not has_known_suffix(target)
        and (plugged := plug_ins.find_plug_in_export(target.suffix.lower())) is not None
    ):
        if media is not None:
            raise BadInput(f"{target.suffix} files have no links to media", "leave out --media")
        return _write_plug_in_export(studio, plugged, target, overwrite=overwrite)
    library.require_otio()
    from milimo_tui.interchange.files import losses, writing

    kind = find_format_by_suffix(target)
    _require_parent_folder(target)
    bundle = make_export_bundle(studio, cut)
    links: tuple[media_links.MediaLink, ...] = ()
    if media is not None:
        bundle, links = media_links.plan_media_links(bundle, media)
    texts = writing.format_cut_files(bundle, kind, target.stem)
    paths = {
        target.with_name(make_companion_name(target.stem, part, target.suffix)): text
        for part, text in texts.items()
    }
    _require_no_files(paths, overwrite=overwrite)
    media_links.create_media_links(links)
    for path, text in paths.items():
        write_file_atomically(path, text.encode())
    return CutExport(tuple(paths), losses.find_losses(bundle, kind), tuple(link.target for link in links))


def _require_parent_folder(target: Path) -> None:
    if not target.parent.is_dir():
        raise BadInput(
            f"the folder {target.parent} does not exist", "create it first, or name another folder"
        )


def _require_no_files(paths: Iterable[Path], *, overwrite: bool) -> None:
    there = [path for path in paths if path.exists()]
    if there and not overwrite:
        raise BadInput(f"{there[0]} already exists", "name another file, or add --overwrite")


def _write_plug_in_export(
    studio: Studio, export: plug_ins.Export, target: Path, *, overwrite: bool
) -> CutExport:
    """Write the file that a plug-in makes of the open film, completely or not at all."""
    _require_parent_folder(target)
    _require_no_files((target,), overwrite=overwrite)
    write_file_atomically(target, plug_ins.call_plug_in(export.suffix, lambda: export.write(studio)))
    return CutExport((target,), ())


def export_otio_to_project(studio: Studio, cut: Cut) -> CutExport:
    """Write the cut as `.otio` into the film's folder, replacing an older file.

    Paths of the film's media are relative to that folder, so that they stay valid if the folder moves. Raises
    ReadOnly, DiskFull, Refused, Unavailable.
    """
    library.require_otio()
    from milimo_tui.interchange.files import writing
    from milimo_tui.interchange.values.formats import FORMATS, CutFormat

    root = studio.require_project().paths.root
    kind = FORMATS[CutFormat.OTIO]
    path = root / f"{make_slug(cut.name, 'cut')}{kind.suffix}"
    text = writing.format_cut_files(make_export_bundle(studio, cut, str(root)), kind, path.stem)
    write_file_atomically(path, text[""].encode())
    return CutExport((path,), ())


def make_export_bundle(studio: Studio, cut: Cut, folder: str = "") -> CutBundle:
    """Return the cut together with its nested cuts and all media that they show.

    Media paths are relative to `folder`; if it is empty, they are absolute.
    """
    snapshot = studio.take_snapshot()
    story = snapshot.story
    cuts = {each.id: each for each in snapshot.cuts}
    bundle = CutBundle(cut=cut, cuts=cuts)
    media: dict[ClipSource, Medium] = {}
    files: dict[str, Medium] = {}
    shown = _ExportMedia(studio, story)
    for each in bundle.iterate_nested_cuts():
        for clip in each.clips:
            medium = shown.describe_source(clip)
            if medium is not None:
                media[clip.source] = medium
            files |= shown.list_effect_files(clip)
    return CutBundle(
        cut=shown.convert_to_file_time(cut),
        cuts={id: shown.convert_to_file_time(each) for id, each in cuts.items()},
        media=media,
        files=files,
        extras=load_foreign_content(studio, cut),
        folder=folder,
    )


class _ExportMedia:
    """The media that a film's clips currently show, described for files of other programs. Exports use it to
    list each medium with its path and times.
    """

    def __init__(self, studio: Studio, story: Story) -> None:
        self.paths = studio.require_project().paths
        self.story = story
        self.assets = {asset.id: asset for asset in story.assets}
        self.shots = {shot.id: shot for shot in story.shots}
        self.performances = FilmPerformances(story)
        self.masks = {mask.id: mask for mask in studio.require_project().facts.list_masks()}

    def describe_source(self, clip: Clip) -> Medium | None:
        source = clip.source
        if source.kind is SourceKind.SHOT:
            return self._describe_shot_medium(source.ref, clip)
        if source.kind is SourceKind.ASSET:
            asset = self.assets.get(source.ref)
            return self._describe_asset_medium(asset) if asset else Medium(name=clip.label or "offline")
        return None

    def convert_to_file_time(self, cut: Cut) -> Cut:
        """Return the cut with the source times of its shot clips converted to times in the file of the take.

        The source times of a shot clip count from the first frame that the shot shows. The file of the take
        begins earlier, with the head handle.
        """

        def convert_clip(clip: Clip) -> Clip:
            shot = self.shots.get(clip.source.ref) if clip.source.kind is SourceKind.SHOT else None
            take = self.performances.find_shown_take(shot) if shot else None
            asset = self.assets.get(take.asset) if take else None
            head = take.compute_head_seconds(asset.rate) if take and asset else Fraction(0)
            return replace(clip, source_in=clip.source_in + head) if head else clip

        return replace(cut, clips=tuple(convert_clip(clip) for clip in cut.clips))

    def list_effect_files(self, clip: Clip) -> dict[str, Medium]:
        """Return the files of a clip's LUT, matte and impulse responses, by asset id."""
        mask = self.masks.get(clip.effects.matte)
        named = {clip.effects.lut: clip.effects.lut, clip.effects.matte: mask.asset if mask else ""}
        named |= {each.asset: each.asset for each in list_chain_impulses(clip.effects.chain)}
        return {
            id: self._describe_asset_medium(self.assets[asset])
            for id, asset in named.items()
            if id and asset in self.assets
        }

    def _describe_shot_medium(self, id: str, clip: Clip) -> Medium:
        """Describe the medium that a shot shows: its picked take, or else its board. A shot with neither gets
        only a name.
        """
        shot = self.shots.get(id)
        if shot is None:
            return Medium(name=clip.label or "a deleted shot")
        number = self.story.numbers.get(id, "")
        take = self.performances.find_shown_take(shot)
        metadata = _build_shot_metadata(shot, number, take)
        asset = self.assets.get(take.asset if take else shot.board)
        return (
            self._describe_asset_medium(asset, number, metadata)
            if asset
            else Medium(name=number or id, metadata=metadata)
        )

    def _describe_asset_medium(
        self, asset: Asset, name: str = "", metadata: Mapping[str, Any] | None = None
    ) -> Medium:
        medium = describe_asset_medium(self.paths, asset)
        # The file of a generated take has no name of its own and is named by the number of its shot.
        file_name = medium.file_name or (f"{name}{Path(medium.path).suffix}" if name else "")
        return replace(medium, name=name or medium.name, file_name=file_name, metadata=metadata or {})


def describe_asset_medium(paths: ProjectPaths, asset: Asset) -> Medium:
    """Describe the file of an asset for files of other programs: its path, format and timecode."""
    still = asset.kind is AssetKind.PICTURE
    path = get_asset_path(paths, asset)
    starts, drops = _get_start_timecode(asset)
    return Medium(
        name=asset.name,
        file_name=_get_camera_name(asset, path),
        path=str(path),
        digest=asset.digest,
        kind=asset.kind.value,
        seconds=get_asset_end(asset),
        rate=None if still else asset.rate,
        width=asset.width or 0,
        height=asset.height or 0,
        channels=asset.channels or 0,
        sample_rate=asset.sample_rate or 0,
        starts=starts,
        drops=drops,
    )


def _get_camera_name(asset: Asset, path: Path) -> str:
    """Return the name that an asset's file had when it was added, with the suffix of the file. It is empty
    for a generated file. The file of a managed asset is named by its hash.
    """
    name = Path(asset.name).name if asset.managed else path.name
    if not name or (asset.managed and name == path.name):
        return ""
    return name if Path(name).suffix.lower() == path.suffix.lower() else f"{name}{path.suffix}"


def _get_start_timecode(asset: Asset) -> tuple[Fraction, bool]:
    """Return the timecode of a file's first picture in seconds, and True if it is drop-frame timecode. The
    seconds are 0 if the file has no timecode.
    """
    timecode = parse_stream_facts(asset.facts).timecode
    drops = ";" in timecode
    if not timecode or not asset.rate:
        return Fraction(0), False
    try:
        return parse_timecode(timecode, asset.rate, drop=drops) / asset.rate, drops
    except BadInput:  # The file's timecode is not valid at its rate, so the file's time begins at 0.
        return Fraction(0), False


def _build_shot_metadata(shot: Shot, number: str, take: Take | None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"shot": {"id": shot.id, "number": number}}
    metadata["shot"] |= {name: getattr(shot, name) for name in SHOT_METADATA if getattr(shot, name)}
    if take is not None:
        metadata["take"] = {"id": take.id, "engine": take.engine, "seed": take.seed, "previs": take.previs}
        metadata["take"] |= {"head": take.head} if take.head else {}
    return metadata


# An imported cut can have track contents that Milimo's cuts can't hold. They are stored with the film under
# the cut's id, so that an export can write them again.


def save_foreign_content(studio: Studio, cut: Cut, kept: Mapping[str, TrackExtras]) -> None:
    """Store imported track contents that a cut can't represent. They are stored in the film by track id, so
    that a later export can write them again.
    """
    studio.require_project().ui.set(
        f"exchange.{cut.id}", {track: asdict(each) for track, each in kept.items()}
    )


def load_foreign_content(studio: Studio, cut: Cut) -> dict[str, TrackExtras]:
    """Return the stored track contents that the cut can't represent, by track id. The result is empty if
    there are none.
    """
    kept = studio.require_project().ui.get(f"exchange.{cut.id}", {})
    return {
        track: TrackExtras(
            tail=each["tail"],
            head_edge=_parse_track_edge(each["head_edge"]),
            tail_edge=_parse_track_edge(each["tail_edge"]),
        )
        for track, each in kept.items()
    }


def _parse_track_edge(value: Mapping[str, Any] | None) -> EdgeTransition | None:
    return EdgeTransition(**value) if value else None
