"""Weights that stay in memory between jobs: one `ModelCache` for all engines of a worker process.

Knows nothing of torch: what is held is built, moved and counted by who asks for it. Makes room by a planned
order, moving to main memory what will be quicker to bring back than to load.
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
OFFLOADED = ("parts", "kept", "blocks", "leaves", "disk")  # placements that keep weights off the card
MARGIN = 256 << 20  # bytes left free beside what is brought in: allocators round up


@dataclass(frozen=True, slots=True)
class Key:
    """What is held: whose weights (`Found.digest`), which component, and the form it has in memory.

    `component` is `pipeline`, `transformer`, `text_encoder`, …; a part that two pipelines share has one key.
    `placed` is the recipe's placement where hooks of it stay on the modules (offload), else empty.
    """

    model: str
    component: str = "pipeline"
    dtype: str = ""
    quant: str = ""
    placed: str = ""
    title: str = field(default="", compare=False)  # how a person knows the weights

    @property
    def rests(self) -> bool:
        """Whether it is on the device from one use to the next: nothing keeps its weights in main memory."""
        way = self.placed.partition(",")[0]
        streamed = way == "text" and self.component in ("text_encoder", "pipeline")  # of which it is a part
        return way.partition(" ")[0] not in OFFLOADED and not streamed

    def __str__(self) -> str:
        form = ", ".join(dict.fromkeys(word for word in (self.dtype, self.quant, self.placed) if word))
        return f"{self.component} of {self.title or self.model[:12]}" + (f" ({form})" if form else "")


def _unknown(value: Any) -> int:
    return 0


def _anywhere(value: Any) -> int | None:
    return None


class Memory(Protocol):
    """The two memories weights can be in, in bytes free right now (`torching.memory.DeviceMemory`)."""

    def free(self) -> int:
        """Of the device that computes."""
        ...

    def host_free(self) -> int:
        """Of main memory, where weights can be moved to; 0 where the device computes in main memory."""
        ...

    def collect(self) -> None:
        """Give back what nothing refers to."""
        ...


@dataclass(slots=True)
class CachedModel:
    """One thing in memory. `seconds` is what it took to load, `used` counts up with each use."""

    key: Key
    value: Any
    size: int
    seconds: float
    used: int
    by: Context | None
    move: Callable[[Any, Place], None] | None = None
    parts: tuple[Key, ...] = ()
    place: Place = "card"
    stays: int = 0  # bytes that are on the card though the others wait

    @property
    def waits(self) -> bool:
        """Whether its weights are in main memory: moved there, or kept there by how it is placed."""
        return self.place == "host" or not self.key.rests

    @property
    def on_card(self) -> int:
        """Bytes on the device that computes."""
        return self.stays if self.waits else self.size

    @property
    def on_host(self) -> int:
        """Bytes in main memory beside it; what waits on the disk is in neither."""
        return 0 if self.key.placed.startswith("disk") else self.size - self.on_card


@dataclass(slots=True)
class ModelCache:
    """What this process holds. `model_cache()` is the process's one; tests make their own.

    `weigh` gives the bytes of the weights of what is held, 0 for what was expected; `lies` those of them that
    lie on the device now, None where nobody can tell.
    """

    memory: Memory
    weigh: Callable[[Any], int] = _unknown
    lies: Callable[[Any], int | None] = _anywhere
    _held: dict[Key, CachedModel] = field(default_factory=dict)
    _uses: int = 0

    def __iter__(self) -> Iterator[CachedModel]:
        """What is held, the least recently used first."""
        return iter(sorted(self._held.values(), key=lambda held: held.used))

    def __contains__(self, key: Key) -> bool:
        return key in self._held

    @property
    def bytes(self) -> int:
        """What is held on the device that computes."""
        return sum(held.on_card for held in self._held.values())

    @property
    def host_bytes(self) -> int:
        """What is held in main memory beside it."""
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
        """What is held under that key; built when it is not, and told as a load then.

        `size` is what its weights are expected to take: so many bytes are made free, where it will be, before
        it is built; what they take then is counted (`measure`). `move`
        brings it to main memory and back; without it, it is dropped to make room. What the same job (its
        context) asked for before is never dropped for this. `parts` are what it was built of that is held
        under keys of its own (and not in `size`): they are used when it is, and go when it goes for good.
        `stays` bytes of what waits in main memory by its key's placement are on the card all the same.
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
        """What is held under that key if it is whole on the device, else None; it counts as no use."""
        held = self._held.get(key)
        return held.value if held is not None and not held.waits else None

    def has_of(self, model: str, title: str) -> bool:
        """Whether anything of those weights is in memory, by their digest or as a person knows them."""
        return any(model == key.model or title == key.title for key in list(self._held))

    part = pipeline  # a component that several pipelines share is held the same way

    def drop(self, key: Key) -> None:
        """Let go of it, and of what was built of it; nothing happens when it is not held."""
        for whole in [each.key for each in self._held.values() if key in each.parts]:
            self.drop(whole)
        if self._held.pop(key, None) is not None:
            self.memory.collect()

    def make_room(self, size: int, model: str, context: Context) -> None:
        """Have so many bytes of the device for work by weights of that digest, what is there of them counted
        in: others make room.
        """
        self.measure()
        own = [held for held in self._held.values() if held.key.model == model]
        self._free(size - sum(held.on_card for held in own), own, context)

    def free(self, size: int, context: Context | None = None) -> int:
        """Make so many bytes of the device free, sparing what the job uses. Returns the bytes let go."""
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
        """The same for main memory, where it is another than the device's. Returns the bytes let go."""
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
        """Count what is held as it is now: LoRAs may have been put on, layers brought into fewer bits, and of
        what waits some parts stay where they worked last.
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
        """Let go of everything."""
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
        """Whom to let go first: what no job uses now, least recently used; never what this job uses."""
        return [held for held in self if context is None or held.by is not context]

    def _let_go(self, held: CachedModel, context: Context | None) -> int:
        """Move it to main memory where that has room, else drop it. Returns the bytes of the card."""
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
    """Whether it is the same component in another form: a job stepped down, or asks for other precision."""
    return (new.model, new.component) == (old.model, old.component)


@cache
def model_cache() -> ModelCache:
    """The one of this process, on the device its environment shows it."""
    from milimo_tui.engines.runtime.memory import DeviceMemory, bytes_held, bytes_there

    return ModelCache(DeviceMemory(), bytes_held, bytes_there)
