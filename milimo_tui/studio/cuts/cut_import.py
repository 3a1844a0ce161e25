"""Import a cut from a file of another program.

The import matches rates and sizes with the film, links the clips to media, and writes the result as one edit.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import BadInput, MilimoError, NotFound
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.ids import new_id
from milimo_tui.core.reasons import reason
from milimo_tui.core.safe_text import replace_forbidden_characters
from milimo_tui.core.time import format_rate, format_timecode
from milimo_tui.cut.follow.reframing import convert_cut_format
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.sound.sound_chains import replace_impulse_assets
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.cut.values.effects import Effects
from milimo_tui.interchange.files import relink
from milimo_tui.interchange.values import library
from milimo_tui.interchange.values.bundle import CutArrival, Medium
from milimo_tui.interchange.values.rate_conform import conform_track_extras
from milimo_tui.interchange.values.source_times import convert_source_times
from milimo_tui.media.files.facts import Prober, digest
from milimo_tui.story.values.film import Asset, AssetKind, Project, Story
from milimo_tui.studio.cuts import cut_export
from milimo_tui.studio.media import imports
from milimo_tui.studio.media.relink import choose_offline_path, is_placeholder, relink_asset
from milimo_tui.studio.render.render_plan import get_asset_end, get_asset_path
from milimo_tui.studio.session.names import LONGEST
from milimo_tui.studio.session.studio import Studio

# Maximum number of file names that are read from a folder of media. The search stops there, and files beyond
# it are not found by name.
MOST_FILES = 20_000


@dataclass(frozen=True)
class CutImport:
    """The result of importing a cut. `cut` is the cut as it is stored in the film.

    `linked` maps each rule for finding media to the number of media that it found. `offline` are the media
    that were not found.
    """

    cut: Cut
    notes: tuple[str, ...]
    linked: Mapping[str, int]
    offline: tuple[str, ...]


def import_cut(
    studio: Studio,
    path: Path,
    *,
    name: str = "",
    media: str = "",
    rate: Fraction | None = None,
    keep: bool = False,
) -> CutImport:
    """Read a cut from a file, add it to the film and make it the current cut.

    - `media` is a folder that is searched for media files.
    - `rate` is the frame rate for an edit list that specifies none.
    - `keep` preserves the cut's own rate and size instead of conforming the cut to the film.

    Raises NotFound, BadInput with one sentence, and Unavailable if OpenTimelineIO is not installed.
    """
    library.require_otio()
    from milimo_tui.interchange.files.reading import read_cut_file

    snapshot = studio.take_snapshot()
    project = snapshot.story.project
    arrival = read_cut_file(path, new_id, rate or project.rate)
    if all(clip.source.kind is SourceKind.GAP for clip in arrival.bundle.cut.clips):
        raise BadInput(f"{path.name} has no clips", "nothing was imported; the current cut is unchanged")
    with Prober() as prober:
        linking = _MediaLinker(studio, path.parent, media, prober)
        arrival = _convert_timecode_sources(arrival, linking.link_all_sources(arrival), linking.media)
    linking.notes += _list_clips_outside_their_files(arrival.bundle.cut, linking.media)
    empty = not snapshot.story.shots and not any(cut.clips for cut in snapshot.cuts)
    changed, arrival, notes = _fit_film_or_cut(
        arrival, project, linking.find_raster(), empty=empty, keep=keep
    )
    names = {cut.name for cut in snapshot.cuts}
    cut, nested = _rename_to_free_names(
        arrival, name or path.stem if arrival.bundle.cut.name == "Imported" else name, names
    )
    before: list[Project] = [project] if changed != project else []
    studio.require_project().write_edit(
        f"import the cut “{cut.name}”",
        scope="project",
        actor=studio.actor,
        before=before,
        after=[*([changed] if before else []), *nested, cut],
    )
    if arrival.bundle.extras:
        cut_export.save_foreign_content(studio, cut, arrival.bundle.extras)
    studio.use_cut(cut.id)
    return CutImport(cut, (*notes, *arrival.notes, *linking.notes), linking.linked, tuple(linking.offline))


def _fit_film_or_cut(
    arrival: CutArrival, project: Project, raster: tuple[int, int] | None, *, empty: bool, keep: bool
) -> tuple[Project, CutArrival, tuple[str, ...]]:
    """Return the film and the imported cut with matching rates and sizes, and notes on the changes.

    A film without contents (`empty`) takes the rate and size of the file. Otherwise the cut is conformed to
    the film, unless `keep` is True.
    """
    bundle = arrival.bundle
    cut = bundle.cut
    if not arrival.sized:
        width, height = (raster if empty and raster else None) or (project.width, project.height)
        cut = replace(cut, width=width, height=height)
    bundle = replace(bundle, cut=cut)
    if empty:
        changed = replace(
            project, rate=cut.rate, width=cut.width, height=cut.height, sample_rate=cut.sample_rate
        )
        note = f"the film is now {_describe_cut_format(cut)}, like the file"
        notes = (note,) if changed != project else ()
        return changed, replace(arrival, bundle=bundle), notes
    wanted = project.rate, project.width, project.height, project.sample_rate
    if keep or (cut.rate, cut.width, cut.height, cut.sample_rate) == wanted:
        return project, replace(arrival, bundle=bundle), ()
    fitted = convert_cut_format(
        cut,
        rate=project.rate,
        width=project.width,
        height=project.height,
        sample_rate=project.sample_rate,
    )
    kept = conform_track_extras(bundle.extras, project.rate / cut.rate)
    note = (
        f"conformed from {_describe_cut_format(cut)} to {_describe_cut_format(fitted)}: edges at the "
        "nearest frame"
    )
    return project, replace(arrival, bundle=replace(bundle, cut=fitted, extras=kept)), (note,)


def _describe_cut_format(cut: Cut) -> str:
    return f"{format_rate(cut.rate)} fps, {cut.width}×{cut.height}"


def _rename_to_free_names(arrival: CutArrival, name: str, taken: set[str]) -> tuple[Cut, list[Cut]]:
    """Return the imported cut and its nested cuts, renamed where a name is already taken in the film."""
    cut = replace(arrival.bundle.cut, name=_make_free_cut_name(name or arrival.bundle.cut.name, taken))
    taken = taken | {cut.name}
    nested = []
    for each in arrival.bundle.cuts.values():
        nested.append(replace(each, name=_make_free_cut_name(each.name, taken)))
        taken = taken | {nested[-1].name}
    return cut, nested


def _make_free_cut_name(name: str, taken: set[str]) -> str:
    plain = " ".join(replace_forbidden_characters(name, "").split())[: LONGEST - 5] or "Imported"
    number, free = 2, plain
    while free in taken:
        free, number = f"{plain} {number}", number + 1
    return free


class _MediaLinker:
    """Links the sources of an imported cut to media of this film, and adds media that the film lacks."""

    def __init__(self, studio: Studio, folder: Path, media: str, prober: Prober) -> None:
        self.studio = studio
        self.prober = prober
        self.folder = folder
        self.paths = studio.require_project().paths
        self.story: Story = studio.take_snapshot().story
        self.assets = {asset.id: asset for asset in self.story.assets}
        # The film's files that exist, and its offline assets. A file that exists is preferred.
        self.known, self.lost = relink.MediaIndex(), relink.MediaIndex()
        for asset in self.story.assets:
            if not asset.binned:
                index = self.known if get_asset_path(self.paths, asset).is_file() else self.lost
                index.add_known_media(self._make_relink_entry(asset))
        self.found = relink.FileIndex(
            _list_media_files(folder, parse_user_path(media).absolute() if media else None)
        )
        self.linked: dict[str, int] = {}
        self.offline: list[str] = []
        self.notes: list[str] = []
        self.media: dict[str, Medium] = {}  # The linked files by the ids of their assets.

    def link_all_sources(self, arrival: CutArrival) -> CutArrival:
        """Return the imported cut with its sources replaced by shots and assets of this film."""
        sources = {
            source: self._link_source(source, medium) for source, medium in arrival.bundle.media.items()
        }
        heads = {source: _get_head_seconds(medium) for source, medium in arrival.bundle.media.items()}
        files = {id: self._link_effect_file(id, medium) for id, medium in arrival.bundle.files.items()}
        bundle = arrival.bundle
        cuts = {id: self._replace_cut_sources(cut, sources, heads, files) for id, cut in bundle.cuts.items()}
        cut = self._replace_cut_sources(bundle.cut, sources, heads, files)
        media = {sources[source]: medium for source, medium in bundle.media.items()}
        return replace(arrival, bundle=replace(bundle, cut=cut, cuts=cuts, media=media))

    def find_raster(self) -> tuple[int, int] | None:
        """Return the size of the cut's first video in pixels, rounded to even numbers; None if there is no
        video.
        """
        for id in self.media:
            asset = self.assets[id]
            if asset.kind is AssetKind.VIDEO and asset.width and asset.height:
                return asset.width // 2 * 2, asset.height // 2 * 2
        return None

    def _replace_cut_sources(
        self,
        cut: Cut,
        sources: Mapping[ClipSource, ClipSource],
        heads: Mapping[ClipSource, Fraction],
        files: Mapping[str, str],
    ) -> Cut:
        def replace_clip_source(clip: Clip) -> Clip:
            source = sources.get(clip.source, clip.source)
            # In a file that Milimo exported, times count from the first frame of the take's file. A clip of a
            # shot counts from the first frame of the shot, so the head handle is subtracted.
            head = heads.get(clip.source, Fraction(0)) if source.kind is SourceKind.SHOT else Fraction(0)
            return replace(
                clip,
                source=source,
                source_in=clip.source_in - head,
                effects=_replace_effect_files(clip.effects, files),
            )

        return replace(cut, clips=tuple(replace_clip_source(clip) for clip in cut.clips))

    def _link_source(self, source: ClipSource, medium: Medium) -> ClipSource:
        if source.kind is SourceKind.SHOT and any(shot.id == source.ref for shot in self.story.shots):
            self._count_link("shot")
            return source
        numbered = [id for id, number in self.story.numbers.items() if number == medium.name]
        if numbered and medium.path in (
            "",
            medium.name,
        ):  # A shot without a take or board is exported by its number only.
            self._count_link("shot")
            return ClipSource(SourceKind.SHOT, numbered[0])
        return ClipSource(SourceKind.ASSET, self._link_asset(source.ref, medium))

    def _link_asset(self, ref: str, medium: Medium) -> str:
        """Return the id of the asset for a medium: an asset of the film whose file exists, a file that was
        found, or else an offline asset. A file at the path of the medium comes before a file of its name.
        """
        match = self.known.find_match(medium, ref)
        asset = self._add_media_at_path(medium) if match is None or match.by == "name" else None
        if asset is None and match is not None:
            self._count_link(match.by)
            asset = self._fill_placeholder(self.assets[match.id])
        asset = asset or self._add_media_by_name(medium) or self._get_offline_asset(ref, medium)
        self.assets[asset.id] = asset
        self.media[asset.id] = cut_export.describe_asset_medium(self.paths, asset)
        return asset.id

    def _add_media_at_path(self, medium: Medium) -> Asset | None:
        """Return the asset of the file at the path of a medium; None if there is no such file. A bare file
        name is no path.
        """
        place = self.folder / medium.path
        if place.name == medium.path or not _is_file(place):
            return None
        return self._find_asset_of_content(place) or self._add_media_file(place, medium, "path")

    def _add_media_by_name(self, medium: Medium) -> Asset | None:
        """Return an asset for a file with the name of a medium, from the searched folders."""
        for place in map(Path, self.found.list_candidate_paths(medium, self.folder)):
            by = "path" if str(place) == medium.path else "hash" if medium.digest else "name"
            asset = self._add_media_file(place, medium, by) if _is_file(place) else None
            if asset is not None:
                return asset
        return None

    def _find_asset_of_content(self, place: Path) -> Asset | None:
        """Return the asset of the film that has the content of a file; None if there is no such asset. If
        several assets have this content, an asset with the name of the file comes first.
        """
        size = place.stat().st_size
        alike = [each for each in self.assets.values() if each.digest and each.bytes == size]
        if not alike:
            return None
        content = digest(place)
        found = [
            each
            for each in alike
            if each.digest == content and not each.binned and get_asset_path(self.paths, each).is_file()
        ]
        if not found:
            return None
        self._count_link("path")
        return min(found, key=lambda each: each.name != place.name)

    def _add_media_file(self, place: Path, medium: Medium, by: str) -> Asset | None:
        """Link a file to the film. `by` is the property by which the file was found. Return None if the
        file's hash is not that of the medium, or if the file cannot be read.
        """
        try:
            if medium.digest and digest(place) != medium.digest:
                return None
            asset = imports.add_media(self.studio, place.absolute(), link=True, prober=self.prober)
        except (MilimoError, OSError, ValueError) as error:
            note = f"{place.name} is left offline: {reason(error)}"
            if note not in self.notes:  # A file is tried by its path and by its name.
                self.notes.append(note)
            return None
        self._count_link(by)
        self.known.add_known_media(self._make_relink_entry(asset))
        return asset

    def _fill_placeholder(self, asset: Asset) -> Asset:
        """Read the facts of a placeholder's file, which was missing when an earlier import added the asset.
        Return any other asset unchanged.
        """
        if not is_placeholder(asset):
            return asset
        try:
            return relink_asset(self.studio, asset, Path(asset.path), "path").asset
        except MilimoError as error:
            self.notes.append(f"{asset.name} can't be read: {reason(error)}")
            return asset

    def _get_offline_asset(self, ref: str, medium: Medium) -> Asset:
        """Return the offline asset of the film that matches a medium, or else a new one."""
        match = self.lost.find_match(medium, ref)
        if match is not None:
            self.offline.append(medium.name)
            return self.assets[match.id]
        asset = self._add_offline_asset(medium)
        self.lost.add_known_media(self._make_relink_entry(asset))
        return asset

    def _add_offline_asset(self, medium: Medium) -> Asset:
        """Add an offline asset for a missing file to the film. The user can relink it when the file is
        available again.
        """
        self.offline.append(medium.name)
        place = self.folder / (medium.path or medium.name)
        if place.is_file():
            if medium.digest:
                self.notes.append(f"{place} is not the same file as {medium.name}: its hash differs")
            place = choose_offline_path(place)
        kinds = {kind.value for kind in AssetKind}
        asset = Asset(
            id=new_id("asset"),
            kind=AssetKind(medium.kind if medium.kind in kinds else "video"),
            path=str(place),
            name=medium.name,
            managed=False,
            digest=medium.digest,
            rate=medium.rate,
            width=medium.width or None,
            height=medium.height or None,
            seconds=medium.seconds,
            sample_rate=medium.sample_rate or None,
            channels=medium.channels or None,
        )
        return self.studio.require_project().facts.add_asset(asset)

    def _link_effect_file(self, id: str, medium: Medium) -> str:
        """Return the id of the film's asset for a LUT or matte; empty if the film has no such asset."""
        if medium.kind == "matte":
            here = any(mask.id == id for mask in self.studio.require_project().facts.list_masks())
            if not here:
                self.notes.append(
                    f"the matte {medium.name} is left out: a matte belongs to the film it was made in"
                )
            return id if here else ""
        match = self.known.find_match(medium, id)
        if match is not None:
            return match.id
        asset = self._add_media_by_name(medium)
        lost = self.lost.find_match(medium, id) if asset is None else None
        if lost is not None:
            self.offline.append(medium.name)
            return lost.id
        if asset is None:
            self.notes.append(f"{medium.name} is left out: there is no such file")
            return ""
        return asset.id

    def _make_relink_entry(self, asset: Asset) -> relink.KnownMedia:
        path = str(get_asset_path(self.paths, asset))
        lengths = tuple({each for each in (asset.seconds, get_asset_end(asset)) if each is not None})
        return relink.KnownMedia(asset.id, asset.name, path, asset.digest, asset.kind.value, lengths)

    def _count_link(self, by: str) -> None:
        self.linked[by] = self.linked.get(by, 0) + 1


def _is_file(place: Path) -> bool:
    """Return True if a path from an imported file names a file. Such a path may contain any character."""
    try:
        return place.is_file()
    except (OSError, ValueError):
        return False


def _get_head_seconds(medium: Medium) -> Fraction:
    """Return the length of the head handle in a take's file, in seconds, from the metadata of a Milimo
    export; 0 if unknown.
    """
    take = medium.metadata.get("take")
    head = take.get("head", 0) if isinstance(take, Mapping) else 0
    return Fraction(head) / medium.rate if isinstance(head, int) and medium.rate else Fraction(0)


def _replace_effect_files(effects: Effects, files: Mapping[str, str]) -> Effects:
    """Return the effects with LUT, matte and impulse responses replaced by assets of this film. A LUT or
    matte that is not in `files` is removed.
    """
    lut, matte = files.get(effects.lut, ""), files.get(effects.matte, "")
    chain = replace_impulse_assets(effects.chain, files)
    if (lut, matte, chain) == (effects.lut, effects.matte, effects.chain):
        return effects
    return replace(effects, lut=lut, matte=matte, chain=chain)


def _convert_timecode_sources(
    arrival: CutArrival, linked: CutArrival, media: Mapping[str, Medium]
) -> CutArrival:
    """Return the linked cut with source times counted from the first picture of each file.

    Edit lists count source times by the timecode of the file, at the rate of the file. `media` describes the
    linked files by the ids of their assets.
    """
    cut = linked.bundle.cut
    files = {clip.id: media[clip.source.ref] for clip in cut.clips if clip.source.ref in media}
    cut = convert_source_times(cut, arrival.times, files, arrival.bundle.cut.rate)
    loose = {
        linked_clip.id
        for clip, linked_clip in zip(arrival.bundle.cut.clips, linked.bundle.cut.clips, strict=True)
        if clip.source in arrival.bundle.media
        and not arrival.bundle.media[clip.source].timed
        and clip.id not in arrival.times
    }

    def subtract_start_timecode(clip: Clip) -> Clip:
        begin = media[clip.source.ref].starts if clip.source.ref in media else Fraction(0)
        if clip.id not in loose or not begin or clip.source_in < begin:
            return clip
        return replace(clip, source_in=clip.source_in - begin)

    cut = replace(cut, clips=tuple(subtract_start_timecode(clip) for clip in cut.clips))
    return replace(linked, bundle=replace(linked.bundle, cut=cut))


def _list_clips_outside_their_files(cut: Cut, media: Mapping[str, Medium]) -> list[str]:
    """Return a sentence for each file whose clips begin after its end, with the times of these clips. Such a
    list names another file, or counts from another timecode. `media` describes the files by asset id.
    """
    times: dict[str, list[str]] = {}
    laid_out = layout(cut)
    for clip in cut.clips:
        medium = media.get(clip.source.ref)
        seconds = medium.seconds if medium is not None and medium.path else None
        if medium is not None and seconds and clip.source_in >= seconds and Path(medium.path).is_file():
            start = format_timecode(laid_out.get_start(clip.id), cut.rate)
            times.setdefault(medium.name, []).append(start)
    shown = {name: ", ".join(starts[:5]) + " …" * (len(starts) > 5) for name, starts in times.items()}
    return [f"{name} ends before the source times of its clips at {starts}" for name, starts in shown.items()]


def _list_media_files(*folders: Path | None) -> list[Path]:
    """Return the files in the cut file's folder, and in the media folder with its subfolders.

    `folders` are these two folders; None stands for no folder. Raises NotFound if the media folder does not
    exist.
    """
    out: list[Path] = []
    cut_folder, media = folders
    if media is not None:
        if not media.is_dir():
            raise NotFound(f"there is no folder {media}", "name an existing folder: --media FOLDER")
        for root, inner, names in os.walk(media):
            inner.sort()
            out += [Path(root) / name for name in sorted(names)]
            if len(out) > MOST_FILES:
                break
    if cut_folder is not None:
        try:
            out += sorted(path for path in cut_folder.iterdir() if not path.name.startswith("."))[:MOST_FILES]
        except OSError:  # The folder may be entered but not listed; files are then found by their path only.
            return out
    return out
