"""Find weights elsewhere on this machine and use them without copying.

They may be in the hub's cache, in ComfyUI's folders, or in folders named by the user. The module reads file
names, sizes and small files. It does not hash large files.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.families import CONFIG, INDEX
from milimo_tui.engines.catalog.installed_weights import Form, InstalledWeights, WeightFile
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.catalog.safetensors_headers import SAFE
from milimo_tui.engines.catalog.weight_hashes import hash_file, list_weight_names

# ComfyUI's folders for each kind of file, inside its folder `models`.
COMFYUI_FOLDERS = (
    "checkpoints", "diffusion_models", "unet", "loras", "latent_upscale_models", "upscale_models",
    "model_patches",
)  # fmt: skip
# Files with more bytes are not hashed and their hash stays empty, because the user would have to wait
MAX_BYTES_HASHED_AT_ONCE = 64_000_000
SHA256_LETTERS = 64  # number of hexadecimal digits of a SHA-256 hash


def find_external_weights(
    installed: Collection[str], folders: Sequence[Path]
) -> tuple[InstalledWeights, ...]:
    """Return the catalogue's weights that exist completely outside the studio home and are not installed.

    `installed` holds the ids of installed weights. `folders` are ComfyUI folders. A folder that can't be read
    is skipped.
    """
    caches = get_hub_cache_folders(os.environ)
    files = _index_comfyui_files(folders)
    weights: list[InstalledWeights] = []
    for row in MODELS:
        try:
            one = _find_external_row(row, caches, files) if row.id not in installed else None
        except OSError:  # a folder that this user may not read is treated as absent
            continue
        if one is not None:
            weights.append(one)
    return tuple(weights)


def get_hub_cache_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the folders in which huggingface_hub caches downloads, by its own rules for environment
    variables.
    """
    named = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE")
    home = environ.get("HF_HOME")
    base = environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    cache = Path(os.path.expandvars(named)) if named else Path(home or f"{base}/huggingface") / "hub"
    return (cache.expanduser(),)


def is_complete(folder: Path) -> bool:
    """Return True if every file named by the indexes in the folder exists and no link is broken.

    An index is ignored if none of its files was downloaded and the folder contains other weights, for example
    in another precision.
    """
    if not folder.is_dir() or any(path.is_symlink() and not path.exists() for path in folder.rglob("*")):
        return False
    for index in folder.rglob("*.safetensors.index.json"):
        shards = set(_read_index_json(index).get("weight_map", {}).values())
        there = [shard for shard in shards if (index.parent / str(shard)).is_file()]
        is_fetched = bool(there) or not any(index.parent.glob(f"*{SAFE}"))
        if is_fetched and len(there) < len(shards):
            return False
    if (folder / INDEX).is_file():
        return all(_has_part(folder / name) for name in _iterate_pipeline_parts(folder / INDEX))
    return any(folder.glob(f"*{SAFE}"))


def _iterate_pipeline_parts(index: Path) -> Iterator[str]:
    """Yield the folders of the parts that a pipeline's index names.

    A part that the pipeline does not have has null values in the index and is skipped.
    """
    for name, entry in _read_index_json(index).items():
        if not name.startswith("_") and isinstance(entry, list) and entry and entry[0]:
            yield name


def _has_part(folder: Path) -> bool:
    """Return True if a part's folder holds its configuration, its vocabulary or its weights.

    If the configuration describes a model, weights are required.
    """
    if not folder.is_dir():
        return False
    is_model = (folder / CONFIG).is_file()
    return any(folder.glob(f"*{SAFE}")) if is_model else any(folder.iterdir())


def _find_external_row(
    row: ModelRow, caches: Sequence[Path], files: Mapping[str, Path]
) -> InstalledWeights | None:
    for cache in caches:
        for snapshot in _list_hub_snapshots(cache, row.hub):
            path = _find_row_in_snapshot(row, snapshot)
            if path is not None:
                form: Form = "file" if row.form == "file" else "hub"
                return describe_external_row(row, path, form, revision=snapshot.name)
    if row.form == "file":
        path = next((files[name] for name in row.files if name in files), None)
        return describe_external_row(row, path, "comfyui") if path else None
    return None


def _list_hub_snapshots(cache: Path, hub: str) -> list[Path]:
    """Return the folders of a repository's downloaded commits in the hub's cache. The commit of the branch
    `main` is first.
    """
    folder = cache / f"models--{hub.replace('/', '--')}"
    there = sorted((folder / "snapshots").glob("*"))
    main = folder / "refs" / "main"
    newest = main.read_text().strip() if main.is_file() else ""
    return sorted(there, key=lambda path: path.name != newest)


def _find_row_in_snapshot(row: ModelRow, snapshot: Path) -> Path | None:
    if row.form == "file":
        return next((snapshot / name for name in row.files if (snapshot / name).is_file()), None)
    folder = snapshot / row.inside if row.inside else snapshot
    # A catalogue row with the role `parts` leaves out files on purpose, so only the parts that it needs must
    # exist.
    if row.role == "parts":
        return folder if all(_has_part(folder / name) for name in _list_required_parts(row, folder)) else None
    return folder if is_complete(folder) else None


def _list_required_parts(row: ModelRow, folder: Path) -> tuple[str, ...]:
    index = folder / INDEX
    if not index.is_file():
        # Without an index the names of the parts are unknown. The empty name stands for the folder itself,
        # which is then checked.
        return ("",)
    patterns = (pattern.partition("/") for pattern in row.without)
    # A pattern such as `part/*` leaves out a complete part. Other patterns leave out only some of a part's
    # files.
    left_out = {part for part, _, name in patterns if name.startswith("*")}
    return tuple(name for name in _iterate_pipeline_parts(index) if name not in left_out)


def _index_comfyui_files(folders: Sequence[Path]) -> dict[str, Path]:
    """Return every safetensors file in ComfyUI folders, by file name.

    A folder may be ComfyUI's own folder or its folder `models`.
    """
    there: dict[str, Path] = {}
    for folder in folders:
        models = folder / "models" if (folder / "models").is_dir() else folder
        known = [models / name for name in COMFYUI_FOLDERS if (models / name).is_dir()]
        for place in known or [models]:
            for path in sorted(place.rglob(f"*{SAFE}")):
                there.setdefault(path.name, path)
    return there


def describe_external_row(row: ModelRow, path: Path, form: Form, revision: str = "") -> InstalledWeights:
    """Return a record of catalogue weights that were found at `path` outside the studio home, in the form
    that is used for installed weights. `form` says whether they are a folder or a single file, and `revision`
    is their commit on the hub.
    """
    return InstalledWeights(
        id=row.id,
        family=row.family,
        role=row.role,
        generation=row.generation,
        title=row.title,
        path=str(path),
        form=form,
        base=row.base,
        control=row.control,
        hub=row.hub,
        revision=revision,
        licence=row.licence,
        files=_list_weight_files(row, path),
    )


def link_user_weights(row: InstalledWeights, path: Path, more: Sequence[Path] = ()) -> InstalledWeights:
    """Return the record of the user's own weights with the size of each file. Hashes of large files are left
    empty.

    `more` are further files of a single-file model, such as the other transformer of a pair.
    """
    files = tuple(
        WeightFile(os.path.relpath(one, path.parent), one.stat().st_size, _get_cheap_digest(one))
        for one in more
    )
    return replace(row, path=str(path), files=(*_list_weight_files(None, path), *files))


def _list_weight_files(row: ModelRow | None, path: Path) -> tuple[WeightFile, ...]:
    root = path.parent if path.is_file() else path
    wanted = row.files if row and path.is_dir() else ()
    inside = f"{row.inside}/" if row and row.inside else ""
    return tuple(
        WeightFile(name, (root / name).stat().st_size, _get_cheap_digest(root / name))
        for name in list_weight_names(root, path)
        if not wanted or any(fnmatchcase(inside + name, pattern) for pattern in wanted)
    )


def _get_cheap_digest(path: Path) -> str:
    """Return the SHA-256 of a file if that is fast: from its name in the hub's cache, or by reading a small
    file.

    Empty if neither is possible.
    """
    name = Path(os.readlink(path)).name if path.is_symlink() else ""
    if len(name) == SHA256_LETTERS:
        return name
    return hash_file(path) if path.stat().st_size <= MAX_BYTES_HASHED_AT_ONCE else ""


def _read_index_json(path: Path) -> dict[str, Any]:
    try:
        value = parse_untrusted_json(path.read_text())
    except (OSError, ValueError):
        return {}  # an unreadable file is reported later by the code that loads the weights
    return value if isinstance(value, dict) else {}
