"""Prepare imported media with jobs of the quick lane, the lane for short jobs. The jobs compute the hash and
make thumbnails, a waveform and a proxy.

The studio also works without these files, but slower. Files that are already in the cache are not made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.conform import needs_proxy
from milimo_tui.engines.specs.file_specs import MakePeaks, MakeProxy, MakeThumbnails, Probe
from milimo_tui.engines.specs.spec_values import SpecValue
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.media.imports import get_media_facts
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio

# The longest label, in characters, that the queue accepts. The rest of a longer label is cut off.
MAX_LABEL = 300
# The size in pixels above which a picture gets a thumbnail. A smaller picture is shown directly.
LARGE_STILL = 4_000_000


def list_preparation_requests(studio: Studio, assets: Iterable[Asset], batch: str = "") -> list[JobRequest]:
    """Return the jobs that prepare the assets. An asset that is offline or needs no preparation, such as a
    small picture, gets no job.
    """
    paths = studio.require_project().paths
    there = [asset for asset in assets if get_asset_path(paths, asset).is_file()]
    return [
        JobRequest(
            spec=spec.model_dump(mode="json"),
            label=f"{what} of {asset.name}"[:MAX_LABEL],
            project=str(paths.root),
            batch=batch,
        )
        for asset in there
        for what, spec in _list_preparation_specs(paths, asset)
    ]


def queue_preparation(studio: Studio, assets: Sequence[Asset]) -> list[str]:
    """Queue the preparation of the assets as one batch, and return the ids of the jobs. Raises Unavailable if
    the queue cannot be reached.
    """
    label = f"prepare {assets[0].name}" if len(assets) == 1 else f"prepare {len(assets)} files"
    batch = BatchRequest(label=label[:MAX_LABEL], project=str(studio.require_project().paths.root))
    wanted = list_preparation_requests(studio, assets, batch.id)
    return studio.require_client().submit_jobs(wanted, batches=[batch]) if wanted else []


def _list_preparation_specs(paths: ProjectPaths, asset: Asset) -> list[tuple[str, SpecValue]]:
    path, cache = str(get_asset_path(paths, asset)), str(paths.cache)
    facts = get_media_facts(asset)
    rate = asset.rate if facts.streams.is_sequence else None
    specs: list[tuple[str, SpecValue]] = []
    if not asset.digest:
        specs.append(("hash", Probe(input=path, rate=rate, asset=asset.id)))
    if asset.kind is AssetKind.VIDEO or _is_large_still(asset):
        specs.append(("thumbnails", MakeThumbnails(input=path, cache=cache, rate=rate)))
    if asset.channels:
        specs.append(("waveform", MakePeaks(input=path, cache=cache)))
    if asset.kind is AssetKind.VIDEO and needs_proxy(facts.streams.picture):
        specs.append(("proxy", MakeProxy(input=path, cache=cache, rate=rate)))
    return specs


def _is_large_still(asset: Asset) -> bool:
    return asset.kind is AssetKind.PICTURE and (asset.width or 0) * (asset.height or 0) > LARGE_STILL
