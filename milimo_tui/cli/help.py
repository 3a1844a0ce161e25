"""Build the pages of `milimo help` from the registry and the keymap, so that the pages always describe the
actual commands and keys.
"""

from __future__ import annotations

from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.command_help import build_command_page, format_command_help

INTRO = """milimo: a film studio in the terminal

  milimo                      open the studio
  milimo COMMAND [OPTIONS]    run one command in this shell, without opening the studio

Options of every command
  --project NAME    use this film instead of the current one
  --cut NAME        use this cut instead of the current one
  --home FOLDER     use this studio home: a folder with films, settings and the queue
  --json            print the result as JSON"""

# The commands for daily work, in the order in which a film is made. Their descriptions come from the
# registry.
DAILY_COMMANDS = {
    "Begin": ("demo", "film", "project new", "script import"),
    "Work on the film": ("next", "find", "storyboard show", "shot make", "shot pick", "show"),
    "Finish": ("build", "render", "play", "job list"),
    "This machine": ("doctor", "theme", "motion", "systemd", "check", "clean", "report"),
}

# The description of each group of commands, by the first word of its commands. A test checks that no group is
# missing.
COMMAND_GROUPS = {
    "project": "films: new, list, use, rename, duplicate, recover, export",
    "script": "the screenplay: import, read with a model, check, edit, export",
    "write": "questions to a language model about the film, and its answers",
    "storyboard": "the screenplay as scenes and shots, and their pictures (boards)",
    "scene": "scenes: headings, places, order, and how shots cover them",
    "caption": "captions (subtitles): make, import, edit, check, export",
    "transcript": "what is said in clips: make, find, cut by words, remove silences",
    "sequence": "shots planned from one sentence (a brief): plan, add, rules",
    "scenario": "the analysis of a story in prose, before it becomes a screenplay",
    "shot": "shots: fields, inputs, takes, picks",
    "element": "characters, places and props: descriptions, pictures, LoRAs",
    "voice": "voices of characters: cast, list, set, preview",
    "line": "lines of dialogue: list, speak, pick, rate, record, lay into the cut",
    "picture": "pictures and masks: make, inpaint, upscale, segment, track",
    "control": "maps that takes follow: depth, edges, poses, motion",
    "skeleton": "skeletons of people: find, move, export, follow their pose",
    "asset": "media files: add, list, relink, check",
    "cut": "cuts: tracks, clips, transitions, effects, markers, import, export",
    "sound": "music, effects and ambience: make, pick, lay; library, room tone",
    "mix": "the mix of the sound: tracks, buses, levels, effects, automatic mix",
    "review": "new takes and failures: list, seen, comment, tag",
    "bin": "deleted things: list, restore, empty",
    "job": "jobs in the queue: list, watch, cancel, retry, pause, log",
    "batch": "jobs that were requested together: list, pause, cancel, retry",
    "home": "the studio home: move it to another folder or disk",
    "supervisor": "the background process that runs jobs: status, start, stop, log",
    "cluster": "other machines that work for this home: up, join, status, down",
    "model": "weights of models: list, download, verify, remove, licences, tokens",
    "text": "language models of services: list, download, tokens and cost",
    "workflow": "ComfyUI workflows: add, list, bind their inputs",
    "backup": "backups of the studio home: now, list, check, restore, forget",
    "config": "settings: show, get, set, unset, edit",
    "room": "disk space: list what can be deleted, delete it, set quotas",
    "watch": "folders whose new files are imported into films: add, list, remove",
    "plugin": "plug-ins: list them, run their checks",
    "engine": "programs that make takes and pictures: list, show, explain, check",
}

MORE = """More help
  milimo help GROUP         list the commands of a group, such as milimo help cut
  milimo help COMMAND       show the arguments of a command, such as milimo help shot rate
  milimo help commands      list the ids of all commands
  milimo help run           explain how to run a command by its id
  milimo help keys          list the keys of the studio
  milimo completion bash    print a script that completes commands with Tab (or: zsh, fish)"""


def build_help_page(words: list[str]) -> str:
    """Return the help page about a topic, given as words.

    No words give the main page. A topic is `commands`, `keys`, `run`, the id or the words of a command, or
    the first word of a group of commands. Raises NotFound for another topic.
    """
    topic = " ".join(words)
    if not topic:
        return "\n\n".join([INTRO, *_list_daily_commands(), _format_command_groups(), MORE])
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


def _list_daily_commands() -> list[str]:
    """Return lines with the commands for daily work and their descriptions, in one block for each entry of
    `DAILY_COMMANDS`.
    """
    by_words = {entry.cli: entry for entry in registry.list_commands().values() if entry.cli}
    wide = max(len(words) for commands in DAILY_COMMANDS.values() for words in commands)
    return [
        "\n".join([title, *(f"  {words:<{wide}}  {by_words[words].help}" for words in commands)])
        for title, commands in DAILY_COMMANDS.items()
    ]


def _format_command_groups() -> str:
    wide = max(map(len, COMMAND_GROUPS))
    return "\n".join(
        ["Groups of commands", *(f"  {name:<{wide}}  {about}" for name, about in COMMAND_GROUPS.items())]
    )


RUN = """milimo run ID name=value …

  This runs any command by its id, with its arguments by name. Separate several values with commas:

    milimo run cut.trim_out clip=3B by=-12
    milimo run cut.lift_range start=00:01:00:00 end=70s tracks=V1,A1

  A time is given as frames (50 or 50f), as seconds (2s or 2.5s) or as a timecode. A timecode is read from
  the right: 00:02 is two frames (SS:FF), 1:12:08 is MM:SS:FF, and the longest form is HH:MM:SS:FF. Write ;
  before the frames for drop-frame timecode. A count of frames is a whole number (12). Turn a switch on with
  yes. Add --json to print the result as JSON.

  milimo help ID shows the arguments of a command, milimo help commands lists all ids."""
