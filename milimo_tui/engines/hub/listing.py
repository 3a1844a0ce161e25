"""The list of files of a hub repository at one commit, with names, sizes and hashes. The module queries the
hub and fetches no files.
"""

from __future__ import annotations

from collections.abc import Sequence

from huggingface_hub import HfApi
from huggingface_hub.hf_api import RepoSibling

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.engines.catalog.recorded_listings import is_file_wanted
from milimo_tui.engines.catalog.safetensors_headers import PICKLES
from milimo_tui.engines.hub.remote_files import Listing, RemoteFile

ASK_SECONDS = 20.0


def fetch_listing(hub: str, revision: str, endpoint: str) -> Listing:
    """Return the list of all files of repository `hub` at `revision`. Raises the errors of
    huggingface_hub.
    """
    api = HfApi(endpoint=endpoint or None)
    info = api.model_info(hub, revision=revision or None, files_metadata=True, timeout=ASK_SECONDS)
    files = tuple(sorted((_make_remote_file(one) for one in info.siblings or ()), key=lambda file: file.name))
    return Listing(hub, info.sha or "", files)


def select_listed_files(listing: Listing, wanted: Sequence[str], without: Sequence[str]) -> Listing:
    """Return the listing reduced to the files that match a pattern of `wanted` and none of `without`.

    Raises NotFound if no file matches, and BadInput if the patterns select a pickle file, because loading a
    pickle can run code.
    """
    pickles = [file.name for file in listing.files if _is_pickle(file.name)]
    named = [name for name in pickles if name in wanted]
    if named:
        raise BadInput(
            f"{named[0]} is a pickle, which can run code when it is loaded: it is not downloaded",
            "name a .safetensors file of the repository",
        )
    files = tuple(
        file
        for file in listing.files
        if is_file_wanted(file.name, wanted, without)
        and file.name not in pickles
        and _is_safe_name(file.name)
    )
    if not files:
        names = ", ".join(wanted) or "weights"
        raise NotFound(f"{listing.hub} does not contain {names}", "milimo model search lists repositories")
    return Listing(listing.hub, listing.commit, files)


def _is_pickle(name: str) -> bool:
    return any(name.lower().endswith(suffix) for suffix in PICKLES)


def _is_safe_name(name: str) -> bool:
    """Return True for a file name that neither leaves the model's folder (no `..`, no absolute path) nor is
    hidden.
    """
    return not any(part in ("", "..") or part.startswith(".") for part in name.split("/"))


def _make_remote_file(one: RepoSibling) -> RemoteFile:
    size = one.lfs.size if one.lfs else one.size
    if size is None or not (one.lfs or one.blob_id):
        raise NotFound(f"the hub does not report the size and checksum of {one.rfilename}", "try again later")
    return RemoteFile(
        one.rfilename, size, one.lfs.sha256 if one.lfs else "", (one.blob_id or "") if not one.lfs else ""
    )
