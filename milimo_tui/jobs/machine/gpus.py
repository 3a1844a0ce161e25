"""Find the GPUs of this machine and read their memory and load, without importing torch or any model library.
NVIDIA cards are queried through their driver library (NVML), AMD cards through sysfs.

NVML is imported only if the driver is installed. NVML is initialised and shut down for each query, because a
driver without users can put its cards into a low-power state.
"""

from __future__ import annotations

import importlib
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

from milimo_tui.jobs.values.machine_view import GpuFigures

CUDA = "CUDA_VISIBLE_DEVICES"
HIP = "HIP_VISIBLE_DEVICES"


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics card, or one MIG instance (a partition of an NVIDIA card).

    A process that is started with the variables in `environment` sees only this card.
    """

    name: str
    uuid: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


class Nvml(Protocol):
    """The functions of the `pynvml` module that this module calls."""

    NVMLError: type[Exception]
    NVML_TEMPERATURE_GPU: int

    def nvmlInit(self) -> None: ...  # noqa: N802
    def nvmlShutdown(self) -> None: ...  # noqa: N802
    def nvmlDeviceGetCount(self) -> int: ...  # noqa: N802
    def nvmlDeviceGetHandleByIndex(self, index: int) -> Any: ...  # noqa: N802
    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> Any: ...  # noqa: N802
    def nvmlDeviceGetUUID(self, handle: Any) -> str: ...  # noqa: N802
    def nvmlDeviceGetName(self, handle: Any) -> str: ...  # noqa: N802
    def nvmlDeviceGetCudaComputeCapability(self, handle: Any) -> tuple[int, int]: ...  # noqa: N802
    def nvmlDeviceGetMigMode(self, handle: Any) -> list[int]: ...  # noqa: N802
    def nvmlDeviceGetMaxMigDeviceCount(self, handle: Any) -> int: ...  # noqa: N802
    def nvmlDeviceGetMigDeviceHandleByIndex(self, handle: Any, index: int) -> Any: ...  # noqa: N802
    def nvmlDeviceGetMemoryInfo(self, handle: Any) -> Any: ...  # noqa: N802
    def nvmlDeviceGetUtilizationRates(self, handle: Any) -> Any: ...  # noqa: N802
    def nvmlDeviceGetTemperature(self, handle: Any, sensor: int) -> int: ...  # noqa: N802


def load_nvml(root: Path = Path("/")) -> Nvml | None:
    """Import `pynvml` if an NVIDIA driver is installed, otherwise return None.

    The driver's files are checked first, because this is faster than the import.
    """
    signs = ("proc/driver/nvidia", "dev/nvidiactl", "dev/dxg")
    if not any((root / sign).exists() for sign in signs):
        return None
    return cast(Nvml, importlib.import_module("pynvml"))


def find_gpus(
    environment: Mapping[str, str],
    *,
    root: Path = Path("/"),
    nvml: Callable[[Path], Nvml | None] = load_nvml,
    system: tuple[str, str] = (sys.platform, platform.machine()),
) -> tuple[Gpu, ...]:
    """Return every GPU that the environment lets this process use; empty if there is none.

    `environment` are the variables that hide cards, such as `CUDA_VISIBLE_DEVICES`. `root` replaces the root
    of the file system in tests. `system` is the platform and the processor.
    """
    if system == ("darwin", "arm64"):
        return (Gpu("Apple GPU"),)
    cards = _find_nvidia_gpus(nvml(root)) or _find_nvidia_gpus_in_proc(root)
    if cards:
        return _select_visible_gpus(cards, environment.get(CUDA))
    return _select_visible_gpus(_find_amd_gpus(root), environment.get(HIP))


def read_gpu_figures(
    environment: Mapping[str, str], *, root: Path = Path("/"), nvml: Callable[[Path], Nvml | None] = load_nvml
) -> GpuFigures:
    """Return the current readings of a card: memory, load and temperature. `environment` holds the variables
    that select the card (`Gpu.environment`). A sleeping card may need seconds to wake up.
    """
    if CUDA in environment:
        return _read_nvidia_figures(nvml(root), environment[CUDA])
    if HIP in environment:
        return _read_amd_figures(root, int(environment[HIP]))
    return GpuFigures()


def _select_visible_gpus(cards: tuple[Gpu, ...], allowed: str | None) -> tuple[Gpu, ...]:
    """Return the cards that a visibility variable such as `CUDA_VISIBLE_DEVICES` names, in the variable's
    order.

    `allowed` is the variable's value: card numbers or beginnings of UUIDs, parsed by the same rules as in
    CUDA. None selects all cards.
    """
    if allowed is None:
        return cards
    picked: list[Gpu] = []
    for name in (part.strip() for part in allowed.split(",")):
        if name.isdigit() and int(name) < len(cards):
            picked.append(cards[int(name)])
        elif named := [card for card in cards if name and card.uuid.startswith(name)]:
            picked.extend(named)
        else:
            break  # Like CUDA, ignore everything after the first unknown name.
    return tuple(picked)


@contextmanager
def _open_nvml(nvml: Nvml) -> Iterator[None]:
    """Initialize NVML for the duration of a `with` block."""
    nvml.nvmlInit()
    try:
        yield
    finally:
        nvml.nvmlShutdown()


def _find_nvidia_gpus(nvml: Nvml | None) -> tuple[Gpu, ...]:
    """Find the NVIDIA cards through NVML. Return each card, or for a divided card each of its MIG
    instances.
    """
    if nvml is None:
        return ()
    found: list[Gpu] = []
    # If NVML fails, the cards may still be found through the driver's files in /proc.
    with suppress(nvml.NVMLError), _open_nvml(nvml):
        for index in range(nvml.nvmlDeviceGetCount()):
            card = nvml.nvmlDeviceGetHandleByIndex(index)
            for handle in _list_mig_instances(nvml, card) or [card]:
                uuid = nvml.nvmlDeviceGetUUID(handle)
                found.append(Gpu(nvml.nvmlDeviceGetName(handle), uuid, {CUDA: uuid}))
    return tuple(found)


def _list_mig_instances(nvml: Nvml, card: Any) -> list[Any]:
    """Return the MIG instances of a card; empty if the card is not divided or does not support MIG."""
    parts: list[Any] = []
    try:
        if not nvml.nvmlDeviceGetMigMode(card)[0]:
            return parts
    except nvml.NVMLError:
        return parts
    for index in range(nvml.nvmlDeviceGetMaxMigDeviceCount(card)):
        with suppress(nvml.NVMLError):  # NVML raises an error for an index that has no instance.
            parts.append(nvml.nvmlDeviceGetMigDeviceHandleByIndex(card, index))
    return parts


def _find_nvidia_gpus_in_proc(root: Path) -> tuple[Gpu, ...]:
    """Find the NVIDIA cards through the driver's files in /proc. Used if NVML fails."""
    found = []
    for card in sorted(root.glob("proc/driver/nvidia/gpus/*/information")):
        facts = _read_facts_file(card, ":")
        if uuid := facts.get("GPU UUID", ""):
            found.append(Gpu(facts.get("Model", "NVIDIA GPU"), uuid, {CUDA: uuid}))
    return tuple(found)


def _read_nvidia_figures(nvml: Nvml | None, uuid: str) -> GpuFigures:
    if nvml is None:
        return GpuFigures(uuid=uuid)

    def ask(question: Callable[..., Any], *about: Any) -> Any:
        """Call the NVML function `question` with the arguments `about`. Return None if the card does not
        support this query.
        """
        try:
            return question(*about)
        except nvml.NVMLError:
            return None

    try:
        with _open_nvml(nvml):
            handle = nvml.nvmlDeviceGetHandleByUUID(uuid)
            memory = ask(nvml.nvmlDeviceGetMemoryInfo, handle)
            rates = ask(nvml.nvmlDeviceGetUtilizationRates, handle)
            return GpuFigures(
                name=ask(nvml.nvmlDeviceGetName, handle),
                uuid=uuid,
                memory_used=int(memory.used) if memory else None,
                memory_total=int(memory.total) if memory else None,
                utilisation=float(rates.gpu) if rates else None,
                temperature=ask(nvml.nvmlDeviceGetTemperature, handle, nvml.NVML_TEMPERATURE_GPU),
            )
    except nvml.NVMLError:
        return GpuFigures(uuid=uuid)


def read_compute_capability(
    environment: Mapping[str, str],
    *,
    root: Path = Path("/"),
    nvml: Callable[[Path], Nvml | None] = load_nvml,
) -> tuple[int, int]:
    """Return the CUDA compute capability (major, minor) of the card that `environment` selects; (0, 0) if
    unknown.
    """
    found = nvml(root) if CUDA in environment else None
    if found is None:
        return (0, 0)
    try:
        with _open_nvml(found):
            handle = found.nvmlDeviceGetHandleByUUID(environment[CUDA])
            major, minor = found.nvmlDeviceGetCudaComputeCapability(handle)
    except found.NVMLError:
        return (0, 0)
    return int(major), int(minor)


def _list_amd_nodes(root: Path) -> list[Path]:
    """Return the sysfs folders of the AMD driver's GPU nodes, in the order in which HIP numbers the cards."""
    if not (root / "dev/kfd").exists():
        return []
    nodes = root.glob("sys/class/kfd/kfd/topology/nodes/*")
    whole = sorted((node for node in nodes if node.name.isdigit()), key=lambda node: int(node.name))
    return [node for node in whole if _read_facts_file(node / "properties").get("simd_count", "0") != "0"]


def _find_amd_gpus(root: Path) -> tuple[Gpu, ...]:
    found = []
    for index, node in enumerate(_list_amd_nodes(root)):
        number = int(_read_facts_file(node / "properties").get("unique_id", "0"))
        uuid = f"GPU-{number:016x}" if number else ""
        found.append(Gpu(_read_amd_name(root, node), uuid, {HIP: str(index)}))
    return tuple(found)


def _get_amd_device_folder(root: Path, node: Path) -> Path:
    minor = _read_facts_file(node / "properties").get("drm_render_minor", "0")
    return root / f"sys/class/drm/renderD{minor}/device"


def _read_amd_name(root: Path, node: Path) -> str:
    return (
        _read_stripped_text(_get_amd_device_folder(root, node) / "product_name")
        or _read_stripped_text(node / "name")
        or "AMD GPU"
    )


def _read_amd_figures(root: Path, index: int) -> GpuFigures:
    nodes = _list_amd_nodes(root)
    if index >= len(nodes):
        return GpuFigures()
    device = _get_amd_device_folder(root, nodes[index])
    heat = next(
        (number for path in device.glob("hwmon/*/temp1_input") if (number := _read_number_file(path))), None
    )
    card = _find_amd_gpus(root)[index]
    return GpuFigures(
        name=card.name,
        uuid=card.uuid or None,
        memory_used=_read_number_file(device / "mem_info_vram_used"),
        memory_total=_read_number_file(device / "mem_info_vram_total"),
        utilisation=_read_number_file(device / "gpu_busy_percent"),
        temperature=None if heat is None else heat / 1000,
    )


def _read_stripped_text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _read_number_file(path: Path) -> int | None:
    text = _read_stripped_text(path)
    return int(text) if text.isdigit() else None


def _read_facts_file(path: Path, mark: str = " ") -> dict[str, str]:
    """Parse a file of the driver that has one `key value` pair in each line. `mark` is the separator between
    key and value.
    """
    pairs = (line.partition(mark) for line in _read_stripped_text(path).splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}
