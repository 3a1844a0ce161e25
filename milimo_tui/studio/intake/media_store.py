"""Storage of finished files: a file is moved to the film's `media/` under its hash and becomes an asset.

Each step can safely be repeated. No media file is decoded here.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from milimo_tui.core.errors import Damaged, NotFound
from milimo_tui.core.host import HOST, explain_os_error, fsync_folder, make_folders, replace_file_atomically
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import parse_ratio
from milimo_tui.engines.contract.engine import Output
from milimo_tui.story.values.film import Asset, AssetKind


def move_into_media(
    paths: ProjectPaths, output: Output, kind: AssetKind, name: str = ""
) -> tuple[Path, Asset]:
    """Move a finished file into `media/` under its hash. Return its new path and a new asset.

    A repeated call finds the file already there. `name` is the name shown to the user.
    """
    source = Path(output.path)
    target = paths.build_media_path(output.digest, source.suffix)
    if not source.exists() and not target.exists():
        raise Damaged(
            f"the {output.role} was removed before it was recorded", "Milimo makes it again automatically"
        )
    try:
        if not target.exists():
            # If the film was moved away, its folder must not be created again at the old place.
            if not paths.root.is_dir():
                raise NotFound(
                    f"there is no film at {paths.root}", "restore the folder, then run milimo job retry"
                )
            make_folders(target.parent)
            move_file(source, target)
        # An earlier process may have moved the file and ended before this step, so the folder is synced in
        # every case.
        fsync_folder(target.parent)
    except OSError as error:
        raise explain_os_error(error, target, "keep") from error
    facts = output.facts
    asset = Asset(
        id=new_id("asset"),
        kind=kind,
        path=str(target.relative_to(paths.root)),
        name=name or target.name,
        digest=output.digest,
        bytes=output.bytes,
        frames=facts.get("frames"),
        rate=parse_ratio(facts["rate"]) if facts.get("rate") else None,
        width=facts.get("width"),
        height=facts.get("height"),
        seconds=parse_ratio(facts["seconds"]) if facts.get("seconds") else None,
        sample_rate=facts.get("sample_rate"),
        channels=facts.get("channels"),
        created=HOST.now(),
        facts=json.dumps(facts.get("streams", {})),
    )
    return target, asset


def move_file(source: Path, target: Path) -> None:
    """Rename a file. Across file systems, copy to a temporary file next to the target so that it appears
    complete.
    """
    try:
        os.replace(source, target)
    except OSError:
        if not source.exists():
            raise
        with replace_file_atomically(target, "keep") as temporary:
            shutil.copyfile(source, temporary)
        source.unlink()
