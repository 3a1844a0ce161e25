"""The settings of the program with their defaults, and the origin of each value.

This module does not access files; `core.host` reads them. The value of a setting is taken from the first
source that sets it: a flag, an environment variable `MILIMO_*`, the `config.toml` of the studio home, that of
the user, that of the system, the default.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

from milimo_tui.core.errors import BadInput
from milimo_tui.core.spelling import find_closest_names

KEY_PRESETS = ("default", "nle", "plain")
THEMES = (
    "milimo-dark", "milimo-light", "nord", "gruvbox-dark", "gruvbox-light", "solarized-dark",
    "solarized-light", "dracula", "catppuccin-mocha", "catppuccin-latte", "tokyo-night",
    "high-contrast", "high-contrast-light",
    "colour-blind", "colour-blind-light", "milimo-ansi",
)  # fmt: skip
OWN_THEME = ".toml"  # Suffix of a theme that the user made: a file in the folder `themes` of the studio home.


# The groups of settings, in the order in which they are listed.
SCREEN, FILMS, QUEUE = "the screen", "films", "the queue and its workers"
ROOM, BACKUPS = "disk space, logs and costs", "backups"
TELLING, PROGRAMS, TEXT, COMFYUI = "notifications", "programs", "language models", "ComfyUI"
PARTS = (SCREEN, FILMS, QUEUE, ROOM, BACKUPS, TELLING, PROGRAMS, TEXT, COMFYUI)
# The names of the settings files in messages and in `read_settings`.
USER, HOME, SYSTEM = "config.toml", "the home's config.toml", "the system's config.toml"
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
# Settings whose value is the name of a program, and those whose value is a command line.
PROGRAM_SETTINGS, COMMAND_SETTINGS = (
    ("mpv", "speech", "kokoro_python"),
    ("notify_command", "off_command", "ssh"),
)
# Settings of earlier versions. They may still be in a settings file, and have no effect.
RETIRED_SETTINGS = frozenset(("text_known",))
KINDS = {bool: "yes or no", int: "a whole number", float: "a number", str: "text"}
Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class SettingRule:
    """The type, allowed values and group of one setting.

    A value has the type of `default`. A number is between `least` and `most`; a text is one of `words` or
    ends with `ending`. With `is_secret`, the value is never shown. With `is_personal`, the value is not read
    from a studio home, because it names a program, an address, a key or a price, and the home may come from
    another person.
    """

    name: str
    help: str
    part: str
    default: Value
    least: float | None
    most: float | None
    words: tuple[str, ...]
    ending: str
    is_secret: bool
    is_personal: bool

    @property
    def kind(self) -> str:
        """The type of the value in words: one of several, yes or no, a whole number, a number, text."""
        if self.words:
            return "one of several"
        return KINDS[type(self.default)]

    @property
    def range(self) -> str:
        """The allowed values in words. Empty if any text is allowed."""
        if self.words:
            return ", ".join((*self.words, f"NAME{self.ending}") if self.ending else self.words)
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:.0f}" if self.most < 1e6 else f"{self.least:g} or more"
        return "yes, no" if isinstance(self.default, bool) else ""

    def read(self, raw: object, where: str) -> Value:
        """Convert a raw value from a file, the environment or the command line to the setting's type.

        Raises BadInput for a value that is not allowed. `where`, if not empty, begins the message.
        """
        where = f"{where}: " if where else ""
        value = _convert_setting(self.name, raw, type(self.default), where)
        if self.words and value not in self.words and not (self.ending and str(value).endswith(self.ending)):
            raise BadInput(f"{where}{self.name} can't be “{value}”", f"{self.name} is one of {self.range}")
        low, high = self.least, self.most
        if (
            low is not None
            and high is not None
            and isinstance(value, int | float)
            and not low <= value <= high
        ):
            raise BadInput(f"{where}{self.name} can't be {value:g}", f"{self.name} is {self.range}")
        return value


def _define_setting(
    default: Any,
    part: str,
    help: str,
    *,
    secret: bool = False,
    personal: bool = False,
    words: tuple[str, ...] = (),
    ending: str = "",
    least: float | None = None,
    most: float | None = None,
) -> Any:
    rule = SettingRule("", help, part, default, least, most, words, ending, secret, personal)
    return field(default=default, metadata={"rule": rule})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values of all settings, one per field. `list_setting_rules` returns their descriptions and allowed
    values.
    """

    engine: str = _define_setting("animatic", FILMS, "engine that makes the takes of new films")
    theme: str = _define_setting(
        "milimo-dark",
        SCREEN,
        "colour theme: a name that milimo theme lists, or NAME.toml in the folder themes of the studio home",
        words=THEMES,
        ending=OWN_THEME,
    )
    motion: str = _define_setting(
        "full",
        SCREEN,
        "animation on the screen: full, or reduced (nothing blinks or moves, except a film that plays)",
        words=("full", "reduced"),
    )
    images: str = _define_setting(
        "auto",
        SCREEN,
        "method to show pictures in the terminal: auto, kitty, iterm2, sixel, blocks or off",
        words=("auto", "kitty", "iterm2", "sixel", "blocks", "off"),
    )
    signs: str = _define_setting(
        "auto",
        SCREEN,
        "symbols on the screen: auto, unicode or ascii (for terminals without Unicode)",
        words=("auto", "unicode", "ascii"),
    )
    cells: str = _define_setting(
        "auto",
        SCREEN,
        "finest block characters of the font: auto, half, quadrants, braille, sextants or octants",
        words=("auto", "half", "quadrants", "braille", "sextants", "octants"),
    )
    keymap: str = _define_setting("default", SCREEN, "key preset: default, nle or plain", words=KEY_PRESETS)
    script_keys: str = _define_setting(
        "normal",
        SCREEN,
        "keys for writing the screenplay: normal (as in Vim), plain, or editor ($EDITOR)",
        words=("normal", "plain", "editor"),
    )
    idle_seconds: float = _define_setting(
        600.0,
        QUEUE,
        "the supervisor exits after this many seconds without a client or a job",
        least=0.05,
        most=604_800,
    )
    worker_idle_seconds: float = _define_setting(
        120.0, QUEUE, "an idle worker exits after this many seconds", least=0.05, most=604_800
    )
    lease_seconds: float = _define_setting(
        30.0,
        QUEUE,
        "the supervisor checks a worker that sent no message for this many seconds",
        least=0.05,
        most=86_400,
    )
    grace_seconds: float = _define_setting(
        5.0,
        QUEUE,
        "seconds that a cancelled job may take to stop before its worker is killed",
        least=0,
        most=3_600,
    )
    render_crf: int = _define_setting(
        18, FILMS, "quality of H.264 films (a lower number is a better quality)", least=0, most=51
    )
    cpu_workers: int = _define_setting(
        1, QUEUE, "number of worker processes on the lane cpu", least=1, most=256
    )
    handles: int = _define_setting(
        12,
        FILMS,
        "extra frames before and after a drawn take, for rolls and dissolves",
        least=0,
        most=1_000,
    )
    model_handles: int = _define_setting(
        12,
        FILMS,
        "extra frames that a model makes after a take, and also before it if the model can",
        least=0,
        most=1_000,
    )
    worker_jobs: int = _define_setting(
        5000,
        QUEUE,
        "a worker process is replaced after this many jobs (0: never)",
        least=0,
        most=1_000_000_000,
    )
    worker_growth_mb: int = _define_setting(
        2048,
        QUEUE,
        "a worker process is replaced when it uses this many MiB more than after its first job (0: never)",
        least=0,
        most=10_000_000,
    )
    job_days: float = _define_setting(
        0.0,
        QUEUE,
        "ended jobs are removed from the list after this many days (0: never)",
        least=0,
        most=36_500,
    )
    quota_gb: float = _define_setting(
        0.0,
        ROOM,
        "disk space in GB that this home may use; above it, jobs wait (0: no limit)",
        least=0,
        most=1e6 - 1,
    )
    film_quota_gb: float = _define_setting(
        0.0,
        ROOM,
        "disk space in GB that each film may use; above it, jobs of the film wait (0: no limit)",
        least=0,
        most=1e6 - 1,
    )
    film_quotas: str = _define_setting(
        "", ROOM, "limits in GB for individual films, by folder: two-lamps=50, rain*=20"
    )
    log_level: str = _define_setting(
        "info",
        ROOM,
        "lowest level of messages in the logs of the supervisor and its workers: debug, info, warning or "
        "error",
        words=("debug", "info", "warning", "error"),
    )
    log_mb: float = _define_setting(
        4.0, ROOM, "size in MiB at which the supervisor starts a new log", least=0.01, most=10_000
    )
    log_files: int = _define_setting(3, ROOM, "number of old supervisor logs to retain", least=0, most=100)
    price_hour: float = _define_setting(
        0.0,
        ROOM,
        "cost of an hour of work on this machine, shown with estimates (0: not shown)",
        personal=True,
        least=0,
        most=1e6 - 1,
    )
    price_currency: str = _define_setting(
        "EUR", ROOM, "currency of price_hour, as it is shown", personal=True
    )
    off_command: str = _define_setting(
        "systemctl poweroff",
        ROOM,
        "program that milimo job off-when-done runs when all jobs have ended",
        personal=True,
    )
    off_seconds: float = _define_setting(
        60.0, ROOM, "seconds that the queue must be empty before off_command runs", least=0, most=86_400
    )
    watch_seconds: float = _define_setting(
        5.0, ROOM, "seconds between two checks of the watched folders", least=0.05, most=86_400
    )
    beats: bool = _define_setting(
        True,
        FILMS,
        "apply the prompt of each beat only to the seconds of this beat, if the model supports this",
    )
    subjects: bool = _define_setting(
        True, FILMS, "send the pictures of a shot's elements with its prompt, if the model supports this"
    )
    foresight: bool = _define_setting(True, QUEUE, "prepare the next job while a take is being decoded")
    backup: str = _define_setting(
        "daily",
        BACKUPS,
        "daily: the supervisor backs up the studio home each day; off: only milimo backup now does this",
        words=("daily", "off"),
    )
    backup_hour: int = _define_setting(
        3,
        BACKUPS,
        "hour of the daily backup; if the supervisor is not running then, it makes the backup at its next "
        "start",
        least=0,
        most=23,
    )
    backup_folder: str = _define_setting(
        "",
        BACKUPS,
        "folder for backups, best on another disk (default: backups in the studio home)",
        personal=True,
    )
    backup_share: bool = _define_setting(
        True,
        BACKUPS,
        "backups on the same disk as the films share their media files, which needs no extra space",
    )
    backup_days: int = _define_setting(
        7, BACKUPS, "number of days for which the newest backup of each day is retained", least=0, most=3_650
    )
    backup_weeks: int = _define_setting(
        4, BACKUPS, "number of weeks for which the newest backup of each week is retained", least=0, most=520
    )
    notify_on: str = _define_setting(
        "batch,failed,idle", TELLING, "events that send a notification: job, batch, failed, idle, or nothing"
    )
    notify_after_seconds: float = _define_setting(
        10.0,
        TELLING,
        "notify about the end of the queue or of a command only if it took at least this many seconds",
        least=0,
        most=86_400,
    )
    notify_bell: bool = _define_setting(True, TELLING, "ring the terminal's bell with a notification")
    notify_terminal: str = _define_setting(
        "auto",
        TELLING,
        "notification shown by the terminal: auto, osc9, osc777 or off",
        words=("auto", "osc9", "osc777", "off"),
    )
    notify_desktop: bool = _define_setting(
        True, TELLING, "show a desktop notification, if the desktop supports this"
    )
    notify_command: str = _define_setting(
        "", TELLING, "program that gets the notification as JSON on its standard input", personal=True
    )
    notify_webhook: str = _define_setting(
        "", TELLING, "web address to which the notification is sent as JSON", personal=True
    )
    notify_secret: str = _define_setting(
        "", TELLING, "key that signs webhooks (HMAC-SHA256)", secret=True, personal=True
    )
    gpu_probe: bool = _define_setting(True, QUEUE, "look for GPUs when the supervisor starts")
    mpv: str = _define_setting("mpv", PROGRAMS, "program that plays films in a window", personal=True)
    speech: str = _define_setting(
        "espeak-ng", PROGRAMS, "program that speaks the dialogue of drawn takes", personal=True
    )
    voice_engine: str = _define_setting(
        "scratch-voice", PROGRAMS, "engine that speaks the lines of characters without an engine of their own"
    )
    voice_command: str = _define_setting(
        "",
        PROGRAMS,
        "program that speaks lines: text on its standard input, WAV to {output} or standard output",
        personal=True,
    )
    voice_command_seconds: float = _define_setting(
        120.0,
        PROGRAMS,
        "seconds after which the program that speaks lines is stopped",
        least=0.1,
        most=86_400,
    )
    voice_service_url: str = _define_setting(
        "", PROGRAMS, "address of a service that speaks lines (OpenAI's /audio/speech)", personal=True
    )
    voice_service_model: str = _define_setting("tts-1", PROGRAMS, "model of the service that speaks lines")
    voice_service_voice: str = _define_setting(
        "alloy", PROGRAMS, "voice of the service for characters without a voice of their own"
    )
    voice_service_key: str = _define_setting(
        "", PROGRAMS, "key of the service that speaks lines", secret=True, personal=True
    )
    voice_service_seconds: float = _define_setting(
        60.0,
        PROGRAMS,
        "a job fails if the service that speaks lines needs more than this many seconds for a line",
        least=0.05,
        most=86_400,
    )
    kokoro_python: str = _define_setting(
        "",
        PROGRAMS,
        "Python of the environment with kokoro-onnx, for voices of Kokoro (default: Milimo's own)",
        personal=True,
    )
    kokoro_folder: str = _define_setting(
        "", PROGRAMS, "folder with the model of Kokoro (.onnx) and its voices (.bin or .npz)", personal=True
    )
    filler_words: str = _define_setting(
        "",
        FILMS,
        "own filler words that milimo transcript tidy also removes, separated by commas: like, you know",
    )
    ssh: str = _define_setting(
        "ssh", PROGRAMS, "command that starts ssh, for copying films between machines", personal=True
    )
    box: str = _define_setting(
        "", PROGRAMS, "SSH name of the machine for milimo project push and milimo project pull", personal=True
    )
    far_program: str = _define_setting(
        "milimo",
        PROGRAMS,
        "command that starts Milimo on the other machine, for push and pull",
        personal=True,
    )
    text_engine: str = _define_setting(
        "auto", TEXT, "engine that reads scripts and writes prompts: auto, local, ollama or openai"
    )
    text_seconds: float = _define_setting(
        60.0,
        TEXT,
        "a job fails if a service is silent for this many seconds between two words of an answer",
        least=0.05,
        most=86_400,
    )
    text_speed: float = _define_setting(
        20.0,
        TEXT,
        "slowest speed, in tokens per second, at which a service reads a question before the first word",
        least=0.1,
        most=1_000_000,
    )
    text_context: int = _define_setting(
        24_000,
        TEXT,
        "number of characters of the film's text that a language model gets with a question",
        least=1,
        most=10_000_000,
    )
    text_cache: bool = _define_setting(
        True, TEXT, "store the answers of services and reuse them for identical requests"
    )
    text_prices: str = _define_setting(
        "", TEXT, "price per million tokens, input/output: gpt-*=2.5/10, gemma*=0/0", personal=True
    )
    openai_url: str = _define_setting(
        "https://api.openai.com/v1", TEXT, "address of an OpenAI-compatible service", personal=True
    )
    openai_model: str = _define_setting("", TEXT, "model of the OpenAI-compatible service")
    openai_key: str = _define_setting(
        "",
        TEXT,
        "key of the OpenAI-compatible service (if not set: OPENAI_API_KEY)",
        secret=True,
        personal=True,
    )
    openai_sees: bool = _define_setting(
        True, TEXT, "send pictures to the model of the OpenAI-compatible service"
    )
    openai_context: int = _define_setting(
        8192,
        TEXT,
        "number of tokens of a question and its answer that the model of the OpenAI-compatible service takes",
        least=1024,
        most=10_000_000,
    )
    ollama_url: str = _define_setting("http://127.0.0.1:11434", TEXT, "address of Ollama", personal=True)
    ollama_model: str = _define_setting("gemma3", TEXT, "model that Ollama runs")
    ollama_keep: str = _define_setting(
        "0", TEXT, "how long Ollama keeps a model in memory after an answer: 0, 5m, -1 (for ever)"
    )
    comfyui_url: str = _define_setting(
        "http://127.0.0.1:8188", COMFYUI, "address of the ComfyUI server", personal=True
    )
    comfyui_key: str = _define_setting(
        "",
        COMFYUI,
        "key for the proxy in front of the ComfyUI server, if the proxy requires one",
        secret=True,
        personal=True,
    )
    comfyui_seconds: float = _define_setting(
        300.0,
        COMFYUI,
        "a job fails if the ComfyUI server is silent for this many seconds",
        least=0.05,
        most=86_400,
    )
    comfyui_most_mb: int = _define_setting(
        4096, COMFYUI, "the largest file accepted from the ComfyUI server, in MiB", least=1, most=10_000_000
    )


def list_setting_rules() -> dict[str, SettingRule]:
    """Return the rules of all settings by name, in order."""
    return {
        item.name: replace(cast("SettingRule", item.metadata["rule"]), name=item.name)
        for item in fields(Settings)
    }


def find_setting_rule(name: str, where: str = "") -> SettingRule:
    """Return the rule of a setting. If there is no such setting, raise BadInput with similar names. `where`
    begins the message.
    """
    known = list_setting_rules()
    if name in known:
        return known[name]
    near = find_closest_names(name.replace("-", "_"), list(known))
    hint = f"near it: {near}" if near else "milimo config show: all of them"
    raise BadInput(f"{where}{': ' if where else ''}there is no setting “{name}”", hint)


def resolve_program(name: str, value: str, folder: str) -> str:
    """Return the value of a setting with its program as an absolute path, if `value` names the program by a
    path relative to `folder`, such as `./tell`. Other values, and those of other settings, are unchanged.
    """
    if name in PROGRAM_SETTINGS:
        words = [value]
    elif name in COMMAND_SETTINGS:
        try:
            words = shlex.split(value)
        except ValueError:  # A quotation mark is not closed, which is reported where the command is read.
            return value
    else:
        return value
    if not words or os.sep not in words[0] or words[0].startswith((os.sep, "~")):
        return value
    path = os.path.join(folder, words[0].removeprefix("./"))
    return path if name in PROGRAM_SETTINGS else shlex.join([path, *words[1:]])


def find_overriding_origin(origin: str) -> str:
    """Return `origin`, the origin of a setting's value, if a value from there overrides the user's own
    settings file. These origins are the environment variables `MILIMO_*` and the file of the studio home. For
    all other origins return an empty text.
    """
    return origin if origin.startswith("MILIMO") or origin == HOME else ""


def collect_secret_settings(settings: Settings) -> tuple[str, ...]:
    """Return the values that must never be shown: all secret settings, and the address of the webhook, which
    may contain a token.
    """
    marked = (rule.name for rule in list_setting_rules().values() if rule.is_secret)
    return (*(getattr(settings, name) for name in marked), settings.notify_webhook)


def load(files: Mapping[str, Mapping[str, Any]], env: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """Return the settings, and the origin of each field: `default`, the name of a file, or the environment
    variable `MILIMO_X`.

    `files` maps the names of the settings files (`SYSTEM`, `USER`, `HOME`) to their values. A later file
    overrides an earlier file. Raises BadInput that names the field which can't be read.
    """
    known = list_setting_rules()
    for where, values in files.items():
        for name in (name for name in values if name not in RETIRED_SETTINGS):
            rule = find_setting_rule(name, where)
            if where == HOME and rule.is_personal:
                raise BadInput(
                    f"{where}: {name} can't be set here, because someone else may have made this studio home",
                    f"milimo config set {name} VALUE sets it in your own config.toml",
                )
    read: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for name, rule in known.items():
        raw, where = cast("object", rule.default), "default"
        for file, values in files.items():
            if name in values:
                raw, where = values[name], file
        variable = f"MILIMO_{name.upper()}"
        if variable in env:
            raw, where = env[variable], variable
        read[name], origin[name] = rule.read(raw, where), where
    return Settings(**read), origin


def _convert_setting(name: str, raw: object, kind: type, where: str) -> Value:
    if kind is bool and isinstance(raw, str):
        lowered = raw.strip().lower()
        if lowered in YES:
            return True
        if lowered in NO:
            return False
    elif kind is float and isinstance(raw, int | float | str) and not isinstance(raw, bool):
        try:
            return float(raw)
        except ValueError:
            pass
    elif kind is int and isinstance(raw, int | str) and not isinstance(raw, bool):
        try:
            return int(raw)
        except ValueError:
            pass
    elif isinstance(raw, str | bool) and isinstance(raw, kind):
        return raw
    raise BadInput(f"{where}{name} is {KINDS[kind]}, not “{raw}”")
