"""Cache weights that stay in memory between jobs. All engines of a worker process share one `ModelCache`.

The cache does not depend on torch: its callers build, move and measure the cached values. When memory is
needed, values are freed in a planned order. A value is moved to main memory instead of dropped if moving it
back will be quicker than loading it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, cast

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Context

T = TypeVar("T")
Place = Literal["card", "host"]
OFFLOADED = ("parts", "kept", "blocks", "leaves", "disk")  # placements that hold weights off the card
# Bytes that are freed in addition to the size of a model before it is loaded, because allocators round sizes
# up.
MARGIN = 256 << 20


@dataclass(frozen=True, slots=True)
class ModelKey:
    """The key of a cached value: the weights that were read (`ResolvedWeights.identity`), their component,
    and their form in memory. After a file was repaired, the key is different.

    `component` is `pipeline`, `transformer`, `text_encoder` and so on. A component that two pipelines share
    is cached once, under one key. `placement` is the recipe's placement if its offloading hooks remain on the
    modules, otherwise empty.
    """

    model: str
    component: str = "pipeline"
    dtype: str = ""
    quant: str = ""
    placement: str = ""
    title: str = field(default="", compare=False)  # name of the weights for messages

    @property
    def stays_on_device(self) -> bool:
        """True if the value stays on the device from one use to the next. False if its placement holds some
        of its weights in main memory.
        """
        placement = self.placement.partition(",")[0]
        # A complete pipeline contains the text encoder, so it is streamed too.
        streamed = placement == "text" and self.component in ("text_encoder", "pipeline")
        return placement.partition(" ")[0] not in OFFLOADED and not streamed

    def __str__(self) -> str:
        form = ", ".join(dict.fromkeys(word for word in (self.dtype, self.quant, self.placement) if word))
        return f"{self.component} of {self.title or self.model[:12]}" + (f" ({form})" if form else "")


def _report_unknown_size(value: Any) -> int:
    return 0


def _report_unknown_location(value: Any) -> int | None:
    return None


class MemoryMeter(Protocol):
    """A meter of the free memory, which `ModelCache` uses. Weights can be held in two memories: that of the
    device and main memory. Workers use `runtime.memory.DeviceMemory`.
    """

    def get_device_free_bytes(self) -> int:
        """Return the free bytes of the device that computes."""
        ...

    def get_host_free_bytes(self) -> int:
        """Return the free bytes of main memory for weights that are moved there; 0 if the device computes in
        main memory.
        """
        ...

    def free_unreferenced(self) -> None:
        """Free memory to which nothing refers."""
        ...


@dataclass(slots=True)
class CachedModel:
    """A cached value, such as a pipeline or a text encoder. `size` is its number of bytes, and `seconds` is
    the time that loading it took. `used` orders the values by their last use: the most recently used value
    has the largest number. `by` is the context of the job that used the value last.
    """

    key: ModelKey
    value: Any
    size: int
    seconds: float
    used: int
    by: Context | None
    move: Callable[[Any, Place], None] | None = None
    parts: tuple[ModelKey, ...] = ()
    place: Place = "card"
    stays: int = 0  # bytes that stay on the card while the other weights are in main memory

    @property
    def is_off_card(self) -> bool:
        """True if the weights are in main memory, because they were moved there or because their placement
        holds them there.
        """
        return self.place == "host" or not self.key.stays_on_device

    @property
    def on_card(self) -> int:
        """Bytes of the value in the device's memory."""
        return self.stays if self.is_off_card else self.size

    @property
    def on_host(self) -> int:
        """Bytes of the value in main memory; 0 if the device computes in main memory. Weights that are
        streamed from the disk are in neither memory.
        """
        return 0 if self.key.placement.startswith("disk") else self.size - self.on_card


@dataclass(slots=True)
class ModelCache:
    """The cached models of a process. `get_model_cache()` returns the process's only cache; tests make their
    own.

    `weigh` is a function that measures the bytes of a value's weights; if it returns 0, the expected size is
    used. `lies` is a function that measures how many bytes of a value are on the device now; it returns None
    if this is unknown.
    """

    memory: MemoryMeter
    weigh: Callable[[Any], int] = _report_unknown_size
    lies: Callable[[Any], int | None] = _report_unknown_location
    _held: dict[ModelKey, CachedModel] = field(default_factory=dict)
    _uses: int = 0

    def __iter__(self) -> Iterator[CachedModel]:
        """Iterate over the cached values, from the least to the most recently used."""
        return iter(sorted(self._held.values(), key=lambda cached: cached.used))

    def __contains__(self, key: ModelKey) -> bool:
        return key in self._held

    @property
    def bytes(self) -> int:
        """Bytes of all cached values in the device's memory."""
        return sum(cached.on_card for cached in self._held.values())

    @property
    def host_bytes(self) -> int:
        """Bytes of all cached values in main memory; 0 if the device computes in main memory."""
        return sum(cached.on_host for cached in self._held.values())

    def pipeline(
        self,
        key: ModelKey,
        build: Callable[[], T],
        context: Context,
        size: int,
        move: Callable[[T, Place], None] | None = None,
        parts: tuple[ModelKey, ...] = (),
        stays: int = 0,
    ) -> T:
        """Return the value cached under a key. If it is missing, call `build` and report a load.

        - `size` is the expected number of bytes of its weights. This number is freed in the memory that will
          hold them, and the real size is measured after building (`measure_models`).
        - `move` moves the value to main memory and back. Without it, the value is dropped when memory is
          needed.
        - `context` identifies the job. Values that the same job has requested are never dropped for this
          value.
        - `parts` are the keys of separately cached values from which the value is built. Their bytes are not
          included in `size`. They count as used whenever the value is used, and the value is dropped when one
          of them is dropped.
        - `stays` is the number of bytes that remain on the card if the value's placement holds it in main
          memory.
        """
        model = self._held.get(key)
        if model is None:
            model = self._load_model(key, build, context, size, move, parts, stays)
        elif model.place == "host":
            self._move_to_card(model, context)
        for one in (*(self._held[part] for part in model.parts if part in self._held), model):
            self._uses += 1
            one.used, one.by = self._uses, context
        return cast(T, model.value)

    def get_if_on_card(self, key: ModelKey) -> Any:
        """Return the value cached under a key if all of its weights are on the device, otherwise None. The
        value does not count as used by this call.
        """
        cached = self._held.get(key)
        return cached.value if cached is not None and not cached.is_off_card else None

    def has_weights_of(self, model: str, title: str) -> bool:
        """Return True if any value of these weights is in memory. The weights are identified by their
        identity `model` or the display name `title`.
        """
        return any(model == key.model or title == key.title for key in list(self._held))

    part = pipeline  # Components that several pipelines share are cached by the same method.

    def drop_model(self, key: ModelKey) -> None:
        """Drop a value and all values that were built from it. Nothing happens if the key is not cached."""
        for whole in [each.key for each in self._held.values() if key in each.parts]:
            self.drop_model(whole)
        if self._held.pop(key, None) is not None:
            self.memory.free_unreferenced()

    def make_room(self, size: int, model: str, context: Context) -> None:
        """Free memory of the device until `size` bytes are available for the weights with the digest `model`
        and for their work. Bytes that these weights already use count as available. Only other weights are
        freed.
        """
        self.measure_models()
        own = [cached for cached in self._held.values() if cached.key.model == model]
        self._free_sparing(size - sum(cached.on_card for cached in own), own, context)

    def free_device_memory(self, size: int, context: Context | None = None) -> int:
        """Free `size` bytes of the device and return the number of bytes that were freed. Values that the job
        `context` uses are not freed.
        """
        if self.memory.get_device_free_bytes() < size:
            self.measure_models()
        return self._free_sparing(size, (), context)

    def _free_sparing(self, size: int, spared: Collection[CachedModel], context: Context | None) -> int:
        let_go = 0
        for cached in self._list_droppable(context):
            if any(cached is one for one in spared):
                continue
            if self.memory.get_device_free_bytes() >= size:
                break
            if cached.key in self._held and cached.on_card:
                let_go += self._evict_model(cached, context)
        return let_go

    def free_host_memory(self, size: int, context: Context | None = None) -> int:
        """Free `size` bytes of main memory and return the number of bytes that were freed. Nothing is freed
        if the device computes in main memory.
        """
        let_go = 0
        for cached in self._list_droppable(context) if self.memory.get_host_free_bytes() else ():
            if self.memory.get_host_free_bytes() >= size:
                break
            if cached.key in self._held and cached.on_host:
                let_go += cached.on_host
                self.drop_model(cached.key)
                if context:
                    context.log(
                        f"removed {cached.key} from memory, which frees {cached.on_host / 1e9:.1f} GB"
                    )
        return let_go

    def measure_models(self) -> None:
        """Measure the sizes of the cached values again. Sizes change: LoRAs add bytes, and quantising reduces
        them. Parts that belong in main memory may also still be on the card after their work.
        """
        for cached in self._held.values():
            self._measure_model(cached)

    def _measure_model(self, model: CachedModel) -> None:
        size = self.weigh(model.value)
        if size:
            model.stays = round(model.stays * size / model.size) if model.size else 0
            model.size = size
        there = self.lies(model.value)
        if there is not None and model.is_off_card:
            model.stays = there

    def clear(self) -> None:
        """Drop all values."""
        self._held.clear()
        self.memory.free_unreferenced()

    def _load_model(
        self,
        key: ModelKey,
        build: Callable[[], T],
        context: Context,
        size: int,
        move: Callable[[T, Place], None] | None,
        parts: tuple[ModelKey, ...],
        stays: int,
    ) -> CachedModel:
        for other in [each for each in self._held if _is_other_form_of(key, each)]:
            context.log(f"let go of {other}: {key} takes its place")
            self.drop_model(other)
        moved = cast("Callable[[Any, Place], None] | None", move)
        model = CachedModel(key, None, size, 0.0, self._uses, context, moved, parts, stays=stays)
        if model.on_card or not model.is_off_card:
            self.free_device_memory(model.on_card + MARGIN, context)
        if model.is_off_card:
            self.free_host_memory(model.on_host + MARGIN, context)
        began = time.monotonic()
        model.value = build()
        model.seconds = seconds = time.monotonic() - began
        self._measure_model(model)
        self._held[key] = model
        context.loaded(str(key), seconds, model.size)
        return model

    def _move_to_card(self, model: CachedModel, context: Context) -> None:
        self.free_device_memory(model.size + MARGIN, context)
        began = time.monotonic()
        assert model.move
        model.move(model.value, "card")
        model.place = "card"
        context.log(f"{model.key} is back on the card after {time.monotonic() - began:.1f} s")

    def _list_droppable(self, context: Context | None) -> list[CachedModel]:
        """Return the values that may be dropped, in the order in which they are dropped: the least recently
        used first. Values that this job uses are left out.
        """
        return [cached for cached in self if context is None or cached.by is not context]

    def _evict_model(self, model: CachedModel, context: Context | None) -> int:
        """Move a value to main memory if it fits there, else drop it. Return the bytes freed on the card."""
        size = model.on_card
        if model.move and self.memory.get_host_free_bytes() >= model.size + MARGIN:
            model.move(model.value, "host")
            model.place = "host"
            note = f"{model.key} waits in main memory"
        else:
            self.drop_model(model.key)
            note = f"let go of {model.key}"
        self.memory.free_unreferenced()
        if context:
            context.log(f"{note}: room for {size / 1e9:.1f} GB")
        return size


def drop_replaced_weights() -> None:
    """Drop the values of this process's cache whose files were replaced or repaired since they were read."""
    home = os.environ.get("MILIMO_HOME")
    if not home or not get_model_cache.cache_info().currsize:
        return
    store, holder = ModelStore(Home(Path(home)).models), get_model_cache()
    for key in [cached.key for cached in holder]:
        present = store.identify(key.title) if key.title else ""
        if present and present != key.model:
            holder.drop_model(key)


def _is_other_form_of(new: ModelKey, old: ModelKey) -> bool:
    """Return True if both keys are for the same component of the same weights, but in different forms, or
    read from files that were replaced since. A key has another form if a job runs at a lower fallback
    level or needs another precision.
    """
    if new.component != old.component:
        return False
    return new.model == old.model or bool(new.title and new.title == old.title)


@cache
def get_model_cache() -> ModelCache:
    """Return the only cache of this process, for the device that the process uses."""
    from milimo_tui.engines.runtime.memory import DeviceMemory, count_device_bytes, count_held_bytes

    return ModelCache(DeviceMemory(), count_held_bytes, count_device_bytes)
