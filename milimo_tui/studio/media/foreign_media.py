"""Checks of the media files of a film that comes from another person. Every file must have a format that
Milimo reads, and every linked file must be the file that the film was made with. A playlist or a link could
otherwise show private files of this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.cut.values.streams import parse_stream_facts
from milimo_tui.media.files.facts import Prober, digest, hash_image_sequence
from milimo_tui.media.files.numbered_files import find_numbered_sequence
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.media.relink import choose_offline_path


def find_refused_media(assets: Iterable[Asset], locate_file: Callable[[Asset], Path]) -> tuple[Asset, ...]:
    """Return the managed assets whose files have a format that Milimo does not read. A missing or damaged
    file is not returned. A separate process opens the files.

    `locate_file` returns the path of an asset's file.
    """
    refused = []
    with Prober() as prober:
        for asset in assets:
            path = locate_file(asset)
            if not asset.managed or asset.binned or asset.kind is AssetKind.LUT or not path.is_file():
                continue
            try:
                prober.probe(path, depth="format")
            except BadInput:
                refused.append(asset)
    return tuple(refused)


def require_allowed_media(
    assets: Iterable[Asset], locate_file: Callable[[Asset], Path], source: str, hint: str
) -> None:
    """Raise BadInput if `find_refused_media` returns an asset. `source` is the file or machine that the film
    comes from, for the message.
    """
    refused = find_refused_media(assets, locate_file)
    if refused:
        more = f" and of {format_count(len(refused) - 1, 'other file')}" if len(refused) > 1 else ""
        name = clean_one_line(refused[0].name, 120)
        raise BadInput(
            f"{source} can't be imported: Milimo does not read the format of {name}{more}",
            hint,
        )


def disconnect_other_files(film: ProjectFile) -> tuple[str, ...]:
    """Make each linked asset offline whose path names another file on this machine than the one it was made
    from, and return the names of these assets.

    An asset without a hash is disconnected too, because its file cannot be recognised.
    """
    names = []
    for asset in film.load_story().assets:
        place = Path(asset.path)
        if asset.managed or not place.exists() or _is_file_of_asset(asset, place):
            continue
        film.facts.set_link(asset.id, str(choose_offline_path(place)))
        names.append(asset.name)
    return tuple(names)


def _is_file_of_asset(asset: Asset, place: Path) -> bool:
    """Return True if the file at `place` has the hash of the asset."""
    try:
        if not asset.digest or not place.is_file():
            return False
        if parse_stream_facts(asset.facts).is_sequence:
            return hash_image_sequence(find_numbered_sequence(place).paths) == asset.digest
        return place.stat().st_size == asset.bytes and digest(place) == asset.digest
    except (MilimoError, OSError, ValueError):
        return False
