"""Link the media of an exported cut into a folder, under the names that the camera gave to the files.

The files in a film's folder are named by their hash. Other programs find media by their names.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.file_suffixes import FILM_PICTURE_SUFFIXES, PICTURE_SUFFIXES
from milimo_tui.core.host import explain_os_error, replace_file_atomically, require_free_space
from milimo_tui.interchange.values.bundle import CutBundle, Medium
from milimo_tui.media.files.numbered_files import find_numbered_sequence


@dataclass(frozen=True, slots=True)
class MediaLink:
    """A link to create: the film's file, and the path of the link."""

    source: Path
    target: Path


def plan_media_links(bundle: CutBundle, folder: Path) -> tuple[CutBundle, tuple[MediaLink, ...]]:
    """Return the bundle with the paths of links in `folder` instead of the paths of its media, and the links.
    Media that are offline keep their paths.

    Files with the same name are linked in numbered folders inside `folder`, so that each link has exactly the
    name of its file. Raises BadInput if `folder` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is not a folder", "name another folder for the links: --media FOLDER")
    planned: dict[Path, Path] = {}  # The sources of all links by their targets.
    media = {}
    for source, medium in bundle.media.items():
        links = _plan_links(medium, folder, planned)
        planned |= {link.target: link.source for link in links}
        media[source] = replace(medium, path=str(links[0].target)) if links else medium
    found = tuple(MediaLink(source, target) for target, source in planned.items())
    return replace(bundle, media=media), found


def _plan_links(medium: Medium, folder: Path, planned: dict[Path, Path]) -> list[MediaLink]:
    """Return the links of a medium: one for a file, one for each picture of a sequence, none if the medium is
    offline.
    """
    path = Path(medium.path)
    if not medium.path or not path.is_file():
        return []
    files = [(path, medium.file_name or path.name)]
    if medium.kind == "video" and path.suffix.lower() in PICTURE_SUFFIXES | FILM_PICTURE_SUFFIXES:
        try:
            files = [(each, each.name) for each in find_numbered_sequence(path).paths]
        except MilimoError:  # A single moving picture, such as a GIF.
            files = [(path, medium.file_name or path.name)]
    for number in count(1):
        place = folder if number == 1 else folder / str(number)
        links = [MediaLink(each.resolve(), place / name) for each, name in files]
        if all(_is_free(link, planned) for link in links):
            return links
    return []


def _is_free(link: MediaLink, planned: dict[Path, Path]) -> bool:
    """Return True if the path of a link is free, or already has the same file."""
    if link.target in planned:
        return planned[link.target] == link.source
    if not os.path.lexists(link.target):
        return True
    try:
        return os.path.samefile(link.source, link.target) or filecmp.cmp(
            link.source, link.target, shallow=False
        )
    except OSError:
        return False


def create_media_links(links: Iterable[MediaLink]) -> None:
    """Create links that do not exist yet: hard links, or symbolic links, or copies where the disk supports no
    links.

    Raises DiskFull, ReadOnly, Failed.
    """
    for link in links:
        try:
            link.target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error, link.target.parent, "create") from error
        if not link.target.exists():
            _link_or_copy(link)


def _link_or_copy(link: MediaLink) -> None:
    for make_link in (os.link, os.symlink):
        try:
            make_link(link.source, link.target)
        except OSError:
            continue  # The folder is on another disk, or its disk has no such links.
        return
    require_free_space(link.target.parent, link.source.stat().st_size, f"copy {link.target.name}")
    with replace_file_atomically(link.target) as partial:
        shutil.copyfile(link.source, partial)
