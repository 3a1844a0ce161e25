"""Represent a film of another program as this program's values, and import it as a new film."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from milimo_tui.core.file_suffixes import PICTURE_SUFFIXES, SOUND_SUFFIXES, VIDEO_SUFFIXES
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.project.creation import create_film_folder
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE
from milimo_tui.story.values.film import Asset, AssetKind, Element, Project, Scene, Shot, Take

_SUFFIXES = {
    AssetKind.VIDEO: VIDEO_SUFFIXES,
    AssetKind.PICTURE: PICTURE_SUFFIXES,
    AssetKind.SOUND: SOUND_SUFFIXES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedFilm:
    """A film that was read from another program's data.

    `boards` are pairs of a shot's id and the id of the asset that is its picture. `missing` are media that
    the film refers to and that were not found. `lost` are sentences about data that the other program had
    lost or for which this program has no field.
    """

    project: Project
    scenes: tuple[Scene, ...] = ()
    shots: tuple[Shot, ...] = ()
    elements: tuple[Element, ...] = ()
    assets: tuple[Asset, ...] = ()
    takes: tuple[Take, ...] = ()
    boards: tuple[tuple[str, str], ...] = ()
    cut: Cut
    missing: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    source: str = ""  # the name of the other program, as the history shows it


# A function that imports a media file of the film. It links the file, or copies it into the new film's
# folder.
KeepMedia = Callable[[ProjectPaths, Asset], Asset]


def link_media_in_place(paths: ProjectPaths, asset: Asset) -> Asset:
    """Return the asset unchanged, so that the film links to the file where it is."""
    return asset


def create_arrived_film(
    paths: ProjectPaths, arrived: ArrivedFilm, actor: str, keep: KeepMedia = link_media_in_place
) -> ProjectFile:
    """Create a new film from another program's film. Scenes, shots, elements and the cut are written as the
    first edit, which can be undone. Media, takes and boards are not affected by undo.

    `keep` imports each media file. Raises Refused, DiskFull, ReadOnly, and the exceptions of `keep`; then no
    film is created.
    """
    with create_film_folder(paths, replace(arrived.project, current_cut="")) as new:
        kept = {asset.id: keep(new, asset) for asset in arrived.assets}
        with ProjectFile.open(new) as film:
            _fill_arrived_film(film, arrived, kept, actor)
    return ProjectFile.open(paths)


def _fill_arrived_film(film: ProjectFile, arrived: ArrivedFilm, kept: dict[str, Asset], actor: str) -> None:
    # Two files with the same content become one asset, so all references are changed to the asset that is
    # stored.
    there = {id: film.facts.add_asset(asset) for id, asset in kept.items()}
    project = film.load_story().project
    elements = [
        replace(each, references=tuple(there[id].id for id in each.references)) for each in arrived.elements
    ]
    shots = [
        replace(
            shot,
            conditioning=tuple(
                replace(one, asset=there[one.asset].id) if one.asset else one for one in shot.conditioning
            ),
        )
        for shot in arrived.shots
    ]
    film.write_edit(
        f"import from {arrived.source}",
        scope=PROJECT_SCOPE,
        actor=actor,
        before=[project],
        after=[
            replace(project, current_cut=arrived.cut.id), *arrived.scenes, *shots, *elements, arrived.cut,
        ],
    )  # fmt: skip
    for take in arrived.takes:
        asset = there[take.asset]
        film.facts.add_take(replace(_match_take_to_file(take, asset, project), asset=asset.id), asset)
    for shot, id in arrived.boards:
        film.facts.add_board(shot, there[id], f"{arrived.source}/{shot}")


def _match_take_to_file(take: Take, asset: Asset, project: Project) -> Take:
    """Return a take whose number of frames is corrected to that of its file. If the file is longer than the
    take, the additional frames are stored as `tail`, a handle for editing.
    """
    if asset.frames is None or asset.rate != project.rate:
        return take
    return replace(take, frames=asset.frames, tail=max(0, asset.frames - take.frames))


class MediaFinder:
    """A finder for the media files that another program's film refers to. It searches only in `root`, that
    film's folder, and its subfolders. It makes one asset for each file.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.assets: dict[str, Asset] = {}
        self.missing: list[str] = []

    def find_media(self, url: object, *kinds: AssetKind, within: Iterable[str] = ("",)) -> Asset | None:
        """Return the asset for a file path or web address, or None if it is not found or its kind is not in
        `kinds`.

        `within` lists the folders, relative to the film's folder, in which the path may start. A file that is
        not found is added to `missing`. Files outside the film's folder are never used.
        """
        if not isinstance(url, str) or not url.strip():
            return None
        known = self.assets.get(url)
        if known is not None:
            return known
        # A web address may have a host, a query and percent-encoding. Its path is always below the film's
        # folder.
        plain = unquote(re.sub(r"^https?://[^/]+|[?#].*$", "", url.strip()))
        root = self.root.resolve()
        for folder in within:
            path = (root / folder / plain.lstrip("/")).resolve()
            if path.is_relative_to(root) and path.is_file():
                kind = guess_media_kind(path)
                if kind is None or (kinds and kind not in kinds):
                    return None
                return self._add_media_file(url, path, kind)
        if url not in self.missing:
            self.missing.append(url)
        return None

    def _add_media_file(self, url: str, path: Path, kind: AssetKind) -> Asset:
        same = next((asset for asset in self.assets.values() if asset.path == str(path)), None)
        facts = path.stat()
        asset = same or Asset(
            id=new_id("asset"),
            kind=kind,
            path=str(path),
            name=path.name,
            managed=False,
            bytes=facts.st_size,
            mtime=facts.st_mtime,
        )
        self.assets[url] = asset
        return asset

    def list_assets(self) -> tuple[Asset, ...]:
        """Return all assets that were found, each once."""
        return tuple({asset.id: asset for asset in self.assets.values()}.values())


def guess_media_kind(path: Path) -> AssetKind | None:
    """Return the kind of a media file by its suffix, or None for a file that is not media."""
    suffix = path.suffix.lower()
    return next((kind for kind, suffixes in _SUFFIXES.items() if suffix in suffixes), None)
