"""Import of media files into a film.

Each file is probed in a child process with limited resources, and hashed. It is then copied into the film
(managed) or used in place (linked). `studio.media.media_files` finds files in folders, and
`studio.media.preparation` queues jobs for the imported files.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import BadInput, Cancelled
from milimo_tui.core.format import format_count
from milimo_tui.core.host import (
    HOST,
    explain_os_error,
    fsync_folder,
    make_folders,
    replace_file_atomically,
    require_free_space,
    require_unicode_path,
)
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.streams import parse_stream_facts
from milimo_tui.media.files.facts import (
    MediaFileFacts,
    Prober,
    digest,
    hash_image_sequence,
    probe_in_subprocess,
)
from milimo_tui.media.files.file_stamp import stamp_file
from milimo_tui.media.files.numbered_files import NumberedSequence
from milimo_tui.media.picture.luts import SUFFIX as LUT_SUFFIX
from milimo_tui.media.picture.luts import load_lut
from milimo_tui.media.read import packed_sequence
from milimo_tui.story.values.film import Asset, AssetKind, SheetVerdict
from milimo_tui.studio.media.media_files import MediaToImport, require_ordinary_file
from milimo_tui.studio.session.interrupts import defer_interrupts
from milimo_tui.studio.session.studio import Studio

# The size in bytes up to which a linked file is hashed at once. A job hashes larger files.
HASHED_AT_ONCE = 256 * 10**6

AHEAD = 4  # The number of files that are probed in advance while earlier files are copied.
# The number of files whose rows are written together. If the process is killed, at most this many rows are
# lost.
ROWS_PER_WRITE = 100

Check = Callable[[MediaFileFacts], None]
Row = tuple[Asset, SheetVerdict | None]


@dataclass(frozen=True, slots=True)
class MediaImport:
    """The result of an import: the assets, and the files that could not be imported, with the reasons."""

    assets: tuple[Asset, ...]
    problems: tuple[tuple[Path, BadInput], ...]


@dataclass(frozen=True, slots=True)
class _PendingImport:
    """A file or image sequence during its import.

    `checksum` is its hash, `stamp` the stamp of the file before it was hashed, and `known` an existing asset
    with the same content. `probing` is True if the prober has been asked for the file. `problem` is the error
    that prevents the import.
    """

    found: MediaToImport
    checksum: str = ""
    stamp: str = ""
    known: Asset | None = None
    probing: bool = False
    problem: BadInput | None = None


def add_media(
    studio: Studio,
    path: Path,
    *,
    link: bool,
    check: Check = lambda facts: None,
    prober: Prober | None = None,
) -> Asset:
    """Import a file and return its asset. If the film has a file with the same content, return that asset
    without a probe.

    `check` gets the facts of the file before the import and may raise an error. `prober` is an open prober,
    for a series of files. Raises NotFound, BadInput, DiskFull.
    """
    with nullcontext(prober) if prober else Prober() as probing:
        coming = _begin_import(
            MediaToImport(path), probing, {} if link else _list_known_digests(studio), link=link
        )
        row = _finish_import(studio, coming, probing, link=link, check=check)
    return studio.require_project().facts.add_assets([row])[0]


def add_all_media(
    studio: Studio, found: Sequence[MediaToImport], rate: Fraction, *, link: bool
) -> MediaImport:
    """Import files and image sequences. One probe process examines all files, and the database rows are
    written in groups.

    `rate` is the frame rate of image sequences. Unreadable files are reported in the result. Raises Cancelled
    if the user stops the import, and errors such as DiskFull. Files that were imported before the error stay
    in the film.
    """
    assets: list[Asset] = []
    problems: list[tuple[Path, BadInput]] = []
    rows: list[Row] = []

    def write_rows() -> None:
        if not rows:
            return
        assets.extend(studio.require_project().facts.add_assets(rows))
        rows.clear()

    known = {} if link else _list_known_digests(studio)
    what = format_count(len(found), "file")
    try:
        with (
            studio.counted(f"adding {what}", len(found)) as count,
            Prober() as prober,
            # An interrupt must not separate the copy of a file from writing its row.
            defer_interrupts() as interrupts,
        ):
            for done, coming in enumerate(_probe_ahead(found, prober, known, link=link)):
                count(done, coming.found.name)
                try:
                    if coming.found.run is not None:
                        rows.append(_import_sequence(studio, coming.found.run, rate, known, link=link))
                    else:
                        rows.append(_finish_import(studio, coming, prober, link=link))
                except BadInput as error:
                    problems.append((coming.found.path, error))
                if len(rows) == ROWS_PER_WRITE:
                    write_rows()
                interrupts.raise_if_interrupted()
        write_rows()
    except (KeyboardInterrupt, Cancelled) as stop:
        write_rows()
        if not assets:
            raise Cancelled("stopped; nothing was added") from stop
        message = f"stopped: {len(assets)} of {what} were added and stay in the film"
        raise Cancelled(message, "milimo asset prepare makes the thumbnails") from stop
    finally:
        write_rows()
    return MediaImport(tuple(assets), tuple(problems))


def _probe_ahead(
    found: Sequence[MediaToImport], prober: Prober, known: Mapping[str, Asset], *, link: bool
) -> Iterator[_PendingImport]:
    """Yield the files in order, each hashed and given to the prober. To save time, a few files after the
    current file are hashed and given to the prober in advance.
    """
    pending: deque[_PendingImport] = deque()
    for each in found:
        pending.append(_begin_import(each, prober, known, link=link))
        if len(pending) > AHEAD:
            yield pending.popleft()
    yield from pending


def _begin_import(
    each: MediaToImport, prober: Prober, known: Mapping[str, Asset], *, link: bool
) -> _PendingImport:
    if each.run is not None:
        return _PendingImport(each)
    path = each.path
    stamp = stamp_file(str(path))
    try:
        require_ordinary_file(path)
        require_unicode_path(path)
        large = link and path.stat().st_size > HASHED_AT_ONCE
        checksum = "" if large else digest(path)
    except BadInput as error:
        return _PendingImport(each, problem=error)
    if checksum in known:
        return _PendingImport(each, checksum, stamp, known[checksum])
    if not _is_lut(path):
        prober.request_probe(path, depth="short")
    return _PendingImport(each, checksum, stamp, probing=not _is_lut(path))


def _finish_import(
    studio: Studio, coming: _PendingImport, prober: Prober, *, link: bool, check: Check = lambda facts: None
) -> Row:
    """Finish the import of one file. Return a tuple of its asset and a note. The note is None unless the
    picture looks like a reference sheet (several views of one thing). A managed file is copied into the film
    first.

    Raises BadInput, DiskFull.
    """
    path = coming.found.path
    if coming.problem is not None:
        raise coming.problem
    if coming.known is not None:
        check(get_media_facts(coming.known))
        return coming.known, None
    facts = prober.wait_for_facts() if coming.probing else probe_media(path)
    check(facts)
    asset = make_linked_asset(path, facts, coming.checksum)
    if not link:
        _require_unchanged_file(path, coming.stamp)
        asset = replace(
            asset, managed=True, path=copy_into_media(studio.require_project().paths, path, coming.checksum)
        )
        _require_unchanged_copy(studio.require_project().paths.root / asset.path, coming)
    return asset, _make_sheet_verdict(asset, facts)


def _require_unchanged_file(path: Path, stamp: str) -> None:
    """Raise BadInput if a file has changed since it got its stamp, as a recording that is still running."""
    if stamp_file(str(path)) != stamp:
        raise BadInput(
            f"{path.name} changes while it is read", "add it again when the other program has finished"
        )


def _require_unchanged_copy(copy: Path, coming: _PendingImport) -> None:
    """Remove a copy and raise BadInput if its original has changed since it was hashed."""
    try:
        _require_unchanged_file(coming.found.path, coming.stamp)
    except BadInput:
        if digest(copy) != coming.checksum:
            copy.unlink(missing_ok=True)
        raise


def _import_sequence(
    studio: Studio, run: NumberedSequence, rate: Fraction, known: Mapping[str, Asset], *, link: bool
) -> Row:
    """Import numbered pictures as one video at `rate`: packed into one file without loss, or linked in place.

    Raises NotFound, DiskFull, and BadInput for pictures that do not match each other or can't be packed.
    """
    require_unicode_path(run.first)
    facts = probe_in_subprocess(run.first, rate=rate, depth="short" if link else "head")
    size = sum(path.stat().st_size for path in run.paths)
    if link:
        checksum = "" if size > HASHED_AT_ONCE else hash_image_sequence(run.paths)
        asset = make_linked_asset(run.first, facts, checksum)
        return replace(asset, name=run.name, bytes=size), _make_sheet_verdict(asset, facts)
    paths = studio.require_project().paths
    require_free_space(paths.root, 2 * size, f"add {run.name}")
    with tempfile.TemporaryDirectory(prefix=".packing-", dir=paths.root) as folder:
        packed = packed_sequence.pack_in_subprocess(run, rate, Path(folder))
        checksum = digest(packed)
        if checksum in known:
            return known[checksum], None
        facts = probe_in_subprocess(packed, depth="short")
        streams = facts.streams.with_trouble(run.describe_missing_pictures(), facts.streams.trouble)
        facts = replace(facts, streams=streams)
        asset = replace(make_linked_asset(packed, facts, checksum), name=run.name, managed=True)
        return replace(asset, path=copy_into_media(paths, packed, checksum)), _make_sheet_verdict(
            asset, facts
        )


def _is_lut(path: Path) -> bool:
    return path.suffix.lower() == LUT_SUFFIX


def probe_media(path: Path) -> MediaFileFacts:
    """Return the facts about a media file, such as its kind, size and length. A LUT is read as text; any
    other file is examined by a probe process with limited resources. Raises BadInput, NotFound.
    """
    if _is_lut(path):
        found = load_lut(str(path))
        # A LUT has no picture size, so its table size is the width. A height of 1 marks a one-dimensional
        # LUT.
        return MediaFileFacts(
            kind=AssetKind.LUT.value, width=found.size, height=None if found.dimensions == 3 else 1
        )
    return probe_in_subprocess(path, depth="short")


def get_media_facts(asset: Asset) -> MediaFileFacts:
    """Return the facts about a media file that the film has stored since the file was probed."""
    return MediaFileFacts(
        kind=asset.kind.value,
        frames=asset.frames,
        rate=asset.rate,
        width=asset.width,
        height=asset.height,
        seconds=asset.seconds,
        sample_rate=asset.sample_rate,
        channels=asset.channels,
        streams=parse_stream_facts(asset.facts),
    )


def make_linked_asset(path: Path, facts: MediaFileFacts, checksum: str) -> Asset:
    """Return a new linked asset for the file at `path`."""
    stat = path.stat()
    return replace_media_facts(
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


def replace_media_facts(asset: Asset, facts: MediaFileFacts) -> Asset:
    """Return the asset with its facts (such as size and length) replaced by `facts`, which were read from its
    present file.
    """
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


def copy_into_media(paths: ProjectPaths, source: Path, checksum: str) -> str:
    """Copy a file into `media/` under its hash; return the path relative to the project. Raises DiskFull."""
    target = paths.build_media_path(checksum, source.suffix.lower())
    try:
        if not target.exists():
            require_free_space(paths.root, source.stat().st_size, f"add {source.name}")
            make_folders(target.parent)
            with replace_file_atomically(target, "keep") as temporary:
                shutil.copyfile(source, temporary)
        fsync_folder(target.parent)
    except OSError as error:
        raise explain_os_error(error, target, "keep") from error
    return str(target.relative_to(paths.root))


def _make_sheet_verdict(asset: Asset, facts: MediaFileFacts) -> SheetVerdict | None:
    """Return a verdict that a picture is a reference sheet (several views of one thing) if the prober found
    such a layout, so that no take begins with this picture. Return None for any other file.
    """
    if not facts.sheet:
        return None
    return SheetVerdict(id=new_id("sheet"), asset=asset.id, reason=facts.sheet, by="its layout")


def _list_known_digests(studio: Studio) -> dict[str, Asset]:
    """Return the managed assets whose files exist, by the hash of their content."""
    root = studio.require_project().paths.root
    assets = [
        asset for asset in reversed(studio.take_snapshot().story.assets) if asset.managed and asset.digest
    ]
    return {asset.digest: asset for asset in assets if (root / asset.path).is_file()}
