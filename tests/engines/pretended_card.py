"""Simulate a GPU on a machine without one: tensors that are moved to it stay in main memory and are marked as
on the GPU.

An operation on tensors of both devices is refused as CUDA refuses it. Reading a tensor whose copy runs on
another, unsynchronised stream is refused too. The bytes on the GPU are counted. All numbers are computed on
the CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

CARD = torch.device("cuda", 0)
CPU = torch.device("cpu")
MIXED = "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"
ON_ITS_WAY = "read while its copy is on the way"
BOTH_SIDES = ("copy_", "_to_copy")  # operations that may take tensors of both devices
# Operations whose indices may be on either device
INDEXED = ("index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index")


class CudaStream:
    """A CUDA stream: data copied on it may be read elsewhere only after a wait for the stream."""

    def __init__(self, card: Card) -> None:
        self._card = card

    def synchronize(self) -> None:
        self._card.arrived(self)

    def wait_stream(self, other: CudaStream) -> None:
        self._card.arrived(other)

    def wait_event(self, event: Any) -> None:
        self._card.arrived(event.line)

    def record_event(self, event: Any = None) -> Any:
        return SimpleNamespace(line=self, synchronize=self.synchronize, wait=self.synchronize)


@dataclass
class Card:
    """The simulated GPU: the storages on it, and the storages whose copy is still running on a stream."""

    memory: int
    there: dict[int, tuple[Any, int]] = field(default_factory=dict)
    coming: dict[int, CudaStream] = field(default_factory=dict)
    locked: dict[int, Any] = field(default_factory=dict)
    most: int = 0
    lines: list[CudaStream] = field(default_factory=list)

    @property
    def line(self) -> CudaStream:
        """The stream on which work is queued now."""
        return self.lines[-1]

    def arrived(self, line: CudaStream | None = None) -> None:
        """Mark the copies of a stream as finished, or of all streams if `line` is None."""
        self.coming = {key: one for key, one in self.coming.items() if line is not None and one is not line}

    def bytes(self) -> int:
        """Return the number of bytes on the GPU now."""
        for key in [key for key, (kept, _) in self.there.items() if kept.expired()]:
            del self.there[key]
            self.coming.pop(key, None)
        return sum(size for _, size in self.there.values())

    def has(self, tensor: Tensor) -> bool:
        """Return True if the tensor is on the GPU."""
        return any(_storage(one)._cdata in self.there for one in _plain(tensor))

    def put(self, tensor: Tensor, there: bool) -> None:
        """Mark a tensor as on the GPU (`there`) or not."""
        for one in _plain(tensor):
            kept = _storage(one)
            if there and one.device.type == "cpu":
                self.there[kept._cdata] = (_weakly(kept), kept.nbytes())
            elif not there:
                self.there.pop(kept._cdata, None)
        if there and len(self.there) % 64 == 0:
            self.most = max(self.most, self.bytes())

    def bring(self, tensor: Tensor) -> None:
        """Mark a tensor as being copied on the current stream, so that other streams have to wait for it."""
        if self.line is not self.lines[0]:
            self.coming |= {_storage(one)._cdata: self.line for one in _plain(tensor)}


def _storage(tensor: Tensor) -> Any:
    return tensor.untyped_storage()


def _weakly(storage: Any) -> Any:
    """Return a weak reference that tells when the storage is freed. Until then no other storage has the same
    number.
    """
    known: Any = StorageWeakRef
    return known(storage)


def _plain(tensor: Tensor) -> Iterator[Tensor]:
    """Yield the plain tensors inside a tensor: itself, or the parts of a quantised or wrapped tensor."""
    if hasattr(tensor, "__tensor_flatten__"):
        for name in tensor.__tensor_flatten__()[0]:
            yield from _plain(getattr(tensor, name))
    elif torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        yield from _plain(torch._C._functorch.get_unwrapped(tensor))
    elif tensor.layout == torch.strided:
        yield tensor


class DeviceCheck(TorchDispatchMode):
    """Check every tensor operation and decide on which device its result is."""

    supports_higher_order_operators = True

    def __init__(self, card: Card) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._card = card

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        with torch._C.DisableTorchFunction():
            return self._work(func, args, kwargs or {})

    def _work(self, func: Any, args: Any, kwargs: Any) -> Any:
        card, name = self._card, func.__name__.partition(".")[0]
        given = [one for one in tree_leaves((args, kwargs)) if isinstance(one, Tensor)]
        there = [one for one in given if card.has(one)]
        for one in there:
            for part in _plain(one):
                line = card.coming.get(_storage(part)._cdata)
                if line is not None and line is not card.line:
                    raise RuntimeError(f"{name}: {ON_ITS_WAY}")
        looked_at = [args[0], *args[2:]] if name in INDEXED and given and args[0] is given[0] else given
        if name in INDEXED and not card.has(args[0]) and there:
            raise RuntimeError(f"{name}: indices should be either on cpu or on the same device")
        here = [
            one
            for one in looked_at
            if isinstance(one, Tensor) and one.dim() and one.device.type == "cpu" and not card.has(one)
        ]
        if there and here and name not in BOTH_SIDES:
            raise RuntimeError(f"{MIXED} ({name})")
        dice = next((one for one in tree_leaves((args, kwargs)) if isinstance(one, torch.Generator)), None)
        if there and dice is not None:
            raise RuntimeError(f"Expected a 'cuda' device type for generator but found 'cpu' ({name})")
        made = func(*args, **kwargs)
        if there:
            kept = {_storage(part)._cdata for one in given for part in _plain(one)}
            for one in tree_leaves(made):
                if isinstance(one, Tensor) and not any(_storage(part)._cdata in kept for part in _plain(one)):
                    card.put(one, there=True)
                    card.bring(one)
        return made


class Words(TorchFunctionMode):
    """Answer every question about devices before torch looks for a driver."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self._card = card
        tensor: Any = torch.Tensor
        self._own: dict[Any, Callable[..., Any]] = {
            tensor.device.__get__: self._device,
            tensor.is_cuda.__get__: self._card.has,
            tensor.is_cpu.__get__: lambda one: one.is_cpu and not self._card.has(one),
            tensor.get_device: lambda one: 0 if self._card.has(one) else -1,
            tensor.to: self._to,
            tensor.cuda: lambda one, *_, **named: self._to(one, CARD, **named),
            tensor.cpu: lambda one, **_: self._to(one, CPU),
            tensor.numpy: self._numpy,
            tensor.__array__: self._numpy,
            tensor.pin_memory: self._pin,
            tensor.is_pinned: lambda one, *_: self._is_pinned(one),
        }

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func in self._own:
            return self._own[func](*args, **kwargs)
        if kwargs.get("device") is None:
            return self._stays(func(*args, **kwargs), (args, kwargs))
        wanted = torch.device(kwargs["device"])
        if wanted.type == "meta":
            return func(*args, **kwargs)
        if wanted.type == "cuda" and kwargs.get("generator") is not None:
            raise RuntimeError("Expected a 'cuda' device type for generator but found 'cpu'")
        before = {_storage(part)._cdata for one in args if isinstance(one, Tensor) for part in _plain(one)}
        made = func(
            *args,
            **{**kwargs, "device": CPU, "pin_memory": False}
            if "pin_memory" in kwargs
            else {**kwargs, "device": CPU},
        )
        if any(_storage(part)._cdata in before for part in _plain(made)):
            made = made.clone() if self._card.has(made) != (wanted.type == "cuda") else made
        self._card.put(made, wanted.type == "cuda")
        return made

    def _stays(self, made: Any, given: Any) -> Any:
        """Mark new tensors as on the GPU if an input is: some operations allocate memory internally."""
        fresh = [one for one in tree_leaves(made) if isinstance(one, Tensor) and not self._card.has(one)]
        if fresh:
            tensors = [one for one in tree_leaves(given) if isinstance(one, Tensor)]
            if any(self._card.has(one) for one in tensors):
                known = {_storage(part)._cdata for one in tensors for part in _plain(one)}
                for one in fresh:
                    if all(_storage(part)._cdata not in known for part in _plain(one)):
                        self._card.put(one, there=True)
        return made

    def _device(self, one: Tensor) -> torch.device:
        return CARD if self._card.has(one) else one.device

    def _numpy(self, one: Tensor, *args: Any, **kwargs: Any) -> Any:
        if self._card.has(one):
            raise TypeError("can't convert cuda:0 device type tensor to numpy")
        return one.numpy(*args, **kwargs)

    def _pin(self, one: Tensor, *_: Any) -> Tensor:
        if self._card.has(one):
            raise RuntimeError("cannot pin 'torch.cuda.FloatTensor' only dense CPU tensors can be pinned")
        made = one.clone()
        kept = _storage(made)
        self._card.locked[kept._cdata] = _weakly(kept)
        return made

    def _is_pinned(self, one: Tensor) -> bool:
        kept = self._card.locked.get(_storage(one)._cdata)
        return kept is not None and not kept.expired()

    def _to(self, one: Tensor, *args: Any, **named: Any) -> Tensor:
        device, dtype = named.pop("device", None), named.pop("dtype", None)
        for arg in args:
            if isinstance(arg, Tensor):
                device, dtype = self._device(arg), arg.dtype
            elif isinstance(arg, torch.dtype):
                dtype = arg
            elif isinstance(arg, str | torch.device):
                device = arg
        if "other" in named:
            other = named.pop("other")
            device, dtype = self._device(other), other.dtype
        there = self._card.has(one)
        target = there if device is None else torch.device(device).type == "cuda"
        if device is not None and torch.device(device).type == "meta":
            return one.to(device, dtype)
        rest = {name: value for name, value in named.items() if name == "memory_format"}
        copy = bool(named.get("copy")) or there != target
        made = one.to(dtype=dtype or one.dtype, copy=copy, **rest)
        if there != target:
            self._card.put(made, target)
            if target and named.get("non_blocking"):
                self._card.bring(made)
        return made


@contextmanager
def pretended(gb: float = 80) -> Iterator[Card]:
    """Make torch report a GPU with `gb` gigabytes to this process while the context is open."""
    card = Card(round(gb * 1e9))
    card.lines.append(CudaStream(card))

    @contextmanager
    def on(line: CudaStream | None) -> Iterator[None]:
        card.lines.append(line or card.line)
        try:
            yield
        finally:
            card.lines.pop()

    facts = SimpleNamespace(
        name="a pretended card", total_memory=card.memory, major=9, minor=0, multi_processor_count=1
    )
    told = {
        "is_available": lambda: True,
        "device_count": lambda: 1,
        "current_device": lambda: 0,
        "get_device_properties": lambda *_: facts,
        "get_device_name": lambda *_: facts.name,
        "get_device_capability": lambda *_: (9, 0),
        "mem_get_info": lambda *_: (card.memory - card.bytes(), card.memory),
        "memory_reserved": lambda *_: card.bytes(),
        "memory_allocated": lambda *_: card.bytes(),
        "max_memory_reserved": lambda *_: card.most,
        "max_memory_allocated": lambda *_: card.most,
        "reset_peak_memory_stats": lambda *_: None,
        "empty_cache": lambda: None,
        "ipc_collect": lambda: None,
        "synchronize": lambda *_: card.arrived(),
        "Stream": type(
            "Stream", (CudaStream,), {"__init__": lambda self, *_, **__: CudaStream.__init__(self, card)}
        ),
        "current_stream": lambda *_: card.line,
        "default_stream": lambda *_: card.lines[0],
        "stream": on,
        "set_device": lambda *_: None,
        "is_bf16_supported": lambda *_, **__: True,
    }
    with ExitStack() as stack:
        for name, value in told.items():
            stack.callback(setattr, torch.cuda, name, getattr(torch.cuda, name))
            setattr(torch.cuda, name, value)
        torch.Tensor.record_stream = lambda *_: None  # type: ignore[method-assign]
        stack.callback(delattr, torch.Tensor, "record_stream")  # uncovers the method of the base class again
        stack.enter_context(Words(card))
        stack.enter_context(DeviceCheck(card))
        yield card
