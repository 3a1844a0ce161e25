"""The model store: the weights installed in a studio home, the selected weights, and their paths for the
engines.

Manifests (`models/<id>/milimo.json`) and the selection (`models/selected.json`) are written atomically.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from milimo_tui.core.errors import Damaged, Failed, NotFound, Unavailable
from milimo_tui.core.host import count_folder_bytes, explain_os_error, write_file_atomically
from milimo_tui.core.paths import Home
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog import external_weights, model_lookup, own_pipelines
from milimo_tui.engines.catalog.installed_weights import (
    InstalledWeights,
    ResolvedWeights,
    get_family_name,
    parse_weights_manifest,
)
from milimo_tui.engines.catalog.safetensors_headers import refuse_four_bits
from milimo_tui.engines.catalog.weight_hashes import hash_weight_files
from milimo_tui.engines.catalog.weight_headers import read_weights_header
from milimo_tui.engines.catalog.weight_stamps import identify_weights

MANIFEST = "milimo.json"
SELECTED = "selected.json"
FOLDERS = "folders.json"

PARTIAL = ".partial"  # subfolder of a model's folder that holds the received files of an unfinished download

# Subfolders of a model's own folder that may hold the weights of a role.
SUBFOLDER_OF_ROLE = {"upsampler": "latent_upsampler"}

T = TypeVar("T", list[object], dict[str, object])


def count_partial_bytes(folder: Path) -> int:
    """Return the size in bytes of an unfinished download in a model's folder. 0 if there is none."""
    return count_folder_bytes(folder / PARTIAL)


class ModelStore:
    """The weights of one studio home. `models` is the folder that holds them (`core.paths.Home.models`).

    Every call reads the disk again, because another process may add weights at any time.
    """

    def __init__(self, models: Path) -> None:
        self.folder = models

    # Methods for installed weights.

    def list_installed(self) -> tuple[InstalledWeights, ...]:
        """Return all manifests, sorted by id. Raises Damaged, which names the manifest that can't be read."""
        if not self.folder.is_dir():
            return ()
        found = (self._read_manifest(path) for path in sorted(self.folder.glob(f"*/{MANIFEST}")))
        return tuple(found)

    def get(self, id: str) -> InstalledWeights | None:
        """Return the installed weights with the given id. None if no such weights are installed."""
        path = self._get_manifest_path(id)
        return self._read_manifest(path) if path.is_file() else None

    def find_local_weights(self, id: str) -> InstalledWeights | None:
        """Return weights by id: installed weights, or weights elsewhere on this machine. None if there are
        none.
        """
        return next((row for row in self.rows() if row.id == id), None)

    def rows(self) -> tuple[InstalledWeights, ...]:
        """Return all weights on this machine: first the installed weights, then weights in other places (the
        hub's cache, ComfyUI) that are used without copying.
        """
        mine = self.list_installed()
        return (
            *mine,
            *external_weights.find_external_weights({row.id for row in mine}, self.list_extra_folders()),
        )

    def path(self, row: InstalledWeights) -> Path:
        """Return the folder of the weights, or their single file."""
        given = Path(row.path) if row.path else Path(row.id)
        return given if given.is_absolute() else self.folder / given

    def get_files_root(self, row: InstalledWeights) -> Path:
        """Return the folder to which the file names of the weights are relative."""
        if not Path(row.path).is_absolute():
            return self.folder / row.id
        return Path(row.path).parent if row.form in ("file", "comfyui") else Path(row.path)

    def check_files(self, row: InstalledWeights) -> None:
        """Check that each file exists and has its recorded size. The contents are not read.

        Raises Damaged for the first file that is missing or has another size. A single-file model in 4-bit
        blocks (NVFP4) is also refused.
        """
        root = self.get_files_root(row)
        for file in row.files:
            one = root / file.name
            if file.name in row.damaged:
                raise Damaged(f"{row.id}: {file.name} has a wrong hash", describe_repair(row, root))
            try:
                size = one.stat().st_size
            except FileNotFoundError:
                raise Damaged(
                    f"{row.id}: {file.name} is missing from {root}", describe_repair(row, root)
                ) from None
            except OSError as error:
                raise explain_os_error(error, one, "look at") from error
            if size != file.bytes:
                what = "is truncated" if size < file.bytes else "is not the one that was installed"
                raise Damaged(
                    f"{row.id}: {file.name} {what}: {size:,} of {file.bytes:,} bytes",
                    describe_repair(row, root),
                )
        if row.form in ("file", "comfyui") and row.role == "model":
            refuse_four_bits(self.path(row), read_weights_header(self.path(row)))

    # Methods that change the store.

    def register(self, row: InstalledWeights) -> InstalledWeights:
        """Write the manifest of weights and return the weights. If they have no list of files, list and hash
        the files first.

        Raises NotFound.
        """
        path = self.path(row)
        if not path.exists():
            raise NotFound(f"there are no weights at {path}", "milimo model list lists the installed weights")
        whole = row if row.files else replace(row, files=hash_weight_files(self.get_files_root(row), path))
        manifest = self._get_manifest_path(row.id)
        try:
            manifest.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error, manifest.parent, "make") from error
        write_file_atomically(manifest, json.dumps(whole.as_json(), indent=1).encode())
        return whole

    def forget(self, id: str) -> None:
        """Remove the manifest and deselect the weights. The files stay in place."""
        self._get_manifest_path(id).unlink(missing_ok=True)
        kept = {family: chosen for family, chosen in self.read_selection().items() if chosen != id}
        if kept != self.read_selection():
            self._write_store_file(SELECTED, kept)

    def select(self, family: str, model: str) -> None:
        """Select the weights that the engine of a family runs.

        Raises Unavailable if the weights are not installed, and NotFound for an unknown id.
        """
        family, row = get_family_name(family), self.find_local_weights(model)
        if row is None:
            raise self._make_missing_weights_error(family, "model", model)
        if row.family != family or row.role != "model":
            raise NotFound(
                f"{model} is not a model of {family}: it is the {row.role} of {row.family}",
                f"models of {family} here: {self._format_installed_ids(family, 'model') or 'none'}",
            )
        self._write_store_file(SELECTED, {**self.read_selection(), family: model})

    def read_selection(self) -> dict[str, str]:
        """Return the id of the selected weights for each family. Raises Damaged if the file can't be read."""
        value = self._read_store_file(SELECTED, {})
        return {get_family_name(str(family)): str(model) for family, model in value.items()}

    # Methods that find weights for engines.

    def resolve(self, family: str, role: str = "model", model: str = "") -> ResolvedWeights:
        """Return the weights to load: the named weights, otherwise the selected weights, otherwise the best
        available weights.

        `family` may include the name of the weights, as an engine name does (`diffusers:NAME`). That name
        takes precedence over `model`. For a role other than `model`, such as `lora`, `model` names either the
        addition itself or the model that the addition must fit. An addition fits a model of the same
        generation (version), and tiny test weights fit only tiny test weights.

        Raises Unavailable with the command that installs the weights, and Damaged for truncated files.
        """
        family, _, named = get_family_name(family).partition(":")
        rows, model = self.rows(), named or model
        row = self._find_named_weights(rows, family, role, model) or self._find_best_weights(
            rows, family, role, model
        )
        if row is None:
            raise self._make_missing_weights_error(family, role, model)
        self.check_files(row)
        return self._resolve_row(row, rows)

    def identify(self, id: str) -> str:
        """Return the identity of the files of weights as they are now (`ResolvedWeights.identity`). Empty if
        there are no such weights, or if the weights lack a part.
        """
        rows = self.rows()
        row = next((row for row in rows if row.id == id), None)
        try:
            return self._resolve_row(row, rows).identity if row is not None else ""
        except Unavailable:
            return ""

    def has(self, family: str, role: str = "model", model: str = "") -> bool:
        """Return True if `resolve` would find weights."""
        family, _, named = get_family_name(family).partition(":")
        rows, model = self.rows(), named or model
        return bool(
            self._find_named_weights(rows, family, role, model)
            or self._find_best_weights(rows, family, role, model)
        )

    def _find_named_weights(
        self, rows: tuple[InstalledWeights, ...], family: str, role: str, model: str
    ) -> InstalledWeights | None:
        return next((row for row in rows if (row.id, row.family, row.role) == (model, family, role)), None)

    def _find_best_weights(
        self, rows: tuple[InstalledWeights, ...], family: str, role: str, model: str
    ) -> InstalledWeights | None:
        mine = [row for row in rows if row.family == family]
        if role == "model":
            if model:
                return None
            chosen = self.read_selection().get(family)
            there = sorted((row for row in mine if row.role == "model"), key=_rank_weights)
            return next((row for row in there if row.id == chosen), there[0] if there else None)
        base = self._find_named_weights(rows, family, "model", model) or (
            self._find_best_weights(rows, family, "model", "") if not model else None
        )
        if base is None:
            return None
        fitting = (row for row in mine if row.role == role and is_made_for_model(row, base))
        return min(fitting, key=_rank_weights, default=None) or self._find_subfolder_weights(base, role)

    def _find_subfolder_weights(self, base: InstalledWeights, role: str) -> InstalledWeights | None:
        """Return weights with a given role, such as `upsampler`, that are in a subfolder of the folder of the
        model `base`. None if there are none.
        """
        name = SUBFOLDER_OF_ROLE.get(role, "")
        if not name or base.form not in ("folder", "hub") or not (self.path(base) / name).is_dir():
            return None
        files = tuple(file for file in base.files if file.name.startswith(f"{name}/"))
        path = str(self.path(base) / name)
        cut_off = tuple(replace(file, name=file.name.removeprefix(f"{name}/")) for file in files)
        return replace(base, id=f"{base.id}/{name}", role=role, path=path, files=cut_off)

    def _resolve_row(self, row: InstalledWeights, rows: tuple[InstalledWeights, ...]) -> ResolvedWeights:
        base = self._find_base_weights(row, rows)
        if row.base and base is None:
            raise Unavailable(
                f"{row.id} is a single file that needs the other parts of {row.base}, which is not installed",
                f"milimo model download {row.base}",
            )
        root = self.get_files_root(row)
        read = [root / file.name for file in row.files] or [self.path(row)]
        if base is not None:
            read += [self.get_files_root(base) / file.name for file in base.files]
        return ResolvedWeights(
            row.id,
            row.family,
            row.generation,
            row.role,
            self.path(row),
            row.form,
            row.digest,
            row.tiny,
            self.path(base) if base else None,
            row.control,
            row.trigger,
            row.bytes,
            row.files,
            identify_weights(row.digest or row.id, read),
        )

    def _find_base_weights(
        self, row: InstalledWeights, rows: tuple[InstalledWeights, ...]
    ) -> InstalledWeights | None:
        """Return the weights that provide the other parts for a single file: the weights that `row` names, or
        else a complete model that fits.

        None if there are none.
        """
        if not row.base:
            return None
        whole = (
            other
            for other in rows
            if other.form in ("folder", "hub")
            and other.role in ("model", "parts")
            and is_made_for_model(row, other)
        )
        return min(whole, key=lambda other: (other.id != row.base, _rank_weights(other)), default=None)

    # Methods for folders named by the user.

    def list_extra_folders(self) -> tuple[Path, ...]:
        """Return the user's folders that are searched for single files, such as ComfyUI's folder. Raises
        Damaged.
        """
        return tuple(Path(str(one)) for one in self._read_store_file(FOLDERS, []))

    def add_folder(self, folder: Path) -> None:
        """Add a folder to the folders that are searched for single files."""
        there = [str(one) for one in self.list_extra_folders()]
        if str(folder) not in there:
            self._write_store_file(FOLDERS, [*there, str(folder)])

    # Methods for files and error messages.

    def _get_manifest_path(self, id: str) -> Path:
        return self.folder / model_lookup.check_model_id(id) / MANIFEST

    def _read_manifest(self, path: Path) -> InstalledWeights:
        try:
            value = parse_untrusted_json(path.read_text())
        except OSError as error:
            raise explain_os_error(error, path, "read") from error
        except ValueError as error:
            raise Damaged(
                f"{path} is not a manifest of weights",
                "milimo model download writes it again",
            ) from error
        return parse_weights_manifest(value, path)

    def _read_store_file(self, name: str, empty: T) -> T:
        """Return the value of a small file of the store, or `empty` if the file does not exist. Raises
        Damaged.
        """
        path = self.folder / name
        hint = "remove it and choose again: milimo model use"
        try:
            value = parse_untrusted_json(path.read_text())
        except FileNotFoundError:
            return empty
        except (OSError, ValueError) as error:
            raise Damaged(f"{path} can't be read: {reason(error)}", hint) from error
        if not isinstance(value, type(empty)):
            raise Damaged(f"{path} is not a valid weights file", hint)
        return value

    def _write_store_file(self, name: str, value: object) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error, self.folder, "make") from error
        write_file_atomically(self.folder / name, json.dumps(value, indent=1, sort_keys=True).encode())

    def _format_installed_ids(self, family: str, role: str) -> str:
        return ", ".join(row.id for row in self.rows() if (row.family, row.role) == (family, role))

    def _make_missing_weights_error(self, family: str, role: str, model: str) -> Unavailable | NotFound:
        """Return the error for missing weights: Unavailable with the command that installs them, or NotFound
        for an unknown id.
        """
        known = model_lookup.find_model_row(model)
        weights = self.find_local_weights(model) if model else None
        if model and known is None and weights is None:
            here = self._format_installed_ids(family, role)
            return NotFound(
                f"there are no weights “{model}” of {family}",
                f"installed: {here}" if here else f"milimo model list --family {family}",
            )
        if known is None or known.role != role:
            generation = weights.generation if weights else known.generation if known else ""
            known = model_lookup.suggest_model(family, role, generation)
        if known is None and family == own_pipelines.GENERIC_FAMILY:
            return Unavailable(
                "no general diffusers pipeline is installed",
                f"milimo model use {own_pipelines.GENERIC_PREFIX}FOLDER, or "
                f"{own_pipelines.GENERIC_PREFIX}OWNER/NAME of the hub",
            )
        if known is None:
            return Unavailable(
                f"{family} has no {role} here",
                f"milimo model list --family {family}, to see what can be installed",
            )
        what = known.title if role == "model" else f"{known.title} ({role.replace('_', ' ')})"
        return Unavailable(
            f"the weights of {what} are not installed",
            f"milimo model download {known.id} ({known.bytes / 1e9:.1f} GB), or for a test "
            f"with random weights: milimo model tiny {family}",
        )


def is_made_for_model(row: InstalledWeights, base: InstalledWeights) -> bool:
    """Return True if an addition, such as a LoRA, fits the model `base`: both have the same family and
    generation (version), and both or neither are tiny test weights.
    """
    return row.family == base.family and row.tiny == base.tiny and row.generation in ("", base.generation)


def describe_repair(row: InstalledWeights, root: Path) -> str:
    """Return an instruction for the user that explains how to repair damaged weights in the folder `root`.
    Only weights of the hub can be downloaded again.
    """
    if row.tiny:
        return f"milimo model tiny {row.family} builds them again"
    known = model_lookup.find_model_row(row.id)
    if not row.hub and (known is None or Path(row.path).is_absolute()):
        return f"replace the files in {root}, then add them again: milimo model use"
    return f"milimo model download {row.id} downloads the damaged files again"


def _rank_weights(row: InstalledWeights) -> tuple[bool, int, str]:
    """Return a sort key for choosing among weights. Real weights come before tiny test weights. Within each
    group the order of the registry applies.
    """
    return row.tiny, model_lookup.get_registry_position(row.id), row.id


def open_worker_store() -> ModelStore:
    """Return the model store of this worker's studio home. Raises Failed if the worker has no home."""
    home = os.environ.get("MILIMO_HOME", "")
    if not home:
        raise Failed(
            "the worker was started without a studio home",
            "let the supervisor start it: milimo supervisor start",
        )
    return ModelStore(Home(Path(home)).models)
