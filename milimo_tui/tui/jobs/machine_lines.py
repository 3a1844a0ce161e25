"""The machine in words: GPUs with memory, load, heat and loaded models; CPU, memory and disk.

Pure: what `Client.machine` gives in, lines out. Unknown figures are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from milimo_tui.core.format import bytes_text
from milimo_tui.jobs.values.views import EstimateError
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.canvas import bar
from milimo_tui.tui.widgets.text import fit, line

Machine = Mapping[str, Any]

HOT = 84.0  # °C from which a GPU's heat is told in amber
FULL = 0.92  # share of a disk or memory from which it is told in amber


def head_line(machine: Machine, ink: Ink, width: int) -> Text:
    """Describe the machine in at most `width` cells, for the header; less important words go first."""
    gpus = machine.get("gpus") or ()
    versions = [_gpu_words(gpu, ink, level) for gpu in gpus[:1] for level in range(4)] if gpus else []
    if len(gpus) > 1:
        versions = [_gpus_words(gpus, ink, level) for level in range(4)]
    if not gpus:
        versions = [_cpu_words(machine, ink, level) for level in range(3)]
    return next((text for text in versions if text.cell_len <= width), Text())


def _gpu_words(gpu: Machine, ink: Ink, level: int) -> Text:
    """Describe a GPU: `gpu0  H200  61 / 141 GB   92 %   58 °C   ltx2 loaded`; higher levels say less."""
    text = line((str(gpu.get("id") or "gpu"), ink.text))
    name = short_name(str(gpu.get("name") or ""))
    if name and level == 0:
        text.append(f"  {name}", ink.muted)
    used, total = gpu.get("memory_used"), gpu.get("memory_total")
    if used is not None and total:
        text.append(f"  {used_text(used, total)}", ink.stale if used / total > FULL else ink.text)
    if gpu.get("utilisation") is not None:
        text.append(f"   {gpu['utilisation']:.0f} %", ink.text)
    heat = gpu.get("temperature")
    if heat is not None and level < 3:
        text.append(f"   {heat:.0f} °C", ink.stale if heat >= HOT else ink.text)
    loaded = " + ".join(str(name) for name in gpu.get("loaded") or ())
    if loaded and level < 2:
        text.append(f"   {loaded} loaded", ink.muted)
    return text


def _gpus_words(gpus: Sequence[Machine], ink: Ink, level: int) -> Text:
    if level == 0:
        return Text("     ").join([_gpu_words(gpu, ink, 3) for gpu in gpus])
    used = sum(float(gpu.get("memory_used") or 0) for gpu in gpus)
    total = sum(float(gpu.get("memory_total") or 0) for gpu in gpus)
    loads = [float(gpu["utilisation"]) for gpu in gpus if gpu.get("utilisation") is not None]
    text = line((f"{len(gpus)} GPUs", ink.text))
    if total:
        text.append(f"  {used_text(used, total)}", ink.text)
    if loads and level < 3:
        text.append(f"   {sum(loads) / len(loads):.0f} %", ink.text)
    return text


def _cpu_words(machine: Machine, ink: Ink, level: int) -> Text:
    """Describe a machine without a GPU: `cpu 3.1 of 8   memory 12 of 32 GB   210 GB free`."""
    text = line()
    cpu, memory, disk = (machine.get(name) or {} for name in ("cpu", "memory", "disk"))
    if cpu.get("load") is not None:
        text.append(f"cpu {cpu['load']:.1f} of {cpu.get('cores') or '?'}", ink.text)
    if memory.get("total") and level < 2:
        full = memory["used"] / memory["total"] > FULL
        text.append(
            f"   memory {used_text(memory['used'], memory['total'])}", ink.stale if full else ink.text
        )
    if disk.get("free") is not None and level < 1:
        text.append(f"   {bytes_text(disk['free'])} free", ink.muted)
    return text


def panel(machine: Machine, ink: Ink, width: int) -> list[Text]:
    """Return a line or two for each GPU, then CPU, memory and disk with bars; at most `width` cells each."""
    out: list[Text] = []
    for gpu in machine.get("gpus") or ():
        out += _gpu_lines(gpu, ink, width)
    cpu, memory, disk = (machine.get(name) or {} for name in ("cpu", "memory", "disk"))
    if cpu.get("load") is not None:
        cores = int(cpu.get("cores") or 1)
        share = float(cpu["load"]) / cores
        out.append(_gauge("cpu", share, f"{cpu['load']:.1f} of {cores}", ink, width, warn=False))
    if memory.get("total"):
        share = memory["used"] / memory["total"]
        out.append(_gauge("memory", share, used_text(memory["used"], memory["total"]), ink, width))
    if disk.get("total"):
        share = 1 - disk["free"] / disk["total"]
        out.append(_gauge("disk", share, f"{bytes_text(disk['free'])} free", ink, width))
    for worker in machine.get("workers") or ():
        loaded = worker.get("loaded")
        names = loaded if isinstance(loaded, list | tuple) else [loaded] if loaded else []
        words = " + ".join(str(name) for name in names)
        size = bytes_text(worker["rss"]) if worker.get("rss") else ""
        out.append(
            line(
                (fit(str(worker.get("id") or ""), 9), ink.muted), (f"{size:<8}", ink.text), (words, ink.muted)
            )
        )
    return out


def _gpu_lines(gpu: Machine, ink: Ink, width: int) -> list[Text]:
    used, total = gpu.get("memory_used"), gpu.get("memory_total")
    name = short_name(str(gpu.get("name") or ""))
    lines = []
    if used is not None and total:
        lines.append(_gauge(str(gpu.get("id") or "gpu"), used / total, used_text(used, total), ink, width))
    facts = [name]
    if gpu.get("utilisation") is not None:
        facts.append(f"{gpu['utilisation']:.0f} %")
    if gpu.get("temperature") is not None:
        facts.append(f"{gpu['temperature']:.0f} °C")
    loaded = " + ".join(str(name) for name in gpu.get("loaded") or ())
    lines.append(
        line((" " * 9, ink.muted), ("   ".join(fact for fact in [*facts, loaded] if fact), ink.muted))
    )
    return lines


def _gauge(name: str, share: float, words: str, ink: Ink, width: int, *, warn: bool = True) -> Text:
    style = ink.stale if warn and share > FULL else ink.text
    cells = max(4, min(20, width - 9 - 2 - 16))
    return line((fit(name, 9), ink.muted), (bar(min(1.0, share), cells), ink.working), (f"  {words}", style))


def used_text(used: float, total: float) -> str:
    """`61 / 141 GB`"""
    scale, unit = (1e9, "GB") if total >= 0.95e9 else (1e6, "MB")
    return f"{_short(used / scale)} / {_short(total / scale)} {unit}"


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 9.95 or number < 0.05 else f"{number:.1f}"


def short_name(name: str) -> str:
    """Shorten a GPU's name, without maker and memory: `NVIDIA H200 141GB HBM3e` to `H200`."""
    words = [
        word for word in name.split() if word.upper() not in ("NVIDIA", "AMD", "GEFORCE", "RADEON", "TESLA")
    ]
    return " ".join(word for word in words if not word.upper().endswith("GB") and "HBM" not in word.upper())[
        :16
    ]


def pace_words(error: EstimateError) -> str:
    """`estimates ±18 %`: how far off those of the past were; empty when none was ever checked."""
    return f"estimates ±{error.median * 100:.0f} %" if error.median is not None else ""
