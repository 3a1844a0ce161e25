"""Relink assets whose files are missing. The file is found again by hash, name or path. Relinking an asset is
one undoable edit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import require_unicode_path
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.cut.values.streams import StreamFacts, parse_stream_facts
from milimo_tui.media.files.facts import digest
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, Story
from milimo_tui.studio.media import imports
from milimo_tui.studio.render.render_plan import get_asset_end, get_asset_path
from milimo_tui.studio.session.studio import Studio

By = Literal["hash", "name", "path"]
# The largest number of files in a folder that is searched. A folder with more is refused, and the user is
# asked to name one of the folders inside it.
MOST_FILES = 200_000


@dataclass(frozen=True, slots=True)
class RelinkedAsset:
    """An asset whose missing file was found. `note` describes how the found file differs from the missing
    file, and is empty if both are the same.
    """

    asset: Asset
    note: str = ""


def choose_offline_path(path: Path) -> Path:
    """Return a path without a file for an asset whose own path names another file. The file name stays, so
    that the asset can be relinked by its name.
    """
    while path.exists():
        path = path.parent / "offline" / path.name
    return path


def list_offline_assets(studio: Studio) -> tuple[Asset, ...]:
    """Return the assets whose file is missing, except those in the bin."""
    paths = studio.require_project().paths
    assets = studio.take_snapshot().story.assets
    return tuple(one for one in assets if not one.binned and not get_asset_path(paths, one).is_file())


def find_offline_clips(story: Story, paths: ProjectPaths, cut: Cut) -> frozenset[str]:
    """Return the ids of clips in a cut whose picture or sound file is missing.

    For a clip of a shot, the file is that of the picked take.
    """
    assets = {asset.id: asset for asset in story.assets}
    performances = FilmPerformances(story)
    made = {shot.id: take.asset for shot in story.shots if (take := performances.find_shown_take(shot))}
    there: dict[str, bool] = {}
    out = set()
    for clip in cut.clips:
        ref = clip.source.ref
        id = made.get(ref, "") if clip.source.kind is SourceKind.SHOT else ref
        if id in assets and id not in there:
            there[id] = get_asset_path(paths, assets[id]).is_file()
        lost = clip.source.kind is SourceKind.ASSET and id not in assets
        if lost or not there.get(id, True):
            out.add(clip.id)
    return frozenset(out)


def relink_asset(studio: Studio, asset: Asset, place: Path, by: By = "hash") -> RelinkedAsset:
    """Point an asset to the new place of its file, and return the asset.

    `place` is the file or a folder to search. `by` is the rule for a match:

    - `hash`: the file's bytes are identical.
    - `name`: the file has the same name.
    - `path`: the given file is used as it is.

    A file that matches by name or path may have been exported again, so its facts are read again. Raises
    NotFound, and BadInput for another file or kind of media.
    """
    if asset.managed and get_asset_path(studio.require_project().paths, asset).is_file():
        raise BadInput(
            f"{asset.name} is stored inside the film and needs no link", "milimo asset show shows its path"
        )
    if place.is_dir():
        place = _find_file_of_asset(asset, place, by)
    elif not place.is_file():
        raise NotFound(f"there is no file {place}", "name an existing file: milimo asset relink ID FILE")
    require_unicode_path(place)
    same = not asset.digest or _get_stream_facts(asset).is_sequence or digest(place) == asset.digest
    if asset.managed:
        return _restore_managed_file(studio, asset, place, same=same)
    if by == "hash" and not same:
        raise BadInput(
            f"{place} is not the original file of {asset.name}",
            "--by path uses it anyway; milimo asset add adds it as a new asset",
        )
    if by == "name" and place.name.casefold() != Path(asset.path).name.casefold():
        raise BadInput(
            f"{place.name} is not called {Path(asset.path).name} as the original was",
            "--by path accepts any file",
        )
    changed = replace(asset, path=str(place), mtime=place.stat().st_mtime)
    note = ""
    if is_placeholder(asset):
        changed = _read_first_file(changed, place)
    elif not same:
        changed, note = _read_changed_file(changed, place)
    label = f"relink {asset.name}"
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=[asset], after=[changed]
    )
    return RelinkedAsset(changed, note)


def relink_all_assets(
    studio: Studio, folder: Path, by: By = "hash"
) -> tuple[tuple[RelinkedAsset, ...], tuple[Asset, ...]]:
    """Search a folder for the files of all assets whose file is missing. `by` is the rule for a match, as in
    `relink_asset`. Return the relinked assets, and the assets whose files were not found.
    """
    if not folder.is_dir():
        raise NotFound(
            f"there is no folder {folder}", "name an existing folder: milimo asset relink all FOLDER"
        )
    found, left = list[RelinkedAsset](), list[Asset]()
    for asset in list_offline_assets(studio):
        try:
            found.append(relink_asset(studio, asset, folder, by))
        except NotFound:
            left.append(asset)
    return tuple(found), tuple(left)


def _restore_managed_file(studio: Studio, asset: Asset, place: Path, *, same: bool) -> RelinkedAsset:
    """Copy the missing file of a managed asset back into the film, from `place`. `same` is True if the bytes
    of the file at `place` match the asset's hash. Raises BadInput if they do not match.
    """
    if not same:
        raise BadInput(
            f"{place} is not the original file of {asset.name}",
            "find its original file, or add this file as a new asset: milimo asset add",
        )
    imports.copy_into_media(studio.require_project().paths, place, asset.digest)
    return RelinkedAsset(asset, "its file is in the film again")


def is_placeholder(asset: Asset) -> bool:
    """Return True if an asset stands for a file that was missing when a cut was imported, so that its file
    was never read.
    """
    return not asset.managed and not asset.bytes


def _read_first_file(asset: Asset, place: Path) -> Asset:
    """Return a placeholder with the facts of its file at `place`. The placeholder's kind was a guess. Raises
    BadInput.
    """
    facts = imports.probe_media(place)
    found = imports.make_linked_asset(place, facts, digest(place))
    return replace(found, id=asset.id, name=asset.name, created=asset.created)


def _read_changed_file(asset: Asset, place: Path) -> tuple[Asset, str]:
    """Return the asset with the facts of the file at `place`, which replaces the asset's own file, and a note
    on the differences. Raises BadInput if the file is of another kind of media.
    """
    facts = imports.probe_media(place)
    if facts.kind != asset.kind.value:
        raise BadInput(
            f"{place.name} is {facts.kind}, but {asset.name} was {asset.kind.value}",
            "add it as a new asset instead",
        )
    changed = replace(
        imports.replace_media_facts(asset, facts), digest=digest(place), bytes=place.stat().st_size
    )
    before, after = get_asset_end(asset), get_asset_end(changed)
    if before and after and after < before:
        lost = float(before - after)
        return (
            changed,
            f"it is {lost:.2f} s shorter: clips that reach past its end hold its last picture",
        )
    return changed, "it is not the same file as before"


def _find_file_of_asset(asset: Asset, folder: Path, by: By) -> Path:
    """Search a folder for the file of an asset, and return its path. Raises NotFound."""
    named = Path(asset.path).name.casefold() if not asset.managed else asset.name.casefold()
    if by == "path":
        raise BadInput(
            "--by path needs a file, not a folder", "name the file: milimo asset relink ID FILE --by path"
        )
    for path in _list_likely_files(_list_all_files(folder), named, asset, by):
        if (
            by == "name"
            or not asset.digest
            or _get_stream_facts(asset).is_sequence
            or digest(path) == asset.digest
        ):
            return path
    advice = "--by name compares only the names" if by == "hash" else "name the file instead of a folder"
    raise NotFound(f"{asset.name} was not found in {folder}", f"the search compared the {by}; {advice}")


def _list_likely_files(files: Sequence[Path], named: str, asset: Asset, by: By) -> Iterator[Path]:
    """Yield files that may belong to an asset: files of the same name first.

    If `by` is `hash`, files of the same size follow, because the file may have been renamed.
    """
    yield from (path for path in files if path.name.casefold() == named)
    if by == "hash" and asset.digest:
        yield from (
            path for path in files if path.name.casefold() != named and path.stat().st_size == asset.bytes
        )


def _list_all_files(folder: Path) -> list[Path]:
    out: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        out += [path for name in sorted(names) if (path := Path(place) / name).is_file()]
        if len(out) > MOST_FILES:
            raise BadInput(f"{folder} has more than {MOST_FILES} files", "name one of the folders inside it")
    return out


def _get_stream_facts(asset: Asset) -> StreamFacts:
    return parse_stream_facts(asset.facts)
