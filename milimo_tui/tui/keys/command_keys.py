"""Replace shell commands in messages by the key that runs them here. If there is no key, show the text to
type after `:`.

Each message is written once, with `milimo COMMAND …`, and the shell shows it unchanged. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from milimo_tui.core.screens import ScreenName
from milimo_tui.studio.registry.grammar import WORDS
from milimo_tui.tui.keys.keymap import Keymap

# Also matches quoted values, which are not changed: a setting or a name may contain a command.
_COMMAND = re.compile(rf"“[^”]*”|\bmilimo ((?:{'|'.join(WORDS)}|run|help)\b(?: (?!milimo\b)[a-z][a-z-]*)*)")
# Matches if an argument follows the command instead of prose.
_ARGUMENT = re.compile(r" (?:--|[A-Z0-9“@{…])")
CORRECTED = "try: "  # The words before a corrected command line in a message (`studio.registry.corrections`).
# Commands that a screen runs through an action of its own, with this action. A message shows the action's key
# instead.
_ACTS = {
    "app.doctor": "ui.doctor", "film.render": "ui.render", "job.cancel": "ui.cancel_job",
    "job.retry": "ui.retry", "script.accept": "ui.reading", "script.read": "ui.read_script",
    "script.reading": "ui.reading", "storyboard.commit": "ui.commit",
}  # fmt: skip
_SCREENS = {
    "job.list": ScreenName.JOBS,
    "job.watch": ScreenName.JOBS,
    "model.list": ScreenName.MODELS,
    "review.list": ScreenName.REVIEW,
}


def replace_commands_by_keys(text: str, keymap: Keymap, contexts: Iterable[str]) -> str:
    """Return a message with each shell command replaced by its key in these contexts, or by the text to type
    after `:`. Commands in quotation marks stay.
    """
    within = tuple(contexts)

    def replacement(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        words = found[1].split(" ")
        # The corrected line is to be typed as it is, so all its words are arguments.
        if text.endswith(CORRECTED, 0, found.start()):
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
    """Return the id of the command written in `words`: `cut take-up` is `cut.take_up`, `build` is
    `app.build`.
    """
    if len(words) == 1:
        return f"{WORDS[words[0]]}.{words[0]}"
    return f"{words[0]}.{'_'.join(words[1:])}".replace("-", "_")


def _find_command_chord(id: str, rest: str, keymap: Keymap, contexts: tuple[str, ...], is_last: bool) -> str:
    """Return the keys that run the command `id` in these contexts; empty if there are none.

    `rest` is the text of the message after the command. If an argument follows in `rest` and `is_last` is
    True, return no keys, because pressing keys would not supply the argument.
    """
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
