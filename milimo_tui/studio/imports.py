"""Bringing media files into a film: probed in a bounded child, hashed, then kept (managed) or linked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import HOST, explain, fsync_folder, require_space
from milimo_tui.core.ids import new_id
from milimo_tui.cut.streams import StreamFacts
from milimo_tui.media.facts import Facts, digest, probe_bounded
from milimo_tui.story.values import Asset, AssetKind, Sheet
from milimo_tui.studio.studio import Studio


def add(
    studio: Studio, path: Path, *, link: bool, check: Callable[[Facts], None] = lambda facts: None
) -> Asset:
    """Probe, hash and keep a file. A file already known by its content is returned as it is, unprobed.

    `check` sees what the file is before anything is kept, and may raise. Raises NotFound, BadInput, DiskFull.
    """
    if not path.is_file():
        raise NotFound(f"there is no file {path}", "milimo asset add FILE")
    _check_text(path)
    checksum = digest(path)
    project = studio.project()
    known = None if link else _known(studio, checksum)
    if known is not None:
        check(_facts(known))
        return project.add_asset(known)
    facts = probe_bounded(path)
    check(facts)
    asset = _asset(path, facts, checksum)
    if not link:
        asset = replace(asset, managed=True, path=_keep(studio, path, checksum))
    kept = project.add_asset(asset)
    if facts.sheet:
        project.note_sheet(Sheet(id=new_id("sheet"), asset=kept.id, reason=facts.sheet, by="its layout"))
    return kept


def _known(studio: Studio, checksum: str) -> Asset | None:
    """The managed asset of that content whose file is there."""
    root = studio.project().paths.root
    for asset in studio.snapshot().story.assets:
        if asset.managed and asset.digest == checksum and (root / asset.path).is_file():
            return asset
    return None


def _facts(asset: Asset) -> Facts:
    """What is known of a media file, as its probe told it."""
    return Facts(
        kind=asset.kind.value,
        frames=asset.frames,
        rate=asset.rate,
        width=asset.width,
        height=asset.height,
        seconds=asset.seconds,
        sample_rate=asset.sample_rate,
        channels=asset.channels,
        streams=StreamFacts.model_validate_json(asset.facts),
    )


def relink(studio: Studio, asset: Asset, path: Path) -> Asset:
    """Point a linked asset at its file's new place. Raises BadInput when it is another file."""
    if asset.managed:
        raise BadInput(
            f"{asset.name} lies inside the project and needs no link", "milimo asset show tells where"
        )
    if not path.is_file():
        raise NotFound(f"there is no file {path}", "milimo asset relink ID FILE")
    if asset.digest and digest(path) != asset.digest:
        raise BadInput(
            f"{path} is not the file that {asset.name} was", "add it as a new asset: milimo asset add"
        )
    _check_text(path)
    changed = replace(asset, path=str(path), mtime=path.stat().st_mtime)
    label = f"relink {asset.name}"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[asset], after=[changed])
    return changed


def _check_text(path: Path) -> None:
    """Raises BadInput for a path that can't be kept as text (bytes of another encoding)."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode(errors="replace").decode()
        raise BadInput(f"the name of {shown} is not Unicode", "rename the file, then add it") from error


def _asset(path: Path, facts: Facts, checksum: str) -> Asset:
    stat = path.stat()
    return Asset(
        id=new_id("asset"),
        kind=AssetKind(facts.kind),
        path=str(path),
        name=path.name,
        managed=False,
        digest=checksum,
        bytes=stat.st_size,
        mtime=stat.st_mtime,
        frames=facts.frames,
        rate=facts.rate,
        width=facts.width,
        height=facts.height,
        seconds=facts.seconds,
        sample_rate=facts.sample_rate,
        channels=facts.channels,
        created=HOST.now(),
        facts=facts.streams.model_dump_json(exclude_defaults=True),
    )


def _keep(studio: Studio, source: Path, checksum: str) -> str:
    """Copy into `media/` under its hash; returns the path relative to the project."""
    paths = studio.project().paths
    target = paths.media_file(checksum, source.suffix.lower())
    try:
        if not target.exists():
            require_space(paths.root, source.stat().st_size, f"add {source.name}")
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.part")
            shutil.copyfile(source, beside)
            with beside.open("rb") as handle:
                os.fsync(handle.fileno())
            os.replace(beside, target)
            fsync_folder(target.parent)
    except OSError as error:
        raise explain(error, target, "keep") from error
    return str(target.relative_to(paths.root))
