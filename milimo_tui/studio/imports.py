"""Bringing media files into a film: probed in a bounded child, hashed, then kept (managed) or linked.

One file or one image sequence at a time; `studio.gathering` finds them in folders, `studio.preparing` queues
what is made of them afterwards.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import NotFound
from milimo_tui.core.host import HOST, explain, fsync_file, fsync_folder, make_folders, require_space
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.streams import read_facts
from milimo_tui.media import packing
from milimo_tui.media.cube import SUFFIX as LUT_SUFFIX
from milimo_tui.media.cube import check_cube
from milimo_tui.media.facts import Facts, digest, digest_of_all, probe_bounded
from milimo_tui.media.numbered import Run
from milimo_tui.story.values import Asset, AssetKind, Sheet
from milimo_tui.studio.paths_text import check_text
from milimo_tui.studio.studio import Studio

HASHED_AT_ONCE = 256 * 10**6  # bytes of a linked file; the hash of a larger one is a job's

Check = Callable[[Facts], None]


def add(studio: Studio, path: Path, *, link: bool, check: Check = lambda facts: None) -> Asset:
    """Probe, hash and keep a file. A file already known by its content is returned as it is, unprobed.

    `check` sees what the file is before anything is kept, and may raise. Raises NotFound, BadInput, DiskFull.
    """
    if not path.is_file():
        raise NotFound(f"there is no file {path}", "milimo asset add FILE")
    check_text(path)
    large = link and path.stat().st_size > HASHED_AT_ONCE
    checksum = "" if large else digest(path)
    known = None if link else _known(studio, checksum)
    if known is not None:
        check(facts_of(known))
        return studio.project().facts.add_asset(known)
    facts = looked_at(path)
    check(facts)
    asset = new_asset(path, facts, checksum)
    if not link:
        asset = replace(asset, managed=True, path=keep(studio.project().paths, path, checksum))
    return _taken_in(studio, asset, facts)


def add_sequence(studio: Studio, run: Run, rate: Fraction, *, link: bool) -> Asset:
    """Bring numbered pictures in as one moving picture: packed into one file as they are, or linked in place.

    Raises NotFound, BadInput for pictures that differ or can't be packed, DiskFull.
    """
    check_text(run.first)
    facts = probe_bounded(run.first, rate=rate)
    size = sum(path.stat().st_size for path in run.paths)
    if link:
        checksum = "" if size > HASHED_AT_ONCE else digest_of_all(run.paths)
        asset = new_asset(run.first, facts, checksum)
        return _taken_in(studio, replace(asset, name=run.name, bytes=size), facts)
    paths = studio.project().paths
    require_space(paths.root, 2 * size, f"add {run.name}")
    with tempfile.TemporaryDirectory(prefix=".packing-", dir=paths.root) as folder:
        packed = packing.pack_bounded(run, rate, Path(folder))
        checksum = digest(packed)
        known = _known(studio, checksum)
        if known is not None:
            return studio.project().facts.add_asset(known)
        facts = probe_bounded(packed)
        told = facts.streams.model_copy(update={"trouble": run.trouble()})
        facts = replace(facts, streams=told)
        asset = replace(new_asset(packed, facts, checksum), name=run.name, managed=True)
        return _taken_in(studio, replace(asset, path=keep(paths, packed, checksum)), facts)


def looked_at(path: Path) -> Facts:
    """What a file is: a LUT by its text, anything else by a bounded probe. Raises BadInput, NotFound."""
    if path.suffix.lower() == LUT_SUFFIX:
        side = check_cube(path)
        return Facts(kind=AssetKind.LUT.value, width=side)
    return probe_bounded(path)


def facts_of(asset: Asset) -> Facts:
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
        streams=read_facts(asset.facts),
    )


def new_asset(path: Path, facts: Facts, checksum: str) -> Asset:
    """A linked asset of a file, by its facts."""
    stat = path.stat()
    return with_facts(
        Asset(
            id=new_id("asset"),
            kind=AssetKind(facts.kind),
            path=str(path),
            name=path.name,
            managed=False,
            digest=checksum,
            bytes=stat.st_size,
            mtime=stat.st_mtime,
            created=HOST.now(),
        ),
        facts,
    )


def with_facts(asset: Asset, facts: Facts) -> Asset:
    """The asset, its facts those of its file now."""
    return replace(
        asset,
        frames=facts.frames,
        rate=facts.rate,
        width=facts.width,
        height=facts.height,
        seconds=facts.seconds,
        sample_rate=facts.sample_rate,
        channels=facts.channels,
        facts=facts.streams.model_dump_json(exclude_defaults=True),
    )


def keep(paths: ProjectPaths, source: Path, checksum: str) -> str:
    """Copy into `media/` under its hash; returns the path relative to the project. Raises DiskFull."""
    target = paths.media_file(checksum, source.suffix.lower())
    try:
        if not target.exists():
            require_space(paths.root, source.stat().st_size, f"add {source.name}")
            make_folders(target.parent)
            beside = target.with_name(f".{target.name}.part")
            shutil.copyfile(source, beside)
            fsync_file(beside)
            os.replace(beside, target)
        fsync_folder(target.parent)
    except OSError as error:
        raise explain(error, target, "keep") from error
    return str(target.relative_to(paths.root))


def _taken_in(studio: Studio, asset: Asset, facts: Facts) -> Asset:
    project = studio.project()
    kept = project.facts.add_asset(asset)
    if facts.sheet:
        project.facts.note_sheet(
            Sheet(id=new_id("sheet"), asset=kept.id, reason=facts.sheet, by="its layout")
        )
    return kept


def _known(studio: Studio, checksum: str) -> Asset | None:
    """The managed asset of that content whose file is there."""
    root = studio.project().paths.root
    for asset in studio.snapshot().story.assets:
        if asset.managed and asset.digest == checksum and (root / asset.path).is_file():
            return asset
    return None
