"""Cache the computed form of inputs under a hash of their content: embeddings of prompts, and latents of
input pictures.

Entries are held in main memory up to a limit. Small entries are also stored in the studio home, for the next
worker. For workers; imports torch.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from milimo_tui.core.host import fsync_folder
from milimo_tui.core.main_memory import get_available_memory
from milimo_tui.core.paths import Home
from milimo_tui.engines.runtime import memory

# The cache takes at most this many bytes of main memory, which is enough for ten prompts of LTX-2 (385 MB
# each).
BOUND = 4 << 30
SHARE = 8  # The cache takes at most one eighth of the free main memory.
# Only entries up to this size in bytes are also written to files. The embeddings of LTX-2 are larger.
SMALL = 32 << 20
ON_DISK = 2 << 30
# Version of the code that encodes texts and pictures. Entries of older versions are not used.
VERSION = 2
SUFFIX = ".safetensors"


class TensorCache:
    """A cache of tensors by key that drops the least recently used entries. If `folder` is None, the entries
    are only in memory.
    """

    def __init__(self, bound: int = BOUND, folder: Path | None = None, on_disk: int = ON_DISK) -> None:
        self._bound, self._folder, self._on_disk = bound, folder, on_disk
        self._held: OrderedDict[str, tuple[Tensor, ...]] = OrderedDict()

    @property
    def bytes(self) -> int:
        """Bytes of all entries in main memory."""
        return sum(_sum_tensor_bytes(tensors) for tensors in self._held.values())

    def __contains__(self, key: str) -> bool:
        return key in self._held or (
            self._folder is not None and self._get_entry_path(self._folder, key).exists()
        )

    def get(
        self, key: str, make: Callable[[], tuple[Tensor, ...]], where: torch.device | None = None
    ) -> tuple[Tensor, ...]:
        """Return the tensors that are cached under a key, moved to the device `where`. If the key is not
        cached, `make` computes the tensors. Each call returns the same bits.

        Exceptions of `make` are passed on. If the disk is full or read-only, the entry is held in memory
        only.
        """
        found = self._held.get(key) or self._read_entry(key)
        if found is None:
            found = tuple(tensor.detach().cpu() for tensor in make())
            self._write_entry(key, found)
        self._held[key] = found
        self._held.move_to_end(key)
        bound = min(self._bound, (get_available_memory() + self.bytes) // SHARE)
        while len(self._held) > 1 and self.bytes > bound:
            self._held.popitem(last=False)
        return tuple(tensor.to(where) if where is not None else tensor for tensor in found)

    def delete_entry(self, key: str) -> None:
        """Delete an entry from memory and from the studio home."""
        self._held.pop(key, None)
        if self._folder is not None:
            with suppress(OSError):
                self._get_entry_path(self._folder, key).unlink(missing_ok=True)

    def clear(self) -> None:
        """Drop all entries in main memory."""
        self._held.clear()

    def _get_entry_path(self, folder: Path, key: str) -> Path:
        return folder / key[:2] / f"{key}{SUFFIX}"

    def _read_entry(self, key: str) -> tuple[Tensor, ...] | None:
        """Return the tensors in an entry's file; None if the file is missing, unreadable or incomplete."""
        if self._folder is None:
            return None
        path = self._get_entry_path(self._folder, key)
        try:
            named = safetensors.torch.load_file(path)
            os.utime(path)
        except (OSError, SafetensorError):
            return None
        return tuple(named[str(number)] for number in range(len(named)))

    def _write_entry(self, key: str, tensors: tuple[Tensor, ...]) -> None:
        if self._folder is None or _sum_tensor_bytes(tensors) > SMALL:
            return
        path = self._get_entry_path(self._folder, key)
        fresh = path.with_name(f".{key}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            named = {str(number): tensor.contiguous() for number, tensor in enumerate(tensors)}
            safetensors.torch.save_file(named, fresh)
            os.replace(fresh, path)
            fsync_folder(path.parent)
            self._trim_entry_files()
        except (OSError, SafetensorError):  # Only the cache file is lost; the entry is still in memory.
            with suppress(OSError):
                fresh.unlink(missing_ok=True)

    def _trim_entry_files(self) -> None:
        """Delete the least recently used files until the files are within their limit."""
        assert self._folder
        files = list(self._list_entry_files(self._folder))
        total = sum(stat.st_size for stat, _ in files)
        for stat, file in sorted(files, key=lambda each: each[0].st_mtime):
            if total <= self._on_disk:
                return
            file.unlink(missing_ok=True)
            total -= stat.st_size

    @staticmethod
    def _list_entry_files(folder: Path) -> Iterator[tuple[os.stat_result, Path]]:
        """Yield the files of entries. A file that another worker or a cleanup deletes meanwhile is left
        out.
        """
        for file in folder.glob(f"*/*{SUFFIX}"):
            with suppress(FileNotFoundError):
                yield file.stat(), file


def _sum_tensor_bytes(tensors: tuple[Tensor, ...]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def key_of(what: str, *parts: str) -> str:
    """Return the cache key of a computed input. `what` is its kind, and `parts` identify the weights, their
    form and the content.

    The key also contains the encoding version (`VERSION`), the kind of device, torch's version and the
    deterministic mode, because these affect the last bits.
    """
    kernel_mode = "deterministic" if torch.are_deterministic_algorithms_enabled() else "free"
    text = "\0".join((str(VERSION), what, memory.get_device().type, torch.__version__, kernel_mode, *parts))
    return hashlib.sha256(text.encode()).hexdigest()


def hash_tensor(pixels: Tensor) -> str:
    """Return the SHA-256 of a tensor's numbers, type and shape."""
    flat = pixels.detach().cpu().contiguous()
    header = hashlib.sha256(f"{flat.dtype} {tuple(flat.shape)}".encode())
    header.update(flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b"")
    return header.hexdigest()


@cache
def get_input_cache() -> TensorCache:
    """Return the cache of this worker, whose files are in the studio home."""
    home = os.environ.get("MILIMO_HOME")
    return TensorCache(folder=Home(Path(home)).cache / "tensors" if home else None)
