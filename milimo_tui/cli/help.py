"""`milimo help`: pages generated from the registry and the keymap, so that they can't go stale."""

from __future__ import annotations

from milimo_tui.core.errors import NotFound
from milimo_tui.studio import registry
from milimo_tui.studio.args import arguments
from milimo_tui.studio.registry import Command

INTRO = """milimo: a film studio in the terminal

  milimo                    the studio
  milimo demo               the sample film, then the studio
  milimo film SCRIPT        a screenplay to a film in one go
  milimo doctor             what this machine has, what is missing, how to add it

Every verb takes --json, --home, --project and --cut. `milimo VERB --help` tells its arguments."""


def page(words: list[str]) -> str:
    """The text of a topic: nothing, `commands`, `keys`, a command's id or words, or a first word of some.

    Raises NotFound.
    """
    topic = " ".join(words)
    if not topic:
        return f"{INTRO}\n\n{_verbs()}\n\n  milimo help commands · milimo help keys"
    if topic == "commands":
        return "\n".join(f"{entry.id:<28}  {entry.help}" for entry in registry.commands().values())
    if topic == "keys":
        from milimo_tui.studio.home import config_folder
        from milimo_tui.studio.studio import read_settings
        from milimo_tui.tui.keymap import help_text, load

        settings, _ = read_settings()
        return help_text(load(settings.keymap, config_folder() / "keymap.toml"))
    for entry in registry.commands().values():
        if topic in (entry.id, entry.cli):
            return _one(entry)
    verbs = [entry for entry in registry.commands().values() if entry.cli.split(" ")[0] == topic]
    if verbs:
        return _rows(verbs)
    raise NotFound(
        f"there is no help on “{topic}”", "topics: commands, keys, a verb (shot make), or a command's id"
    )


def _verbs() -> str:
    return _rows([entry for entry in registry.commands().values() if entry.cli])


def _rows(entries: list[Command]) -> str:
    wide = max(len(entry.cli) for entry in entries)
    return "\n".join(f"  milimo {entry.cli:<{wide}}  {entry.help}" for entry in entries)


def _one(entry: Command) -> str:
    lines = [f"{entry.id}: {entry.title}", f"  {entry.help}"]
    if entry.cli:
        lines.append(f"  milimo {entry.cli} {' '.join(name.upper() for name in entry.positional)}".rstrip())
    named = arguments(entry.args)
    wide = max(map(len, named), default=0)
    for name, item in named.items():
        default = "" if item.required or item.default in (None, "", False, ()) else f" ({item.default})"
        lines.append(f"  {name:<{wide}}  {item.description}{default}")
    return "\n".join(lines)
