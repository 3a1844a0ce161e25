"""Build the pages of `milimo help` from the registry and the keymap, so that they can't be out of date."""

from __future__ import annotations

from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.command_help import build_command_page, format_command_help

INTRO = """milimo: a film studio in the terminal

  milimo         open the studio
  milimo VERB    do one thing without it; every verb takes --json, --home, --project and --cut"""

# Commands of daily work, in the order of the work. The registry supplies their descriptions.
DAILY_VERBS = {
    "Begin": ("demo", "film", "project new", "script import"),
    "Work on the film": ("next", "find", "storyboard show", "shot make", "shot pick", "cut show", "show"),
    "Finish": ("build", "render", "play", "job list"),
    "This machine": (
        "doctor",
        "config show",
        "theme",
        "motion",
        "check",
        "room list",
        "clean",
        "report",
        "systemd",
    ),
}

# The subject of each group of commands. A test checks that the table is complete.
VERB_GROUPS = {
    "project": "films: new, list, use, copy, recover, export",
    "script": "the screenplay: import, show, check, edit, export",
    "write": "a language model asked about the film, its answers taken or left",
    "storyboard": "the screenplay as scenes and shots, and their boards",
    "scene": "headings, places and order of scenes",
    "sequence": "a brief as planned shots: plan, add, and the rules",
    "scenario": "a story in prose to look through before it is the script",
    "shot": "fields of shots, what they are conditioned on, takes and picks",
    "element": "characters, places and props: words, pictures, LoRAs",
    "picture": "pictures made and changed by a model, and masks",
    "control": "maps that takes follow: depth, edges, poses, motion",
    "skeleton": "skeletons of people: found, corrected, exported, followed",
    "asset": "media that was brought in: add, list, relink, check",
    "cut": "tracks, clips, transitions, effects, markers, cuts in and out",
    "review": "takes that wait to be judged",
    "bin": "what was deleted, and bringing it back",
    "job": "the queue: list, watch, cancel, retry, pause, log, off-when-done",
    "batch": "jobs that were asked for together",
    "home": "the folder of this studio: move it",
    "supervisor": "the process behind the queue: status, start, stop, log",
    "cluster": "machines that work for this home: up, join, status, down",
    "model": "weights: list, download, verify, remove, licences, tokens",
    "text": "language models of services: list, pull, what they took and cost",
    "workflow": "workflows of ComfyUI, as engines: bound to what shots say",
    "backup": "the studio home as it was: now, list, check, restore, forget",
    "config": "settings: show, get, set, unset, edit",
    "room": "what can be freed on the disk, and quotas",
    "watch": "folders whose files are taken into films: add, list, remove",
    "plugin": "what others add to the studio: list, check",
    "engine": "how an engine would make a shot on this machine",
}

MORE = """`milimo help GROUP` lists its verbs, `milimo VERB --help` says what one takes.
`milimo help commands` lists all there are, `milimo help keys` the keys of the studio,
`milimo help run` how to run a command by its id; `milimo completion bash` (zsh, fish) teaches Tab."""


def build_help_page(words: list[str]) -> str:
    """Return the help page of a topic.

    The topic is empty, `commands`, `keys`, `run`, the id or the words of a command, or the first word of a
    group of commands. Raises NotFound.
    """
    topic = " ".join(words)
    if not topic:
        return "\n\n".join([INTRO, *_list_daily_verbs(), _format_verb_groups(), MORE])
    if topic == "commands":
        return "\n".join(f"{entry.id:<28}  {entry.help}" for entry in registry.list_commands().values())
    if topic == "keys":
        from milimo_tui.studio.session.home import get_config_folder
        from milimo_tui.studio.session.studio import Studio
        from milimo_tui.tui.keys.keymap import format_keymap_help
        from milimo_tui.tui.keys.keymap_file import load_keymap

        settings = Studio.open().settings
        own, made = get_config_folder() / "keymap.toml", get_config_folder() / "own_keys.toml"
        return format_keymap_help(load_keymap(settings.keymap, own, made, commands=registry.list_commands()))
    if words[0] == "run":
        return format_command_help(registry.find_command(words[1])) if words[1:] else RUN
    return build_command_page(words)


def _list_daily_verbs() -> list[str]:
    """Return the commands of daily work with their descriptions, as one block per part of the work."""
    by_words = {entry.cli: entry for entry in registry.list_commands().values() if entry.cli}
    wide = max(len(words) for verbs in DAILY_VERBS.values() for words in verbs)
    return [
        "\n".join([title, *(f"  {words:<{wide}}  {by_words[words].help}" for words in verbs)])
        for title, verbs in DAILY_VERBS.items()
    ]


def _format_verb_groups() -> str:
    wide = max(map(len, VERB_GROUPS))
    return "\n".join(
        ["Groups of verbs", *(f"  {name:<{wide}}  {about}" for name, about in VERB_GROUPS.items())]
    )


RUN = """milimo run COMMAND key=value …

  Any command by its id, with its arguments by name; of many values one takes, with commas between:

    milimo run cut.trim_out clip=3B by=-12
    milimo run cut.lift_range start=00:01:00:00 end=70s tracks=V1,A1

  A time is written the same way everywhere: frames (50, 50f), seconds (2s, 2.5s) or timecode, which fills
  from the right (00:02 is SS:FF, two frames; 1:12:08 is MM:SS:FF; HH:MM:SS:FF), with ; before the frames
  where the rate drops numbers. Counts of frames are whole numbers (12). A switch is on with yes. --json
  tells what came of it.
  milimo help COMMAND tells what a command takes, milimo help commands lists them."""
