"""Shell commands in sentences, replaced by their key here, or else by `:` and their words.

The studio writes each sentence once, with `milimo COMMAND …`; the shell shows it unchanged. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from milimo_tui.core.screens import ScreenName
from milimo_tui.studio.registry.grammar import WORDS
from milimo_tui.tui.keys.keymap import Keymap

_COMMAND = re.compile(rf"\bmilimo ((?:{'|'.join(WORDS)}|run|help)\b(?: [a-z][a-z-]*)*)")
_ARGUMENT = re.compile(r" (?:--|[A-Z0-9“@{…])")  # Matches if an argument follows the command, not prose.
CORRECTED = "try: "  # comes before a corrected command line (`studio.registry.corrections`)
# Commands that have an action of their own on a screen.
_ACTS = {
    "app.doctor": "ui.doctor", "film.render": "ui.render", "job.cancel": "ui.cancel_job",
    "job.retry": "ui.retry", "storyboard.commit": "ui.commit",
}  # fmt: skip
_SCREENS = {
    "job.list": ScreenName.JOBS,
    "job.watch": ScreenName.JOBS,
    "model.list": ScreenName.MODELS,
    "review.list": ScreenName.REVIEW,
}


def replace_commands_by_keys(text: str, keymap: Keymap, contexts: Iterable[str]) -> str:
    """Return the sentence with each shell command replaced by its key, or by the text to type after `:`."""
    within = tuple(contexts)

    def replacement(found: re.Match[str]) -> str:
        words = found[1].split(" ")
        if text.endswith(CORRECTED, 0, found.start()):  # a line to type: its words are no prose
            return f":{found[1]}"
        if words[0] == "help":
            keys = ["?", *words[2:]] if words[1:2] == ["keys"] else ["?", *words[1:]]
            return " ".join(keys)
        if words[0] == "run":
            return f":{' '.join(words[1:])}"
        for size in range(min(3, len(words)), 0, -1):
            chord = _find_command_chord(
                _make_command_id(words[:size]), text[found.end() :], keymap, within, size == len(words)
            )
            if chord:
                return " ".join([chord, *words[size:]])
        return f":{found[1]}"

    return _COMMAND.sub(replacement, text)


def _make_command_id(words: list[str]) -> str:
    """Return the command id for words: `cut take-up` is `cut.take_up`, `build` is `app.build`."""
    if len(words) == 1:
        return f"{WORDS[words[0]]}.{words[0]}"
    return f"{words[0]}.{'_'.join(words[1:])}".replace("-", "_")


def _find_command_chord(id: str, rest: str, keymap: Keymap, contexts: tuple[str, ...], is_last: bool) -> str:
    """Return the keys that do exactly this command here; empty if arguments follow that no key supplies."""
    if is_last and _ARGUMENT.match(rest):
        return ""
    if id in _SCREENS:
        return keymap.find_chord("ui.mode", contexts, _SCREENS[id])
    plain = [
        binding
        for binding in keymap.list_bindings_in_reach(contexts)
        if binding.run == id and not binding.args
    ]
    return keymap.find_chord(id, contexts) if plain else keymap.find_chord(_ACTS.get(id, ""), contexts)
