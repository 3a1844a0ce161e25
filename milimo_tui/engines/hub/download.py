"""A download from the listing to the model store: list the files, check the disk space, fetch each file, and
write the manifest last.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import httpx2
from huggingface_hub import hf_hub_url
from huggingface_hub.utils._headers import build_hf_headers

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import bytes_text
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog import families, model_lookup, own_pipelines
from milimo_tui.engines.catalog.installed_weights import Installed, WeightFile
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.catalog.weight_headers import SINGLE, header_of
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.hub import listing as listings
from milimo_tui.engines.hub.download_progress import DOWNLOADING, ProgressReporter
from milimo_tui.engines.hub.download_rate import DownloadRate
from milimo_tui.engines.hub.file_transfer import Source
from milimo_tui.engines.hub.file_transfer import fetch as fetch_file
from milimo_tui.engines.hub.refusals import USUAL, Patience, milimo_error, retry_after
from milimo_tui.engines.hub.remote_files import Listing
from milimo_tui.engines.hub.staging import Staging
from milimo_tui.engines.specs.weight_specs import FetchModel

ASKING = "asking the hub"
SETTLING = "in place"
STAGES = {ASKING: 1.0, DOWNLOADING: 97.0, SETTLING: 2.0}  # approximate relative durations
T = TypeVar("T")


def fetch(spec: FetchModel, home: Home, context: Context, patience: Patience = USUAL) -> Result:
    """Download the weights of the spec into the model store, all or nothing.

    Raises the errors of `refusals`; DiskFull before the download begins if the disk is too small; Failed for
    a wrong hash; BadInput for files that are no weights of that family.
    """
    row = wanted(spec)
    context.plan(STAGES)
    store = ModelStore(home.models)
    before = store.get(row.id)
    listing = _listing(row, spec, context, patience)
    staging = Staging.of(home.models / row.id, before)
    staging.check_space(listing.files)
    began = time.monotonic()
    pace = DownloadRate(listing.bytes, sum(staging.there(file) for file in listing.files), began)
    missing = listing.bytes - pace.done
    context.log(
        f"{listing.hub} at {listing.commit[:12]}: {bytes_text(listing.bytes)}, {bytes_text(missing)} to come"
    )
    files = _all_files(listing, staging, spec, ProgressReporter(context, pace), patience)
    _check(row, listing, staging)
    staging.settle(listing.files)
    installed = store.register(_installed(row, listing, files, before))
    staging.clear(listing.files, before)
    _choose(store, installed)
    context.progress(SETTLING, 1, 1)
    return Result(
        facts={
            "model": row.id,
            "revision": listing.commit,
            "bytes": listing.bytes,
            "fetched": missing,
            "seconds": round(time.monotonic() - began, 1),
            "digest": installed.digest,
        }
    )


def wanted(spec: FetchModel) -> ModelRow:
    """Return the row of the registry, or a row made from the spec. Raises NotFound, BadInput."""
    known = model_lookup.find(spec.model)
    if known is not None:
        return known
    if not (spec.hub and spec.family):
        raise model_lookup.unknown(spec.model)
    single = len(spec.files) == 1 and spec.files[0].endswith(SINGLE)
    return ModelRow(
        id=model_lookup.safe_id(spec.model),
        title=spec.hub,
        family=spec.family,
        role=spec.role or "model",
        generation=spec.generation,
        does="",
        bytes=0,
        memory_gb=0,
        hub=spec.hub,
        licence="",
        evidence="guessed",
        form="file" if single else "folder",
    )


def _listing(row: ModelRow, spec: FetchModel, context: Context, patience: Patience) -> Listing:
    context.progress(ASKING, 0, 1)
    whole = patiently(
        context, row.hub, lambda: listings.fetch_listing(row.hub, spec.revision, spec.endpoint), patience
    )
    context.progress(ASKING, 1, 1)
    return listings.chosen(whole, spec.files or row.files, row.without)


def patiently(context: Context, hub: str, act: Callable[[], T], patience: Patience = USUAL) -> T:
    """Call `act` and repeat it after a pause if that may help. Raises the error made by
    `refusals.milimo_error`.
    """
    for nth, wait in enumerate(patience.waits, 1):
        try:
            return act()
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, KeyError, TypeError) as error:
            # the last three errors come from a response that is not the hub's
            seconds = retry_after(error, patience.most)
            if seconds is None or nth == patience.tries:
                raise milimo_error(error, hub) from error
            ProgressReporter(context, DownloadRate(1, 0, time.monotonic()), ASKING).wait(
                max(seconds, wait),
                "the hub does not answer" if not seconds else "the hub asks for patience",
            )
    raise AssertionError("the last try returns or raises")


def _all_files(
    listing: Listing, staging: Staging, spec: FetchModel, reporter: ProgressReporter, patience: Patience
) -> tuple[WeightFile, ...]:
    """Fetch the missing files; the smallest first, so that a wrong file is found early."""
    headers = build_hf_headers(library_name="milimo", library_version=__version__)
    found: dict[str, WeightFile] = {}
    for file in sorted(listing.files, key=lambda file: (file.bytes, file.name)):
        digest = staging.digest(file, lambda _: reporter.awake("checking what is there"))
        if not digest:
            url = hf_hub_url(
                listing.hub, file.name, revision=listing.commit or None, endpoint=spec.endpoint or None
            )
            digest = fetch_file(
                file, Source(url, headers, listing.hub), staging.part(file), reporter, patience
            )
            staging.keep(file)
        found[file.name] = WeightFile(file.name, file.bytes, digest)
    reporter.report()
    return tuple(found[file.name] for file in listing.files)


def _check(row: ModelRow, listing: Listing, staging: Staging) -> None:
    """Check the files before they are moved into place: every weights file is valid, and the family is
    right.
    """
    if families.INDEX in row.files and all(file.name != families.INDEX for file in listing.files):
        raise BadInput(
            f"{row.hub} holds no {families.INDEX}: it is not laid out for diffusers",
            "its makers may have moved it: milimo model search",
        )
    if row.family == own_pipelines.OTHERS and all(file.name != families.INDEX for file in listing.files):
        raise BadInput(
            f"{row.hub} holds no {families.INDEX}: it is no pipeline of diffusers",
            "its makers may have one laid out so: milimo model search",
        )
    for file in listing.files:
        waiting = staging.finished(file)
        path = waiting if waiting.is_file() else staging.place(file)
        if file.name.endswith(SINGLE):
            header_of(path)
        if file.name == families.INDEX and row.role == "model":
            families.check_family(path, row.family, row.title)
            if row.family == own_pipelines.OTHERS:
                own_pipelines.check_index(path, row.title)
    if row.form == "file" and len(listing.files) != 1:
        names = ", ".join(file.name for file in listing.files)
        raise BadInput(
            f"{row.id} is one file, and {len(listing.files)} fit: {names}", "name one: --file NAME"
        )


def _installed(
    row: ModelRow, listing: Listing, files: tuple[WeightFile, ...], before: Installed | None
) -> Installed:
    path = ""
    if row.form == "file":
        path = f"{row.id}/{files[0].name}"
    elif row.inside:
        path = f"{row.id}/{row.inside}"
    new = Installed(
        id=row.id,
        family=row.family,
        role=row.role,
        generation=row.generation,
        title=row.title,
        path=path,
        form=row.form,
        base=row.base,
        control=row.control,
        hub=row.hub,
        revision=listing.commit,
        licence=row.licence,
        files=files,
    )
    return replace(new, trigger=before.trigger) if before else new


def _choose(store: ModelStore, installed: Installed) -> None:
    """Select the downloaded weights if the family has no selection or only tiny weights."""
    if installed.role != "model":
        return
    chosen = store.get(store.selected().get(installed.family, "") or installed.id)
    if chosen is None or chosen.tiny or chosen.id == installed.id:
        store.select(installed.family, installed.id)
