"""The cache of weights that stay in memory between jobs: one `ModelCache` for all engines of a worker
process.

Independent of torch: callers build, move and measure the cached values. Frees memory in a planned order,
moving weights to main memory if they will be quicker to bring back than to load.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Protocol, TypeVar, cast

from milimo_tui.engines.contract.engine import Context

T = TypeVar("T")
Place = Literal["card", "host"]
OFFLOADED = ("parts", "kept", "blocks", "leaves", "disk")  # placements that hold weights off the card
MARGIN = 256 << 20  # bytes left free in addition to a load, because allocators round up


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a cached value: its weights (`Found.digest`), component, and form in memory.

    `component` is `pipeline`, `transformer`, `text_encoder`, …; a part that two pipelines share has one key.
    `placed` is the recipe's placement if its hooks stay on the modules (offload), else empty.
    """

    model: str
    component: str = "pipeline"
    dtype: str = ""
    quant: str = ""
    placed: str = ""
    title: str = field(default="", compare=False)  # display name of the weights

    @property
    def rests(self) -> bool:
        """True if the value stays on the device between uses: its placement holds no weights in main
        memory.
        """
        way = self.placed.partition(",")[0]
        # the text encoder is a part of the pipeline
        streamed = way == "text" and self.component in ("text_encoder", "pipeline")
        return way.partition(" ")[0] not in OFFLOADED and not streamed

    def __str__(self) -> str:
        form = ", ".join(dict.fromkeys(word for word in (self.dtype, self.quant, self.placed) if word))
        return f"{self.component} of {self.title or self.model[:12]}" + (f" ({form})" if form else "")


def _unknown(value: Any) -> int:
    return 0


def _anywhere(value: Any) -> int | None:
    return None


class Memory(Protocol):
    """The two memories that weights can be in, in bytes free right now (`runtime.memory.DeviceMemory`)."""

    def free(self) -> int:
        """Return the free bytes of the device that computes."""
        ...

    def host_free(self) -> int:
        """Return the free bytes of main memory for weights that are moved there; 0 if the device computes in
        main memory.
        """
        ...

    def collect(self) -> None:
        """Free unreferenced memory."""
        ...


@dataclass(slots=True)
class CachedModel:
    """A value in memory. `seconds` is its loading time; `used` increases with each use."""

    key: Key
    value: Any
    size: int
    seconds: float
    used: int
    by: Context | None
    move: Callable[[Any, Place], None] | None = None
    parts: tuple[Key, ...] = ()
    place: Place = "card"
    stays: int = 0  # bytes that stay on the card while the rest waits in main memory

    @property
    def waits(self) -> bool:
        """True if the weights are in main memory: moved there, or held there by their placement."""
        return self.place == "host" or not self.key.rests

    @property
    def on_card(self) -> int:
        """Bytes on the device that computes."""
        return self.stays if self.waits else self.size

    @property
    def on_host(self) -> int:
        """Bytes in main memory in addition to the device; weights on the disk are in neither."""
        return 0 if self.key.placed.startswith("disk") else self.size - self.on_card


@dataclass(slots=True)
class ModelCache:
    """The cached models of a process. `get_model_cache()` returns the process's cache; tests make their own.

    `weigh` returns the bytes of a value's weights, 0 if the expected size should be used; `lies` returns the
    bytes that are on the device now, None if unknown.
    """

    memory: Memory
    weigh: Callable[[Any], int] = _unknown
    lies: Callable[[Any], int | None] = _anywhere
    _held: dict[Key, CachedModel] = field(default_factory=dict)
    _uses: int = 0

    def __iter__(self) -> Iterator[CachedModel]:
        """Iterate over the cached values, the least recently used first."""
        return iter(sorted(self._held.values(), key=lambda held: held.used))

    def __contains__(self, key: Key) -> bool:
        return key in self._held

    @property
    def bytes(self) -> int:
        """Bytes on the device that computes."""
        return sum(held.on_card for held in self._held.values())

    @property
    def host_bytes(self) -> int:
        """Bytes in main memory in addition to the device."""
        return sum(held.on_host for held in self._held.values())

    def pipeline(
        self,
        key: Key,
        build: Callable[[], T],
        context: Context,
        size: int,
        move: Callable[[T, Place], None] | None = None,
        parts: tuple[Key, ...] = (),
        stays: int = 0,
    ) -> T:
        """Return the value cached under a key; build it if it is missing, and report that as a load.

        `size` is the expected size of its weights: this many bytes are freed at its place before it is built,
        and the actual size is measured afterwards (`measure_models`). `move` moves the value to main memory
        and back; without it, the value is dropped to free memory. Values that the same job (its context)
        requested before are never dropped for this. `parts` are the keys of separately cached values that it
        was built from (not included in `size`): they count as used with it, and it is dropped when one of
        them is dropped. `stays` bytes of a value that waits in main memory by its key's placement are on the
        card all the same.
        """
        held = self._held.get(key)
        if held is None:
            held = self._load(key, build, context, size, move, parts, stays)
        elif held.place == "host":
            self._bring_back(held, context)
        for one in (*(self._held[part] for part in held.parts if part in self._held), held):
            self._uses += 1
            one.used, one.by = self._uses, context
        return cast(T, held.value)

    def at_hand(self, key: Key) -> Any:
        """Return the value cached under a key if it is completely on the device, else None. Does not count as
        a use.
        """
        held = self._held.get(key)
        return held.value if held is not None and not held.waits else None

    def has_of(self, model: str, title: str) -> bool:
        """Return True if any value of these weights is in memory, by their digest or their display name."""
        return any(model == key.model or title == key.title for key in list(self._held))

    part = pipeline  # components that several pipelines share are cached in the same way

    def drop(self, key: Key) -> None:
        """Drop a value and the values that were built from it; nothing happens if it is not cached."""
        for whole in [each.key for each in self._held.values() if key in each.parts]:
            self.drop(whole)
        if self._held.pop(key, None) is not None:
            self.memory.collect()

    def make_room(self, size: int, model: str, context: Context) -> None:
        """Free memory until the weights of this digest and their work have `size` bytes of the device,
        counting the bytes that these weights already use. Only other weights are dropped.
        """
        self.measure()
        own = [held for held in self._held.values() if held.key.model == model]
        self._free(size - sum(held.on_card for held in own), own, context)

    def free(self, size: int, context: Context | None = None) -> int:
        """Free `size` bytes of the device, except values that the job uses. Return the number of bytes
        freed.
        """
        if self.memory.free() < size:
            self.measure()
        return self._free(size, (), context)

    def _free(self, size: int, spared: Collection[CachedModel], context: Context | None) -> int:
        let_go = 0
        for held in self._order(context):
            if any(held is one for one in spared):
                continue
            if self.memory.free() >= size:
                break
            if held.key in self._held and held.on_card:
                let_go += self._let_go(held, context)
        return let_go

    def free_host(self, size: int, context: Context | None = None) -> int:
        """Free `size` bytes of main memory, if it is separate from the device's. Return the number of bytes
        freed.
        """
        let_go = 0
        for held in self._order(context) if self.memory.host_free() else ():
            if self.memory.host_free() >= size:
                break
            if held.key in self._held and held.on_host:
                let_go += held.on_host
                self.drop(held.key)
                if context:
                    context.log(f"let go of {held.key}: room for {held.on_host / 1e9:.1f} GB")
        return let_go

    def measure(self) -> None:
        """Measure the cached values again: LoRAs may have been added, layers quantised, and some parts of a
        value in main memory may have stayed on the card after their work.
        """
        for held in self._held.values():
            self._count(held)

    def _count(self, held: CachedModel) -> None:
        size = self.weigh(held.value)
        if size:
            held.stays = round(held.stays * size / held.size) if held.size else 0
            held.size = size
        there = self.lies(held.value)
        if there is not None and held.waits:
            held.stays = there

    def clear(self) -> None:
        """Drop everything."""
        self._held.clear()
        self.memory.collect()

    def _load(
        self,
        key: Key,
        build: Callable[[], T],
        context: Context,
        size: int,
        move: Callable[[T, Place], None] | None,
        parts: tuple[Key, ...],
        stays: int,
    ) -> CachedModel:
        for other in [each for each in self._held if _replaces(key, each)]:
            context.log(f"let go of {other}: {key} takes its place")
            self.drop(other)
        moved = cast("Callable[[Any, Place], None] | None", move)
        held = CachedModel(key, None, size, 0.0, self._uses, context, moved, parts, stays=stays)
        if held.on_card or not held.waits:
            self.free(held.on_card + MARGIN, context)
        if held.waits:
            self.free_host(held.on_host + MARGIN, context)
        began = time.monotonic()
        held.value = build()
        held.seconds = seconds = time.monotonic() - began
        self._count(held)
        self._held[key] = held
        context.loaded(str(key), seconds, held.size)
        return held

    def _bring_back(self, held: CachedModel, context: Context) -> None:
        self.free(held.size + MARGIN, context)
        began = time.monotonic()
        assert held.move
        held.move(held.value, "card")
        held.place = "card"
        context.log(f"{held.key} is back on the card after {time.monotonic() - began:.1f} s")

    def _order(self, context: Context | None) -> list[CachedModel]:
        """Return the values in the order in which they are dropped: least recently used first, without those
        that this job uses.
        """
        return [held for held in self if context is None or held.by is not context]

    def _let_go(self, held: CachedModel, context: Context | None) -> int:
        """Move a value to main memory if it fits there, else drop it. Return the bytes freed on the card."""
        size = held.on_card
        if held.move and self.memory.host_free() >= held.size + MARGIN:
            held.move(held.value, "host")
            held.place = "host"
            note = f"{held.key} waits in main memory"
        else:
            self.drop(held.key)
            note = f"let go of {held.key}"
        self.memory.collect()
        if context:
            context.log(f"{note}: room for {size / 1e9:.1f} GB")
        return size


def _replaces(new: Key, old: Key) -> bool:
    """Return True if the keys are the same component in different forms: a job stepped down, or needs another
    precision.
    """
    return (new.model, new.component) == (old.model, old.component)


@cache
def model_cache() -> ModelCache:
    """Return the cache of this process, for the device that its environment shows."""
    from milimo_tui.engines.runtime.memory import DeviceMemory, bytes_held, bytes_there

    return ModelCache(DeviceMemory(), bytes_held, bytes_there)
