"""The machine as text: its GPUs with memory, load, temperature and loaded models, and its CPU, memory and
disk.

Pure functions over the result of `Client.fetch_machine`. Unknown values are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from milimo_tui.core.format import format_bytes
from milimo_tui.jobs.values.cluster_view import SLOW, UP, NodeView
from milimo_tui.jobs.values.machine_view import GpuView, MachineView
from milimo_tui.jobs.values.queue_views import EstimateError
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.canvas import draw_progress_bar
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

HOT = 84.0  # From this GPU temperature in °C, the value has the warning colour.
FULL = 0.92  # From this used share of a memory or disk (0 to 1), the value has the warning colour.


def format_machine_summary(machine: MachineView, ink: TextStyles, width: int) -> Text:
    """Return the machine's state in at most `width` cells, for the header. Less important values are left out
    first.
    """
    gpus = machine.gpus
    versions = [_format_gpu(gpu, ink, level) for gpu in gpus[:1] for level in range(4)] if gpus else []
    if len(gpus) > 1:
        versions = [_format_gpus(gpus, ink, level) for level in range(4)]
    if not gpus:
        versions = [_format_cpu(machine, ink, level) for level in range(3)]
    return next((text for text in versions if text.cell_len <= width), Text())


def _format_gpu(gpu: GpuView, ink: TextStyles, level: int) -> Text:
    """Return a GPU's state, such as `gpu0 H200 61 / 141 GB 92 % 58 °C ltx2 loaded`. `level` is 0 to 3; a
    higher level leaves out more values.
    """
    text = join_line((gpu.id, ink.text))
    name = shorten_gpu_name(gpu.name or "")
    if name and level == 0:
        text.append(f"  {name}", ink.muted)
    used, total = gpu.memory_used, gpu.memory_total
    if used is not None and total:
        text.append(f"  {format_used_memory(used, total)}", ink.stale if used / total > FULL else ink.text)
    if gpu.utilisation is not None:
        text.append(f"   {gpu.utilisation:.0f} %", ink.text)
    heat = gpu.temperature
    if heat is not None and level < 3:
        text.append(f"   {heat:.0f} °C", ink.stale if heat >= HOT else ink.text)
    loaded = " + ".join(gpu.loaded)
    if loaded and level < 2:
        text.append(f"   {loaded} loaded", ink.muted)
    return text


def _format_gpus(gpus: Sequence[GpuView], ink: TextStyles, level: int) -> Text:
    if level == 0:
        return Text("     ").join([_format_gpu(gpu, ink, 3) for gpu in gpus])
    used = sum(gpu.memory_used or 0 for gpu in gpus)
    total = sum(gpu.memory_total or 0 for gpu in gpus)
    loads = [gpu.utilisation for gpu in gpus if gpu.utilisation is not None]
    text = join_line((f"{len(gpus)} GPUs", ink.text))
    if total:
        text.append(f"  {format_used_memory(used, total)}", ink.text)
    if loads and level < 3:
        text.append(f"   {sum(loads) / len(loads):.0f} %", ink.text)
    return text


def _format_cpu(machine: MachineView, ink: TextStyles, level: int) -> Text:
    """Return the state of a machine without a GPU, such as `cpu 3.1 of 8 memory 12 of 32 GB 210 GB free`.
    `level` is 0 to 2; a higher level leaves out more values.
    """
    text = join_line()
    if machine.cpu_load is not None:
        text.append(f"cpu {machine.cpu_load:.1f} of {machine.cores or '?'}", ink.text)
    used, total = machine.memory_used, machine.memory_total
    if used is not None and total and level < 2:
        text.append(
            f"   memory {format_used_memory(used, total)}", ink.stale if used / total > FULL else ink.text
        )
    if machine.disk_free is not None and level < 1:
        text.append(f"   {format_bytes(machine.disk_free)} free", ink.muted)
    return text


def make_machine_lines(machine: MachineView, ink: TextStyles, width: int) -> list[Text]:
    """Return the lines of the machine pane: GPUs, then CPU, memory and disk with bars, then other machines
    and the worker processes. Each line is at most `width` cells wide.
    """
    out: list[Text] = []
    for gpu in machine.gpus:
        out += _make_gpu_lines(gpu, ink, width)
    if machine.cpu_load is not None:
        cores = machine.cores or 1
        words = f"{machine.cpu_load:.1f} of {cores}"
        out.append(_draw_gauge("cpu", machine.cpu_load / cores, words, ink, width, warn=False))
    used, total = machine.memory_used, machine.memory_total
    if used is not None and total:
        out.append(_draw_gauge("memory", used / total, format_used_memory(used, total), ink, width))
    if machine.disk_free is not None and machine.disk_total:
        share = 1 - machine.disk_free / machine.disk_total
        out.append(_draw_gauge("disk", share, f"{format_bytes(machine.disk_free)} free", ink, width))
    for node in machine.nodes:
        out += _make_node_lines(node, ink, width)
    for process in machine.workers:
        size = format_bytes(process.rss) if process.rss else ""
        name, loaded = process.worker.id, process.worker.loaded or ""
        out.append(
            join_line((fit_to_cells(name, 9), ink.muted), (f"{size:<8}", ink.text), (loaded, ink.muted))
        )
    return out


def _make_node_lines(node: NodeView, ink: TextStyles, width: int) -> list[Text]:
    """Return lines about another machine of the cluster, such as `one up 1 of 2 busy · 4 x H200 · ltx2`. A
    problem follows on further lines.
    """
    if not node.slots and not node.reason:
        return []  # The head node of a cluster may run no jobs itself, so there is nothing to show.
    style = ink.text if node.state == UP else ink.stale if node.state == SLOW else ink.failed
    facts = [f"{node.busy} of {node.slots} busy"] if node.slots else []
    facts += [f"{node.gpus} x {shorten_gpu_name(node.card)}"] if node.card else []
    facts += [" + ".join(node.loaded)] if node.loaded else []
    lines = [
        join_line(
            (fit_to_cells(node.name, 9), ink.muted),
            (f"{node.state:<8}", style),
            (fit_to_cells(" · ".join(facts), max(8, width - 17)), ink.muted),
        )
    ]
    if node.reason:
        lines += [
            join_line((" " * 9, ink.muted), (part, style)) for part in wrap_words(node.reason, width - 9)
        ]
    return lines


def _make_gpu_lines(gpu: GpuView, ink: TextStyles, width: int) -> list[Text]:
    used, total = gpu.memory_used, gpu.memory_total
    name = shorten_gpu_name(gpu.name or "")
    lines = []
    if used is not None and total:
        lines.append(_draw_gauge(gpu.id, used / total, format_used_memory(used, total), ink, width))
    facts = [name]
    if gpu.utilisation is not None:
        facts.append(f"{gpu.utilisation:.0f} %")
    if gpu.temperature is not None:
        facts.append(f"{gpu.temperature:.0f} °C")
    loaded = " + ".join(gpu.loaded)
    lines.append(
        join_line((" " * 9, ink.muted), ("   ".join(fact for fact in [*facts, loaded] if fact), ink.muted))
    )
    return lines


def _draw_gauge(
    name: str, share: float, words: str, ink: TextStyles, width: int, *, warn: bool = True
) -> Text:
    style = ink.stale if warn and share > FULL else ink.text
    cells = max(4, min(20, width - 9 - 2 - 16))
    return join_line(
        (fit_to_cells(name, 9), ink.muted),
        (draw_progress_bar(min(1.0, share), cells), ink.working),
        (f"  {words}", style),
    )


def format_used_memory(used: float, total: float) -> str:
    """Return a used amount of memory and the total, both in bytes, as `61 / 141 GB`."""
    scale, unit = (1e9, "GB") if total >= 0.95e9 else (1e6, "MB")
    return f"{_format_short_number(used / scale)} / {_format_short_number(total / scale)} {unit}"


def _format_short_number(number: float) -> str:
    return f"{number:.0f}" if number >= 9.95 or number < 0.05 else f"{number:.1f}"


def shorten_gpu_name(name: str) -> str:
    """Return a GPU's name without its vendor and memory: `NVIDIA H200 141GB HBM3e` becomes `H200`."""
    words = [
        word for word in name.split() if word.upper() not in ("NVIDIA", "AMD", "GEFORCE", "RADEON", "TESLA")
    ]
    return " ".join(word for word in words if not word.upper().endswith("GB") and "HBM" not in word.upper())[
        :16
    ]


def format_estimate_error(error: EstimateError) -> str:
    """Return the median error of past time estimates, as `estimates ±18 %`; empty if no estimate has been
    checked yet.
    """
    return f"estimates ±{error.median * 100:.0f} %" if error.median is not None else ""
