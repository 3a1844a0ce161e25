"""Bringing media files into a film: probed in a bounded child, hashed, then kept (managed) or linked.

`studio.media.media_files` finds them in folders, `studio.media.preparation` queues what is made of them
afterwards.
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

from milimo_tui.core.errors import BadInput, Cancelled, NotFound
from milimo_tui.core.format import plural
from milimo_tui.core.host import HOST, atomic_path, explain, fsync_folder, make_folders, require_space
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.streams import read_facts
from milimo_tui.media.files.facts import Facts, Prober, digest, digest_of_all, probe_bounded
from milimo_tui.media.files.numbered_files import Run
from milimo_tui.media.picture.luts import SUFFIX as LUT_SUFFIX
from milimo_tui.media.picture.luts import lut
from milimo_tui.media.read import packed_sequence
from milimo_tui.story.values.film import Asset, AssetKind, SheetVerdict
from milimo_tui.studio.media.media_files import Found
from milimo_tui.studio.session.interrupts import interrupts_deferred
from milimo_tui.studio.session.studio import Studio

HASHED_AT_ONCE = 256 * 10**6  # bytes of a linked file; the hash of a larger one is a job's

AHEAD = 4  # files that are probed while others are kept
TOGETHER = 100  # files whose rows are written at once; so many a kill leaves without

Check = Callable[[Facts], None]
Row = tuple[Asset, SheetVerdict | None]


def check_text(path: Path) -> None:
    """Raises BadInput for a path that can't be kept as text (bytes of another encoding)."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode(errors="replace").decode()
        raise BadInput(f"the name of {shown} is not Unicode", "rename the file, then add it") from error


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of files: the assets, and those that could not be taken in, with the reasons."""

    assets: tuple[Asset, ...]
    problems: tuple[tuple[Path, BadInput], ...]


@dataclass(frozen=True, slots=True)
class _Coming:
    """A file or sequence under way: its hash, what the film has of it, or why it can't be taken in.

    `probing`: the prober has been asked for it.
    """

    found: Found
    checksum: str = ""
    known: Asset | None = None
    probing: bool = False
    problem: BadInput | None = None


def add(
    studio: Studio,
    path: Path,
    *,
    link: bool,
    check: Check = lambda facts: None,
    prober: Prober | None = None,
) -> Asset:
    """Probe, hash and keep a file. A file already known by its content is returned as it is, unprobed.

    `check` sees what the file is before anything is kept, and may raise. `prober` is one that is open, for
    one file after the other. Raises NotFound, BadInput, DiskFull.
    """
    with nullcontext(prober) if prober else Prober() as probing:
        coming = _begun(Found(path), probing, {} if link else _known(studio), link=link)
        row = _finished(studio, coming, probing, link=link, check=check)
    return studio.project().facts.add_assets([row])[0]


def add_all(studio: Studio, found: Sequence[Found], rate: Fraction, *, link: bool) -> Arrived:
    """Take in files and image sequences (of that rate), probed in one process, their rows written together.

    What can't be read is left out and told. Raises Cancelled when the person stops it, DiskFull and the
    like: what was taken in until then stays in the film, whole.
    """
    assets: list[Asset] = []
    problems: list[tuple[Path, BadInput]] = []
    rows: list[Row] = []

    def write() -> None:
        if not rows:
            return
        assets.extend(studio.project().facts.add_assets(rows))
        rows.clear()

    known = {} if link else _known(studio)
    what = plural(len(found), "file")
    try:
        with (
            studio.counted(f"adding {what}", len(found)) as count,
            Prober() as prober,
            interrupts_deferred() as interrupts,  # between a file's bytes and its row
        ):
            for done, coming in enumerate(_ahead(found, prober, known, link=link)):
                count(done, coming.found.name)
                try:
                    if coming.found.run is not None:
                        rows.append(_sequence(studio, coming.found.run, rate, known, link=link))
                    else:
                        rows.append(_finished(studio, coming, prober, link=link))
                except BadInput as error:
                    problems.append((coming.found.path, error))
                if len(rows) == TOGETHER:
                    write()
                interrupts.let_through()
        write()
    except (KeyboardInterrupt, Cancelled) as stop:
        write()
        if not assets:
            raise Cancelled("stopped: nothing was added") from stop
        message = f"stopped: {len(assets)} of {what} were added and stay in the film"
        raise Cancelled(message, "milimo asset prepare makes their thumbnails") from stop
    finally:
        write()
    return Arrived(tuple(assets), tuple(problems))


def _ahead(
    found: Sequence[Found], prober: Prober, known: Mapping[str, Asset], *, link: bool
) -> Iterator[_Coming]:
    """The files in order, a few of them hashed and given to the prober before their turn."""
    begun: deque[_Coming] = deque()
    for each in found:
        begun.append(_begun(each, prober, known, link=link))
        if len(begun) > AHEAD:
            yield begun.popleft()
    yield from begun


def _begun(each: Found, prober: Prober, known: Mapping[str, Asset], *, link: bool) -> _Coming:
    if each.run is not None:
        return _Coming(each)
    path = each.path
    try:
        if not path.is_file():
            raise NotFound(f"there is no file {path}", "milimo asset add FILE")
        check_text(path)
        large = link and path.stat().st_size > HASHED_AT_ONCE
        checksum = "" if large else digest(path)
    except BadInput as error:
        return _Coming(each, problem=error)
    if checksum in known:
        return _Coming(each, checksum, known[checksum])
    if not _is_lut(path):
        prober.ask(path, depth="short")
    return _Coming(each, checksum, probing=not _is_lut(path))


def _finished(
    studio: Studio, coming: _Coming, prober: Prober, *, link: bool, check: Check = lambda facts: None
) -> Row:
    """The row of a file whose turn it is, its bytes kept where they are to be. Raises BadInput, DiskFull."""
    path = coming.found.path
    if coming.problem is not None:
        raise coming.problem
    if coming.known is not None:
        check(facts_of(coming.known))
        return coming.known, None
    facts = prober.answer() if coming.probing else probed(path)
    check(facts)
    asset = new_asset(path, facts, coming.checksum)
    if not link:
        asset = replace(asset, managed=True, path=keep(studio.project().paths, path, coming.checksum))
    return asset, _sheet(asset, facts)


def _sequence(studio: Studio, run: Run, rate: Fraction, known: Mapping[str, Asset], *, link: bool) -> Row:
    """Numbered pictures as one moving picture: packed into one file as they are, or linked in place.

    Raises NotFound, BadInput for pictures that differ or can't be packed, DiskFull.
    """
    check_text(run.first)
    facts = probe_bounded(run.first, rate=rate, depth="short" if link else "head")
    size = sum(path.stat().st_size for path in run.paths)
    if link:
        checksum = "" if size > HASHED_AT_ONCE else digest_of_all(run.paths)
        asset = new_asset(run.first, facts, checksum)
        return replace(asset, name=run.name, bytes=size), _sheet(asset, facts)
    paths = studio.project().paths
    require_space(paths.root, 2 * size, f"add {run.name}")
    with tempfile.TemporaryDirectory(prefix=".packing-", dir=paths.root) as folder:
        packed = packed_sequence.pack_bounded(run, rate, Path(folder))
        checksum = digest(packed)
        if checksum in known:
            return known[checksum], None
        facts = probe_bounded(packed, depth="short")
        streams = facts.streams.with_trouble(run.trouble(), facts.streams.trouble)
        facts = replace(facts, streams=streams)
        asset = replace(new_asset(packed, facts, checksum), name=run.name, managed=True)
        return replace(asset, path=keep(paths, packed, checksum)), _sheet(asset, facts)


def _is_lut(path: Path) -> bool:
    return path.suffix.lower() == LUT_SUFFIX


def probed(path: Path) -> Facts:
    """What a file is: a LUT by its text, anything else by a bounded probe. Raises BadInput, NotFound."""
    if _is_lut(path):
        found = lut(str(path))
        # One of one dimension is as a picture of one row.
        return Facts(kind=AssetKind.LUT.value, width=found.size, height=None if found.dimensions == 3 else 1)
    return probe_bounded(path, depth="short")


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
            with atomic_path(target, "keep") as beside:
                shutil.copyfile(source, beside)
        fsync_folder(target.parent)
    except OSError as error:
        raise explain(error, target, "keep") from error
    return str(target.relative_to(paths.root))


def _sheet(asset: Asset, facts: Facts) -> SheetVerdict | None:
    """What is noted of a picture that looks like a reference sheet."""
    if not facts.sheet:
        return None
    return SheetVerdict(id=new_id("sheet"), asset=asset.id, reason=facts.sheet, by="its layout")


def _known(studio: Studio) -> dict[str, Asset]:
    """The managed assets whose files are there, by the hash of their content."""
    root = studio.project().paths.root
    assets = [asset for asset in reversed(studio.snapshot().story.assets) if asset.managed and asset.digest]
    return {asset.digest: asset for asset in assets if (root / asset.path).is_file()}
