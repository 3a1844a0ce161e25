"""A complete download: list the files of a repository, check the disk space, fetch each file into the model
store, and write the manifest last.
"""

from __future__ import annotations

import time
from dataclasses import replace

from milimo_tui.core.errors import BadInput, DiskFull
from milimo_tui.core.format import format_bytes
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog import families, model_lookup, own_pipelines
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, WeightFile
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.catalog.weight_headers import SINGLE_FILE_SUFFIXES, read_weights_header
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.hub import listing as listings
from milimo_tui.engines.hub.download_progress import DOWNLOADING, ProgressReporter
from milimo_tui.engines.hub.download_rate import DownloadRate
from milimo_tui.engines.hub.file_transfer import transfer_files
from milimo_tui.engines.hub.refusals import USUAL, RetryPolicy, retry_request
from milimo_tui.engines.hub.remote_files import Listing, RemoteFile
from milimo_tui.engines.hub.staging import DownloadStaging
from milimo_tui.engines.specs.weight_specs import FetchModel

ASKING = "asking the hub"
SETTLING = "in place"
# Approximate percentage of a download's duration that each stage takes
STAGES = {ASKING: 1.0, DOWNLOADING: 97.0, SETTLING: 2.0}


def download_model(spec: FetchModel, home: Home, context: Context, patience: RetryPolicy = USUAL) -> Result:
    """Download the weights of the spec into the model store. Either all files are installed or none.

    Raises the errors of `refusals`; DiskFull before the download begins if the disk is too small; Failed for
    a wrong hash; BadInput for files that are not weights of the expected family.
    """
    row = choose_row(spec)
    context.plan(STAGES)
    store = ModelStore(home.models)
    before = store.get(row.id)
    listing = _fetch_wanted_listing(row, spec, context, patience)
    staging = DownloadStaging.of(home.models / row.id, before)
    staging.check_space(listing.files)
    began = time.monotonic()
    pace = DownloadRate(listing.bytes, staging.count_present_bytes(listing.files), began)
    missing = listing.bytes - pace.done
    context.log(
        f"{listing.hub} at {listing.commit[:12]}: {format_bytes(listing.bytes)}, "
        f"{format_bytes(missing)} to come"
    )
    files = _fetch_missing_files(listing, staging, spec, ProgressReporter(context, pace), patience)
    _check_fetched_files(row, listing, staging)
    staging.move_into_place(listing.files)
    installed = store.register(_make_installed_weights(row, listing, files, before))
    staging.remove_leftovers(listing.files, before)
    _select_first_weights(store, installed)
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


def choose_row(spec: FetchModel) -> ModelRow:
    """Return the catalog's row for the spec, or a row made from the spec for weights outside the catalog.
    Raises NotFound, BadInput.
    """
    known = model_lookup.find_model_row(spec.model)
    if known is not None:
        return known
    if not (spec.hub and spec.family):
        raise model_lookup.make_unknown_model_error(spec.model)
    single = len(spec.files) == 1 and spec.files[0].endswith(SINGLE_FILE_SUFFIXES)
    return ModelRow(
        id=model_lookup.check_model_id(spec.model),
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


def _fetch_wanted_listing(
    row: ModelRow, spec: FetchModel, context: Context, patience: RetryPolicy
) -> Listing:
    context.progress(ASKING, 0, 1)
    reporter = ProgressReporter(context, DownloadRate(1, 0, time.monotonic()), ASKING)
    whole = retry_request(
        lambda: listings.fetch_listing(row.hub, spec.revision, spec.endpoint),
        row.hub,
        reporter.wait,
        patience,
    )
    context.progress(ASKING, 1, 1)
    return listings.select_listed_files(whole, spec.files or row.files, row.without)


def _fetch_missing_files(
    listing: Listing,
    staging: DownloadStaging,
    spec: FetchModel,
    reporter: ProgressReporter,
    patience: RetryPolicy,
) -> tuple[WeightFile, ...]:
    """Fetch the missing files. The smallest are fetched first, so that a wrong file is found early."""
    digests: dict[str, str] = {}
    # Missing files by `RemoteFile.key`, so that two files with the same content are fetched once
    missing: dict[str, RemoteFile] = {}
    for file in sorted(listing.files, key=lambda file: (file.bytes, file.name)):
        digest = staging.digest(file, lambda _: reporter.report_activity("checking what is there"))
        if digest:
            digests[file.key] = digest
        else:
            missing[file.key] = file
    if missing:
        wanted = replace(listing, files=tuple(missing.values()))
        try:
            digests |= transfer_files(wanted, spec.endpoint, staging, reporter, patience)
        except DiskFull as error:
            raise staging.make_disk_full_error(listing.bytes) from error
    reporter.report()
    return tuple(WeightFile(file.name, file.bytes, digests[file.key]) for file in listing.files)


def _check_fetched_files(row: ModelRow, listing: Listing, staging: DownloadStaging) -> None:
    """Check the files before they are moved into place: every weights file must be valid, and the weights
    must belong to the row's family.
    """
    if families.INDEX in row.files and all(file.name != families.INDEX for file in listing.files):
        raise BadInput(
            f"{row.hub} has no {families.INDEX}: it is not in the diffusers format",
            "search for the present repository: milimo model search",
        )
    if row.family == own_pipelines.GENERIC_FAMILY and all(
        file.name != families.INDEX for file in listing.files
    ):
        raise BadInput(
            f"{row.hub} has no {families.INDEX}: it is not a diffusers pipeline",
            "search for weights in that format: milimo model search",
        )
    for file in listing.files:
        waiting = staging.get_finished_path(file)
        path = waiting if waiting.is_file() else staging.get_final_path(file)
        if file.name.endswith(SINGLE_FILE_SUFFIXES):
            read_weights_header(path)
        if file.name == families.INDEX and row.role == "model":
            families.check_pipeline_family(path, row.family, row.title)
            if row.family == own_pipelines.GENERIC_FAMILY:
                own_pipelines.check_generic_index(path, row.title)
    if row.form == "file" and len(listing.files) != 1:
        names = ", ".join(file.name for file in listing.files)
        raise BadInput(
            f"{row.id} needs a single file, but {len(listing.files)} match: {names}", "name one: --file NAME"
        )


def _make_installed_weights(
    row: ModelRow, listing: Listing, files: tuple[WeightFile, ...], before: InstalledWeights | None
) -> InstalledWeights:
    path = ""
    if row.form == "file":
        path = f"{row.id}/{files[0].name}"
    elif row.inside:
        path = f"{row.id}/{row.inside}"
    new = InstalledWeights(
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


def _select_first_weights(store: ModelStore, installed: InstalledWeights) -> None:
    """Select the downloaded weights for their family if the user has selected none, or if tiny random weights
    are selected.
    """
    if installed.role != "model":
        return
    chosen = store.get(store.read_selection().get(installed.family, "") or installed.id)
    if chosen is None or chosen.tiny or chosen.id == installed.id:
        store.select(installed.family, installed.id)
