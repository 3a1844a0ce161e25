"""Test of the GPUs and facts that a machine reports, with simulated drivers and folders."""

# ruff: noqa: N802  (the driver's own names)

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from milimo_tui.core.settings import Settings
from milimo_tui.jobs.machine import gpus, health
from milimo_tui.jobs.machine.gpus import Gpu, find_gpus, load_nvml, read_gpu_figures
from milimo_tui.jobs.machine.lanes import Slot, list_machine_slots
from milimo_tui.jobs.machine.machine import MachineReader
from milimo_tui.jobs.values.machine_view import GpuFigures, MachineView, WorkerProcess
from tests.jobs.conftest import JobHome, picture, until_runs, until_state

CUDA, HIP = "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"
LINUX = ("linux", "x86_64")


class DriverError(Exception):
    pass


class Driver:
    """A simulated driver library (`gpus.Nvml`) with `cards` GPUs. `divided` maps a GPU to its number of
    partitions. If `dead`, initialisation fails.
    """

    NVMLError: type[Exception] = DriverError
    NVML_TEMPERATURE_GPU = 0

    def __init__(self, cards: int = 1, divided: Mapping[int, int] | None = None, dead: bool = False) -> None:
        self._cards, self._divided, self._dead = cards, divided or {}, dead
        self.open = 0
        self.opened = 0

    def nvmlInit(self) -> None:
        if self._dead:
            raise DriverError("driver and library are of different versions")
        self.open += 1
        self.opened += 1

    def nvmlShutdown(self) -> None:
        self.open -= 1

    def nvmlDeviceGetCount(self) -> int:
        assert self.open
        return self._cards

    def nvmlDeviceGetHandleByIndex(self, index: int) -> Any:
        return f"GPU-{index}"

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> Any:
        assert self.open
        if uuid == "GPU-gone":
            raise DriverError("not found")
        return uuid

    def nvmlDeviceGetUUID(self, handle: Any) -> str:
        return str(handle)

    def nvmlDeviceGetName(self, handle: Any) -> str:
        return f"Card {handle}"

    def nvmlDeviceGetCudaComputeCapability(self, handle: Any) -> tuple[int, int]:
        if handle.startswith("MIG"):
            raise DriverError("not supported")
        return (8, 9)

    def nvmlDeviceGetMigMode(self, handle: Any) -> list[int]:
        if not self._divided:
            raise DriverError("not supported")
        return [int(int(handle[4:]) in self._divided), 0]

    def nvmlDeviceGetMaxMigDeviceCount(self, handle: Any) -> int:
        return 7

    def nvmlDeviceGetMigDeviceHandleByIndex(self, handle: Any, index: int) -> Any:
        if index >= self._divided[int(handle[4:])]:
            raise DriverError("no such part")
        return f"MIG-{handle[4:]}-{index}"

    def nvmlDeviceGetMemoryInfo(self, handle: Any) -> Any:
        return SimpleNamespace(used=3 << 30, total=24 << 30)

    def nvmlDeviceGetUtilizationRates(self, handle: Any) -> Any:
        if handle.startswith("MIG"):
            raise DriverError("not supported")
        return SimpleNamespace(gpu=92)

    def nvmlDeviceGetTemperature(self, handle: Any, sensor: int) -> int:
        if handle.startswith("MIG"):
            raise DriverError("not supported")
        return 58


def found(root: Path, driver: Driver | None = None, *, allowed: Mapping[str, str] | None = None) -> list[Gpu]:
    return list(find_gpus(allowed or {}, root=root, nvml=lambda _: driver, system=LINUX))


def test_cards_are_read_by_the_driver_library(tmp_path: Path) -> None:
    driver = Driver(2)
    cards = found(tmp_path, driver)
    assert cards == [
        Gpu("Card GPU-0", "GPU-0", {CUDA: "GPU-0"}),
        Gpu("Card GPU-1", "GPU-1", {CUDA: "GPU-1"}),
    ]
    assert (driver.open, driver.opened) == (0, 1), "let go of: a card may sleep"


def test_compute_capability_is_read_or_unknown(tmp_path: Path) -> None:
    driver = Driver(1)
    assert gpus.read_compute_capability({CUDA: "GPU-0"}, nvml=lambda root: driver) == (8, 9)
    assert gpus.read_compute_capability({CUDA: "GPU-gone"}, nvml=lambda root: driver) == (0, 0)
    assert gpus.read_compute_capability({CUDA: "GPU-0"}, root=tmp_path) == (0, 0)
    assert gpus.read_compute_capability({}, nvml=lambda root: driver) == (0, 0)
    assert driver.open == 0


def test_partitioned_card_counts_as_its_parts(tmp_path: Path) -> None:
    cards = found(tmp_path, Driver(3, {1: 2}))
    assert [card.uuid for card in cards] == ["GPU-0", "MIG-1-0", "MIG-1-1", "GPU-2"]
    assert cards[2].environment == {CUDA: "MIG-1-1"}


@pytest.mark.parametrize(
    ("allowed", "picked"),
    [("1,0", ["GPU-1", "GPU-0"]), ("GPU-1", ["GPU-1"]), ("0,-1,1", ["GPU-0"]), ("", []), ("7", [])],
)
def test_environment_limits_the_cards(tmp_path: Path, allowed: str, picked: list[str]) -> None:
    assert [card.uuid for card in found(tmp_path, Driver(2), allowed={CUDA: allowed})] == picked


def test_driver_files_are_read_where_the_library_does_not_answer(tmp_path: Path) -> None:
    for bus, uuid in (("0000:01:00.0", "GPU-aaa"), ("0000:02:00.0", "GPU-bbb")):
        folder = tmp_path / "proc/driver/nvidia/gpus" / bus
        folder.mkdir(parents=True)
        (folder / "information").write_text(f"Model: \t X\nGPU UUID: \t {uuid}\nBus Type: PCIe\n")
    for driver in (None, Driver(dead=True)):
        assert found(tmp_path, driver) == [
            Gpu("X", "GPU-aaa", {CUDA: "GPU-aaa"}),
            Gpu("X", "GPU-bbb", {CUDA: "GPU-bbb"}),
        ]
    assert found(tmp_path, None, allowed={CUDA: "1"})[0].uuid == "GPU-bbb"
    assert read_gpu_figures({CUDA: "GPU-aaa"}, root=tmp_path, nvml=lambda _: Driver(dead=True)) == GpuFigures(
        uuid="GPU-aaa"
    )


def test_machine_without_a_driver_has_no_gpu_and_imports_nothing(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    assert load_nvml(tmp_path) is None
    code = (
        "import sys; from pathlib import Path; from milimo_tui.jobs.machine.gpus import find_gpus;"
        f"find_gpus({{}}, root=Path({str(tmp_path)!r}));"
        "print([name for name in ('pynvml', 'torch', 'amdsmi') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/nvidiactl").touch()
    assert load_nvml(tmp_path) is not None


def amd(root: Path) -> None:
    """Create the system files of two AMD GPUs and a processor, which is also listed as a node."""
    (root / "dev").mkdir()
    (root / "dev/kfd").touch()
    for node, simds, minor in ((0, 0, 0), (1, 256, 128), (2, 256, 129)):
        folder = root / f"sys/class/kfd/kfd/topology/nodes/{node}"
        folder.mkdir(parents=True)
        (folder / "properties").write_text(
            f"cpu_cores_count 0\nsimd_count {simds}\ndrm_render_minor {minor}\nunique_id {node * 10}\n"
        )
        (folder / "name").write_text("vega20\n")
    device = root / "sys/class/drm/renderD129/device"
    (device / "hwmon/hwmon3").mkdir(parents=True)
    for name, value in (
        ("mem_info_vram_used", 5 << 30),
        ("mem_info_vram_total", 16 << 30),
        ("gpu_busy_percent", 40),
        ("hwmon/hwmon3/temp1_input", 61000),
        ("product_name", "Instinct"),
    ):
        (device / name).write_text(f"{value}\n")


def test_amd_cards_are_read_by_sysfs(tmp_path: Path) -> None:
    amd(tmp_path)
    assert found(tmp_path) == [
        Gpu("vega20", f"GPU-{10:016x}", {HIP: "0"}),
        Gpu("Instinct", f"GPU-{20:016x}", {HIP: "1"}),
    ]
    assert [card.environment for card in found(tmp_path, allowed={HIP: "1"})] == [{HIP: "1"}]
    assert read_gpu_figures({HIP: "1"}, root=tmp_path) == GpuFigures(
        "Instinct", f"GPU-{20:016x}", 5 << 30, 16 << 30, 40, 61.0
    )
    assert read_gpu_figures({HIP: "0"}, root=tmp_path).memory_used is None
    assert read_gpu_figures({HIP: "9"}, root=tmp_path) == GpuFigures()
    (tmp_path / "dev/kfd").unlink()
    assert found(tmp_path) == []


def test_apple_machine_has_one_gpu(tmp_path: Path) -> None:
    (card,) = find_gpus({}, root=tmp_path, system=("darwin", "arm64"))
    assert card.environment == {}
    assert find_gpus({}, root=tmp_path, system=("darwin", "x86_64")) == ()


def test_each_gpu_has_a_worker_and_the_other_lanes_exist() -> None:
    cards = (Gpu("a", "GPU-a", {CUDA: "GPU-a"}), Gpu("b", "", {HIP: "1"}))
    lanes = list_machine_slots(Settings(cpu_workers=2), cards)
    assert [(slot.id, slot.lane) for slot in lanes] == [
        ("gpu0", "gpu"),
        ("gpu1", "gpu"),
        ("cpu0", "cpu"),
        ("cpu1", "cpu"),
        ("render", "render"),
        ("quick", "quick"),
        ("fetch", "fetch"),
        ("quiet", "quiet"),
    ]
    assert [slot.environment for slot in lanes[:3]] == [
        {CUDA: "GPU-a", "MILIMO_GPU": "a"},
        {HIP: "1", "MILIMO_GPU": "b"},
        {},
    ]
    assert [slot.id for slot in list_machine_slots(Settings(gpu_probe=False))] == [
        "cpu",
        "render",
        "quick",
        "fetch",
        "quiet",
    ]


# Facts that a machine reports


def test_figures_of_a_card_and_of_a_partition_are_read(tmp_path: Path) -> None:
    driver = Driver()
    whole = read_gpu_figures({CUDA: "GPU-0"}, root=tmp_path, nvml=lambda _: driver)
    assert whole == GpuFigures("Card GPU-0", "GPU-0", 3 << 30, 24 << 30, 92.0, 58)
    part = read_gpu_figures({CUDA: "MIG-0-1"}, root=tmp_path, nvml=lambda _: driver)
    assert (part.memory_total, part.utilisation, part.temperature) == (24 << 30, None, None)
    missing = read_gpu_figures({CUDA: "GPU-gone"}, root=tmp_path, nvml=lambda _: driver)
    assert missing == GpuFigures(uuid="GPU-gone")
    assert driver.open == 0
    assert read_gpu_figures({}) == GpuFigures()


def test_machine_is_read_on_request_and_at_most_once_a_second(tmp_path: Path) -> None:
    asked: list[str] = []
    now = [100.0]

    def ask(environment: Mapping[str, str]) -> GpuFigures:
        asked.append(environment[CUDA])
        return GpuFigures("Card", environment[CUDA], 1, 2, 3.0, 4.0)

    cards = list_machine_slots(
        Settings(), (Gpu("a", "GPU-a", {CUDA: "GPU-a"}), Gpu("b", "GPU-b", {CUDA: "GPU-b"}))
    )
    machine = MachineReader(tmp_path, cards, figures=ask, clock=lambda: now[0])
    worker = {"id": "gpu1", "pid": 7, "lane": "gpu", "loaded": "ltx2", "job": None, "rss": 5}
    process = WorkerProcess.from_json(worker)
    before = machine.build_machine_view([process]).as_json()
    assert before["gpus"][0]["memory_used"] is None
    assert not asked
    for _ in range(10):
        machine.read()
    assert asked == ["GPU-a", "GPU-b"]
    now[0] += 1.1
    machine.read()
    assert len(asked) == 4
    values = machine.build_machine_view([process]).as_json()
    assert values["gpus"][1] == {
        "id": "gpu1",
        "name": "Card",
        "uuid": "GPU-b",
        "memory_used": 1,
        "memory_total": 2,
        "utilisation": 3.0,
        "temperature": 4.0,
        "loaded": ["ltx2"],
    }
    assert values["gpus"][0]["loaded"] == []
    assert values["workers"] == [worker]
    assert values.keys() == before.keys() == {"gpus", "cpu", "memory", "disk", "workers", "nodes"}
    assert 0 < values["memory"]["used"] < values["memory"]["total"]
    assert 0 < values["disk"]["free"] <= values["disk"]["total"]
    assert json.loads(json.dumps(values)) == values
    assert MachineView.from_json(values).as_json() == values


def test_unknown_system_values_are_none(tmp_path: Path) -> None:
    machine = MachineReader(tmp_path, (Slot("cpu", "cpu"),), proc=tmp_path / "none")
    machine.read()
    assert (machine.build_machine_view([]).memory_used, machine.build_machine_view([]).memory_total) == (
        None,
        None,
    )


def test_process_is_inspected() -> None:
    look = health.read_process_sample(os.getpid())
    assert look
    assert look.rss > 1 << 20
    assert gpus.find_gpus({}, root=Path("/nowhere"), system=LINUX) == ()


@pytest.mark.long("queue")
def test_client_asks_for_the_machine(house: JobHome) -> None:
    client = house.start()
    (id,) = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    machine = client.fetch_machine()
    assert machine.cores
    assert machine.memory_total is not None
    assert machine.memory_total > (machine.memory_used or 0) > 0
    assert machine.gpus == []
    (process,) = machine.workers
    assert (process.worker.lane, process.worker.job) == ("cpu", id)
    assert (process.rss or 0) > 1 << 20
    house.gate.touch()
    until_state(client, id, "done")
