"""How fast a card computes and moves: what is published of its class, until it was measured here. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.engines.recipes.values import Card, Rates

REACHED = 0.5  # of the published rate of multiplying, on shapes of these models
DISK_GBS = 3.0  # a solid-state disk
CPU = Rates(0.3, 20.0, 20.0, DISK_GBS)
APPLE = Rates(8.0, 300.0, 300.0, DISK_GBS)  # its GPUs share main memory: nothing crosses a bus


@dataclass(frozen=True, slots=True)
class CardClass:
    """Cards of one kind: `names` are words of their names, `memory_gb` the most that such a card has.

    `tflops` are published for dense 16-bit products, `memory_gbs` and `bus_gbs` what memory and bus carry.
    """

    names: tuple[str, ...]
    memory_gb: float
    tflops: float
    memory_gbs: float
    bus_gbs: float


# By memory: one of unknown name counts as the first that has as much.
CLASSES: tuple[CardClass, ...] = (
    CardClass(("3060", "3070", "4060", "2080"), 8, 30, 270, 12),
    CardClass(("4070", "5070", "3080"), 12, 58, 500, 24),
    CardClass(("4080", "5080", "5060"), 16, 97, 720, 24),
    CardClass(("L4",), 24, 60, 300, 24),
    CardClass(("3090", "A5000", "A10"), 24, 71, 900, 24),
    CardClass(("4090", "7900"), 24, 165, 1000, 24),
    CardClass(("5090",), 32, 209, 1790, 48),
    CardClass(("L40", "L40S", "A6000", "6000 Ada"), 48, 181, 860, 24),
    CardClass(("A100",), 80, 312, 2000, 24),
    CardClass(("H100", "H800"), 80, 800, 3350, 48),
    CardClass(("RTX PRO 6000",), 96, 400, 1790, 48),
    CardClass(("H200",), 141, 989, 4800, 48),
    CardClass(("B200", "GB200"), 192, 2250, 8000, 48),
)
USUAL = {  # that people have with as much memory
    8: "4060", 12: "4070", 16: "4080", 24: "4090", 32: "5090", 48: "L40S", 80: "H100", 96: "RTX PRO 6000",
    130: "H200", 180: "B200",
}  # fmt: skip
TYPICAL = Rates(82.5, 1000.0, 24.0, DISK_GBS)  # of a card nobody asks about


def rates_of(card: Card) -> Rates:
    """How fast that card is: as measured here, else by its name, else by its memory."""
    if card.rates is not None:
        return card.rates
    if card.kind in ("cpu", "mps"):
        return CPU if card.kind == "cpu" else APPLE
    named = next((row for row in reversed(CLASSES) if _named(row, card.name)), None)
    return _rates(named or _of_memory(card.memory_gb))


def _named(row: CardClass, name: str) -> bool:
    words = name.split()
    return any(one in words or (" " in one and one in name) for one in row.names)


def _of_memory(memory_gb: float) -> CardClass:
    """The class that people have with as much memory."""
    sizes = [size for size in USUAL if size <= memory_gb * 1.05]
    word = USUAL[max(sizes, default=min(USUAL))]
    return next(row for row in CLASSES if word in row.names)


def _rates(row: CardClass) -> Rates:
    return Rates(row.tflops * REACHED, row.memory_gbs, row.bus_gbs, DISK_GBS)
