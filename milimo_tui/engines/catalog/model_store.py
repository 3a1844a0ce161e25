"""The shelf: weights that are installed in a studio home, which of them are chosen, and where an engine finds
them. Manifests (`models/<id>/milimo.json`) and the choice (`models/selected.json`) are written whole or not.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from milimo_tui.core.errors import Damaged, NotFound, Unavailable
from milimo_tui.core.host import bytes_under, explain, write_atomic
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.catalog import external_weights, model_lookup, own_pipelines
from milimo_tui.engines.catalog.installed_weights import Found, Installed, installed_from
from milimo_tui.engines.catalog.safetensors_headers import refuse_four_bits
from milimo_tui.engines.catalog.weight_hashes import files_of
from milimo_tui.engines.catalog.weight_headers import header_of

MANIFEST = "milimo.json"
SELECTED = "selected.json"
FOLDERS = "folders.json"

PARTIAL = ".partial"  # in the folder of a model: what has come of a download that is not whole

# What the folder of a model may hold that another role asks for.
WITHIN = {"upsampler": "latent_upsampler"}

T = TypeVar("T", list[object], dict[str, object])


def waiting_bytes(folder: Path) -> int:
    """Return how much of an unfinished download lies in the folder of a model; 0 where there is none."""
    return bytes_under(folder / PARTIAL)


class ModelStore:
    """The weights of one studio home; `models` is its folder for them (`core.paths.Home.models`).

    Reads afresh each time: another process may add weights at any moment.
    """

    def __init__(self, models: Path) -> None:
        self.folder = models

    # -- what is there

    def installed(self) -> tuple[Installed, ...]:
        """Every manifest, by id. Raises Damaged naming one that can't be read."""
        if not self.folder.is_dir():
            return ()
        found = (self._read(path) for path in sorted(self.folder.glob(f"*/{MANIFEST}")))
        return tuple(found)

    def get(self, id: str) -> Installed | None:
        """The weights of that id, None where they are not installed."""
        path = self._manifest(id)
        return self._read(path) if path.is_file() else None

    def find(self, id: str) -> Installed | None:
        """Find weights by id: installed, or elsewhere on this machine. None where there are none."""
        return next((row for row in self.rows() if row.id == id), None)

    def rows(self) -> tuple[Installed, ...]:
        """What is installed, then what lies elsewhere (the hub's cache, ComfyUI) and is used without
        copying.
        """
        mine = self.installed()
        return (*mine, *external_weights.found({row.id for row in mine}, self.folders()))

    def path(self, row: Installed) -> Path:
        """Where they lie: a folder, or a single file."""
        given = Path(row.path) if row.path else Path(row.id)
        return given if given.is_absolute() else self.folder / given

    def root(self, row: Installed) -> Path:
        """What the names of its files begin from."""
        if not Path(row.path).is_absolute():
            return self.folder / row.id
        return Path(row.path).parent if row.form in ("file", "comfyui") else Path(row.path)

    def check(self, row: Installed) -> None:
        """Each file is there and has its size: told without reading it. Raises Damaged naming the first that
        is not so.
        """
        root = self.root(row)
        for file in row.files:
            one = root / file.name
            if file.name in row.damaged:
                raise Damaged(f"{row.id}: {file.name} has a wrong hash", _mending(row, root))
            try:
                size = one.stat().st_size
            except FileNotFoundError:
                raise Damaged(f"{row.id}: {file.name} is missing from {root}", _mending(row, root)) from None
            except OSError as error:
                raise explain(error, one, "look at") from error
            if size != file.bytes:
                what = "is cut" if size < file.bytes else "is not the one that was installed"
                raise Damaged(
                    f"{row.id}: {file.name} {what}: {size:,} bytes of {file.bytes:,}", _mending(row, root)
                )
        if row.form in ("file", "comfyui") and row.role == "model":
            refuse_four_bits(self.path(row), header_of(self.path(row)))

    # -- changing it

    def register(self, row: Installed) -> Installed:
        """Write the manifest; weights without a list of files are looked through and hashed first."""
        path = self.path(row)
        if not path.exists():
            raise NotFound(f"there are no weights at {path}", "milimo model list tells what is installed")
        whole = row if row.files else replace(row, files=files_of(self.root(row), path))
        manifest = self._manifest(row.id)
        try:
            manifest.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, manifest.parent, "make") from error
        write_atomic(manifest, json.dumps(whole.as_json(), indent=1).encode())
        return whole

    def forget(self, id: str) -> None:
        """Take the manifest away, and the choice of it. Files stay where they are."""
        self._manifest(id).unlink(missing_ok=True)
        kept = {family: chosen for family, chosen in self.selected().items() if chosen != id}
        if kept != self.selected():
            self._write(SELECTED, kept)

    def select(self, family: str, model: str) -> None:
        """Choose the weights a family's engine runs. Raises Unavailable where they are not installed,
        NotFound where nobody knows them.
        """
        row = self.find(model)
        if row is None:
            raise self._missing(family, "model", model)
        if row.family != family or row.role != "model":
            raise NotFound(
                f"{model} is no model of {family}: it is the {row.role} of {row.family}",
                f"models of {family} here: {self._names(family, 'model') or 'none'}",
            )
        self._write(SELECTED, {**self.selected(), family: model})

    def selected(self) -> dict[str, str]:
        """The chosen weights by family. Raises Damaged when the file can't be read."""
        value = self._json(SELECTED, {})
        return {str(family): str(model) for family, model in value.items()}

    # -- what an engine asks

    def resolve(self, family: str, role: str = "model", model: str = "") -> Found:
        """The weights to load: those named, else those chosen, else the best that are there.

        A family may be named with its weights, as engines are (`diffusers:NAME`): those it is then, whatever
        `model` says. For a role other than `model`, `model` may name the addition itself, or the model that
        it has to go with: generation and tininess then agree. Raises Unavailable with the command that gets
        them, Damaged for what is cut.
        """
        family, _, named = family.partition(":")
        rows, model = self.rows(), named or model
        row = self._named(rows, family, role, model) or self._best(rows, family, role, model)
        if row is None:
            raise self._missing(family, role, model)
        self.check(row)
        return self._found(row, rows)

    def has(self, family: str, role: str = "model", model: str = "") -> bool:
        """Whether `resolve` would find any."""
        family, _, named = family.partition(":")
        rows, model = self.rows(), named or model
        return bool(self._named(rows, family, role, model) or self._best(rows, family, role, model))

    def _named(self, rows: tuple[Installed, ...], family: str, role: str, model: str) -> Installed | None:
        return next((row for row in rows if (row.id, row.family, row.role) == (model, family, role)), None)

    def _best(self, rows: tuple[Installed, ...], family: str, role: str, model: str) -> Installed | None:
        mine = [row for row in rows if row.family == family]
        if role == "model":
            if model:
                return None
            chosen = self.selected().get(family)
            there = sorted((row for row in mine if row.role == "model"), key=_worth)
            return next((row for row in there if row.id == chosen), there[0] if there else None)
        base = self._named(rows, family, "model", model) or (
            self._best(rows, family, "model", "") if not model else None
        )
        if base is None:
            return None
        fitting = (row for row in mine if row.role == role and goes_with(row, base))
        return min(fitting, key=_worth, default=None) or self._within(base, role)

    def _within(self, base: Installed, role: str) -> Installed | None:
        """What the model's own folder brings for that role."""
        name = WITHIN.get(role, "")
        if not name or base.form not in ("folder", "hub") or not (self.path(base) / name).is_dir():
            return None
        files = tuple(file for file in base.files if file.name.startswith(f"{name}/"))
        path = str(self.path(base) / name)
        cut_off = tuple(replace(file, name=file.name.removeprefix(f"{name}/")) for file in files)
        return replace(base, id=f"{base.id}/{name}", role=role, path=path, files=cut_off)

    def _found(self, row: Installed, rows: tuple[Installed, ...]) -> Found:
        base = self._base(row, rows)
        if row.base and base is None:
            raise Unavailable(
                f"{row.id} is one file and takes its other parts from {row.base}, which is not installed",
                f"milimo model download {row.base}",
            )
        return Found(
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
        )

    def _base(self, row: Installed, rows: tuple[Installed, ...]) -> Installed | None:
        """What a single file takes its other parts from: the row it names, else a whole model of its kind."""
        if not row.base:
            return None
        whole = (
            other
            for other in rows
            if other.form in ("folder", "hub") and other.role in ("model", "parts") and goes_with(row, other)
        )
        return min(whole, key=lambda other: (other.id != row.base, _worth(other)), default=None)

    # -- folders a person named

    def folders(self) -> tuple[Path, ...]:
        """Where else to look for single files (ComfyUI's folder). Raises Damaged."""
        return tuple(Path(str(one)) for one in self._json(FOLDERS, []))

    def add_folder(self, folder: Path) -> None:
        """Search that folder too from now on."""
        there = [str(one) for one in self.folders()]
        if str(folder) not in there:
            self._write(FOLDERS, [*there, str(folder)])

    # -- files and words

    def _manifest(self, id: str) -> Path:
        return self.folder / model_lookup.safe_id(id) / MANIFEST

    def _read(self, path: Path) -> Installed:
        try:
            value = read_json(path.read_text())
        except OSError as error:
            raise explain(error, path, "read") from error
        except ValueError as error:
            raise Damaged(
                f"{path} is no manifest of weights", "milimo model download writes it anew"
            ) from error
        return installed_from(value, path)

    def _json(self, name: str, empty: T) -> T:
        """A small file of ours; `empty` where there is none. Raises Damaged."""
        path = self.folder / name
        hint = "remove it and say it again: milimo model use"
        try:
            value = read_json(path.read_text())
        except FileNotFoundError:
            return empty
        except (OSError, ValueError) as error:
            raise Damaged(f"{path} can't be read: {reason(error)}", hint) from error
        if not isinstance(value, type(empty)):
            raise Damaged(f"{path} is not what it should be", hint)
        return value

    def _write(self, name: str, value: object) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, self.folder, "make") from error
        write_atomic(self.folder / name, json.dumps(value, indent=1, sort_keys=True).encode())

    def _names(self, family: str, role: str) -> str:
        return ", ".join(row.id for row in self.rows() if (row.family, row.role) == (family, role))

    def _missing(self, family: str, role: str, model: str) -> Unavailable | NotFound:
        """What to say of weights that are not here: the command that gets them, or that nobody knows them."""
        known = model_lookup.find(model)
        there = self.find(model) if model else None
        if model and known is None and there is None:
            return NotFound(
                f"there are no weights “{model}” of {family}",
                f"installed: {self._names(family, role) or 'none'}",
            )
        if known is None or known.role != role:
            generation = there.generation if there else known.generation if known else ""
            known = model_lookup.suggested(family, role, generation)
        if known is None and family == own_pipelines.OTHERS:
            return Unavailable(
                "no pipeline of diffusers is here beside those of other families",
                f"milimo model use {own_pipelines.WORD}FOLDER, or {own_pipelines.WORD}OWNER/NAME of the hub",
            )
        if known is None:
            return Unavailable(f"{family} has no {role} here", f"milimo model list --family {family}")
        what = known.title if role == "model" else f"{known.title} ({role.replace('_', ' ')})"
        return Unavailable(
            f"the weights of {what} are not here",
            f"milimo model download {known.id} ({known.bytes / 1e9:.1f} GB), or for a try with random ones "
            f"milimo model tiny {family}",
        )


def goes_with(row: Installed, base: Installed) -> bool:
    """Whether an addition is made for that model: same family and generation, both tiny or neither."""
    return row.family == base.family and row.tiny == base.tiny and row.generation in ("", base.generation)


def _mending(row: Installed, root: Path) -> str:
    """What brings damaged weights back."""
    if row.tiny:
        return f"milimo model tiny {row.family} builds them anew"
    if Path(row.path).is_absolute() and not row.hub:
        return f"they lie in {root}: put them there whole, then milimo model use takes them up anew"
    return f"milimo model download {row.id} fetches what is wrong anew"


def _worth(row: Installed) -> tuple[bool, int, str]:
    """Real weights before tiny ones, then by the order of the registry."""
    return row.tiny, model_lookup.order(row.id), row.id
