"""The speeds of a card in computing and in moving data. They are the published values for the card's class
until the card was measured. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.engines.recipes.values import Card, Rates

REACHED = 0.5  # Share of the published rate of multiplications that these models reach in practice.
DISK_GBS = 3.0  # GB per second, typical of a solid-state disk
CPU = Rates(0.3, 20.0, 20.0, DISK_GBS)
APPLE = Rates(8.0, 300.0, 300.0, DISK_GBS)  # Apple's GPUs share main memory, so nothing crosses a bus.


@dataclass(frozen=True, slots=True)
class CardClass:
    """A class of cards with the same speed.

    `names` are words that occur in the product names of these cards, and `memory_gb` is the memory of the
    largest of them. `tflops` is the published rate for dense 16-bit products in 10¹² operations per second.
    `memory_gbs` and `bus_gbs` are the speeds of the memory and the bus in GB per second.
    """

    names: tuple[str, ...]
    memory_gb: float
    tflops: float
    memory_gbs: float
    bus_gbs: float


# In order of memory. A card whose name is unknown gets the most common class for its memory (`COMMON_CARDS`).
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
# The most common card for each memory size in GB. It gives the speeds of a card whose name is unknown.
COMMON_CARDS = {
    8: "4060", 12: "4070", 16: "4080", 24: "4090", 32: "5090", 48: "L40S", 80: "H100", 96: "RTX PRO 6000",
    130: "H200", 180: "B200",
}  # fmt: skip
TYPICAL = Rates(82.5, 1000.0, 24.0, DISK_GBS)  # used for estimates that are not for a particular card


def get_card_rates(card: Card) -> Rates:
    """Return the speeds of a card: measured on this machine, else known by the card's name, else by its
    memory.
    """
    if card.rates is not None:
        return card.rates
    if card.kind in ("cpu", "mps"):
        return CPU if card.kind == "cpu" else APPLE
    named = next((row for row in reversed(CLASSES) if _matches_card_name(row, card.name)), None)
    return _compute_class_rates(named or _find_class_by_memory(card.memory_gb))


def _matches_card_name(row: CardClass, name: str) -> bool:
    words = name.split()
    return any(one in words or (" " in one and one in name) for one in row.names)


def _find_class_by_memory(memory_gb: float) -> CardClass:
    """Return the class of a common card with about `memory_gb` GB of memory. If no common card has this size,
    return the class of the next smaller size.
    """
    sizes = [size for size in COMMON_CARDS if size <= memory_gb * 1.05]
    word = COMMON_CARDS[max(sizes, default=min(COMMON_CARDS))]
    return next(row for row in CLASSES if word in row.names)


def _compute_class_rates(row: CardClass) -> Rates:
    return Rates(row.tflops * REACHED, row.memory_gbs, row.bus_gbs, DISK_GBS)
