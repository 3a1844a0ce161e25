"""Sound files that the user names in a command: find the file, check it, and add it to the film."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from milimo_tui.core.errors import BadInput, Failed, NotFound
from milimo_tui.core.host import explain_os_error, parse_user_path
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.media import imports
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.lookup import find_asset_by_name
from milimo_tui.studio.session.studio import Studio

Check = Callable[[Path, MediaFileFacts], None]

# Sound below this level, −100 dBFS, is silence.
_SILENCE = 1e-5
_RATE, _BLOCK = 48000, 1 << 17


def check_nothing(path: Path, facts: MediaFileFacts) -> None:
    """Accept any sound."""


def find_given_sound(studio: Studio, name: str, check: Check = check_nothing) -> Asset:
    """Return the sound that a user names: a file, which is copied into the film, or a sound of the film by
    name or id.

    `check` gets the path and the facts of the sound before it is added, and may raise an error. Raises
    NotFound, and BadInput for a folder, or for a file that is not a sound.
    """
    path = find_given_file(name)

    def check_sound(place: Path, facts: MediaFileFacts) -> None:
        if facts.kind != AssetKind.SOUND.value:
            raise BadInput(f"{place.name} is not a sound", "use a WAV, FLAC, MP3 or M4A file")
        check(place, facts)

    if path is not None:
        return imports.add_media(studio, path, link=False, check=lambda facts: check_sound(path, facts))
    asset = find_asset_by_name(studio.take_snapshot().story.assets, name)
    if asset is None:
        raise NotFound(f"there is no file and no sound “{name}”", "milimo asset list lists the sounds")
    place = get_asset_path(studio.require_project().paths, asset)
    if not place.is_file():
        raise NotFound(f"the file of {asset.name} is missing", f"milimo asset relink {asset.id} FILE")
    check_sound(place, imports.get_media_facts(asset))
    return asset


def find_given_file(name: str) -> Path | None:
    """Return the absolute path of a file that a user names. None if there is no such file. Raises BadInput
    for a folder, and ReadOnly for a place that can't be read.
    """
    path = parse_user_path(name).absolute()
    try:
        if path.is_dir():
            raise BadInput(f"{name} is a folder, not a sound file", "name one file")
        if path.exists() and not path.is_file():
            raise BadInput(f"{name} is a device or a pipe, not a sound file", "save the sound to a file")
        if path.is_symlink() and not path.exists():
            raise BadInput(f"{name} is a link to a file that does not exist", "name the file itself")
        return path if path.exists() else None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            raise explain_os_error(error, path, "read") from error
        raise BadInput(f"“{name}” is not the name of a file", "name an existing file") from error


def require_audible_sound(path: Path, seconds: float) -> None:
    """Raise BadInput if nothing is heard in the first seconds of a sound file, or if they can't be
    decoded.
    """
    from milimo_tui.media.sound.resampled import SoundReader

    is_audible = False
    try:
        with SoundReader(path, _RATE) as reader:
            for start in range(0, int(seconds * _RATE), _BLOCK):
                is_audible = is_audible or float(np.abs(reader.read(start, _BLOCK)).max()) > _SILENCE
    except Failed as error:
        raise BadInput(error.message, "export the file again from the program that made it") from error
    if not is_audible:
        raise BadInput(f"{path.name} is silent", "use a recording in which something is heard")
