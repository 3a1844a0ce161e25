"""A film that another program made, as our values, and how it becomes a film of ours: whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.project.creation import created
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE
from milimo_tui.story.values.film import Asset, AssetKind, Element, Project, Scene, Shot, Take

_SUFFIXES = {
    AssetKind.VIDEO: (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"),
    AssetKind.PICTURE: (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"),
    AssetKind.SOUND: (".wav", ".mp3", ".flac", ".ogg", ".m4a", ".aac"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedFilm:
    """One film from elsewhere. `missing` are the media it names that were not found, `lost` what its own
    program had lost of it, in sentences. `boards` are pictures of shots, by the shot's id.
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
    source: str = ""  # the program, as the history names it


# What becomes of a file that the film brings: as it is (linked), or kept in the new film's folder.
KeepMedia = Callable[[ProjectPaths, Asset], Asset]


def as_it_is(paths: ProjectPaths, asset: Asset) -> Asset:
    """A file stays where it lies, and the film links to it."""
    return asset


def create(paths: ProjectPaths, arrived: ArrivedFilm, actor: str, keep: KeepMedia = as_it_is) -> ProjectFile:
    """Make a film of ours from one of those: media and takes as facts, the rest as its first edit.

    Raises Refused, DiskFull, ReadOnly, and what `keep` raises; nothing is left then.
    """
    with created(paths, replace(arrived.project, current_cut="")) as new:
        kept = {asset.id: keep(new, asset) for asset in arrived.assets}
        with ProjectFile.open(new) as film:
            _fill(film, arrived, kept, actor)
    return ProjectFile.open(paths)


def _fill(film: ProjectFile, arrived: ArrivedFilm, kept: dict[str, Asset], actor: str) -> None:
    # Two files of the same content are one asset of the film: whoever names either means that one.
    there = {id: film.facts.add_asset(asset) for id, asset in kept.items()}
    project = film.story().project
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
    film.edit(
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
        film.facts.add_take(replace(_as_long(take, asset, project), asset=asset.id), asset)
    for shot, id in arrived.boards:
        film.facts.add_board(shot, there[id], f"{arrived.source}/{shot}")


def _as_long(take: Take, asset: Asset, project: Project) -> Take:
    """A take with the frames that its file has; what is more than its shot shows is a handle."""
    if asset.frames is None or asset.rate != project.rate:
        return take
    return replace(take, frames=asset.frames, tail=max(0, asset.frames - take.frames))


class FoundMedia:
    """Finds the files that a film from elsewhere names, below its own folder; each is an asset, once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.assets: dict[str, Asset] = {}
        self.missing: list[str] = []

    def find(self, url: object, *kinds: AssetKind, within: Iterable[str] = ("",)) -> Asset | None:
        """The file of a path or a web address, where it is of one of the kinds; `within` are folders that
        its path may begin in. One that is not there is told of; one that lies outside is none.
        """
        if not isinstance(url, str) or not url.strip():
            return None
        known = self.assets.get(url)
        if known is not None:
            return known
        # A path of a web server: maybe with host and query, quoted, always below its own folder.
        plain = unquote(re.sub(r"^https?://[^/]+|[?#].*$", "", url.strip()))
        root = self.root.resolve()
        for folder in within:
            path = (root / folder / plain.lstrip("/")).resolve()
            if path.is_relative_to(root) and path.is_file():
                kind = kind_of(path)
                if kind is None or (kinds and kind not in kinds):
                    return None
                return self._added(url, path, kind)
        if url not in self.missing:
            self.missing.append(url)
        return None

    def _added(self, url: str, path: Path, kind: AssetKind) -> Asset:
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

    def every(self) -> tuple[Asset, ...]:
        """Each file once."""
        return tuple({asset.id: asset for asset in self.assets.values()}.values())


def kind_of(path: Path) -> AssetKind | None:
    """What a file is by the end of its name; None for what is no media."""
    suffix = path.suffix.lower()
    return next((kind for kind, suffixes in _SUFFIXES.items() if suffix in suffixes), None)
