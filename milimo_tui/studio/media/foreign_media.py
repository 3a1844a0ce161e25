"""Check of the media files of a film that comes from another person or machine: every file must have a format
that Milimo reads. A playlist could otherwise show private files of this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.media.files.facts import Prober
from milimo_tui.story.values.film import Asset, AssetKind


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
