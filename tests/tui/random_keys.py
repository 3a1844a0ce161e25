"""Generate random keys as a terminal sends them: chords of the keymap on one screen after another.

Keys that end or suspend the studio are omitted. The palette and the command line accept every command,
including those, so there words are typed and then cancelled.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from milimo_tui.tui.keys.keymap import Binding, Keymap
from milimo_tui.tui.keys.keymap_file import load_keymap

# Ctrl+C (twice), Ctrl+Q and Ctrl+Z end or suspend the studio in every context.
ENDS = {"\x03", "\x11", "\x1a"}
ANY_COMMAND = {"ui.command_line", "ui.palette"}
# Moving up to the root folder and adding everything would import all files of the machine.
FOLDERS = {"ui.here", "ui.above", "ui.home"}
SCREENS: Mapping[str, Sequence[str]] = {
    "gh": ("home",), "gs": ("script",), "gb": ("storyboard",), "gbl\r": ("shot",), "gt": ("timeline",),
    "ge": ("elements",), "gm": ("media",), "gv": ("review",), "gj": ("jobs",), "gw": ("models",),
    "gf": ("film",), "gtt": ("trim",), "gtv": ("visual",), "gtF": ("player",), "gt\t": ("inspector",),
    "gtf": ("source",), "gtgn": ("notes",), "gtgc": ("cuts",), "gtgu": ("history",), "gtgp": ("arrivals",),
    "gvS": ("rating",), "gfP": ("presets",), "gt%z": ("viewing_hand",), "ghd": ("doctor", "card"),
    "gsi": ("writing",), "gsv": ("script_visual",),
}  # fmt: skip
WORDS = "aeinrst 1 lm"
_SENT = {
    "space": " ", "enter": "\r", "escape": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "backspace": "\x7f",
    "left": "\x1b[D", "right": "\x1b[C", "up": "\x1b[A", "down": "\x1b[B", "home": "\x1b[H", "end": "\x1b[F",
    "shift+left": "\x1b[1;2D", "shift+right": "\x1b[1;2C", "shift+up": "\x1b[1;2A", "shift+down": "\x1b[1;2B",
    "pageup": "\x1b[5~", "pagedown": "\x1b[6~", "ctrl+underscore": "\x1f",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
    "f10": "\x1b[21~", "f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~",
}  # fmt: skip


def sent(key: str) -> str:
    """Return the bytes that a terminal sends for a key of the keymap."""
    if key in _SENT:
        return _SENT[key]
    if key.startswith("ctrl+"):
        return chr(ord(key[5:]) - 96)
    assert len(key) == 1, key
    return key


class RandomKeys:
    """An endless source of random keys, each as the bytes of one key press, always the same for one seed.

    `pressed` lists the keys that were taken.
    """

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._keymap: Keymap = load_keymap()
        self.pressed: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while True:
            way = self._dice.choice(list(SCREENS))
            yield from self._noted(self._at(way, self._dice.randint(3, 25)))

    def once_round(self) -> list[str]:
        """Return keys that go to every screen in order, with a few random keys on each."""
        ways = self._dice.sample(list(SCREENS), len(SCREENS))
        return [key for way in ways for key in self._at(way, 3)]

    def _at(self, way: str, count: int) -> list[str]:
        """Return the keys that open a screen, followed by `count` random chords."""
        chords = self._reach(SCREENS[way])
        there = [self._chord(self._dice.choice(chords)) for _ in range(count)]
        return ["\x1b", "\x1b", *way, *(key for chord in there for key in chord)]

    def _noted(self, keys: Sequence[str]) -> Iterator[str]:
        for key in keys:
            self.pressed.append(key)
            yield key

    def _reach(self, contexts: Sequence[str]) -> list[Binding]:
        """Return the chords of the given contexts and of the panels and fields that open over them."""
        reach = [*contexts, "overlay", "prompt", "confirm"]
        for context in contexts:
            reach += self._keymap.parents.get(context, ())
        found = self._keymap.list_bindings_in_reach(reach)
        return [each for each in found if each.run not in FOLDERS and not ENDS & set(self._keys(each))]

    def _keys(self, binding: Binding) -> list[str]:
        return [sent(key) for key in binding.chord]

    def _chord(self, binding: Binding) -> list[str]:
        keys = self._keys(binding)
        words = [self._dice.choice(WORDS) for _ in range(self._dice.randint(0, 5))]
        if binding.run in ANY_COMMAND or keys in (["\x10"], [":"]):
            return [*keys, *words, "\x1b", "\x1b"]
        if binding.role in ("raw", "register"):
            return [*keys, self._dice.choice("ab123")]
        count = self._dice.choice(["", "", "", "", "3", "12"]) if binding.role == "motion" else ""
        return [*count, *keys, *(words if self._dice.random() < 0.1 else ())]
