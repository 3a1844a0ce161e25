"""Settings: every default of the product in one place, and where each value came from.

Values only; `core.host` reads the config file. Order: flag, environment `MILIMO_*`, `config.toml`, default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from milimo_tui.core.errors import BadInput

THEMES = (
    "milimo-dark", "milimo-light", "nord", "gruvbox-dark", "gruvbox-light", "solarized-dark",
    "solarized-light", "dracula", "catppuccin-mocha", "catppuccin-latte", "tokyo-night",
    "high-contrast", "high-contrast-light",
    "colour-blind", "colour-blind-light", "milimo-ansi",
)  # fmt: skip
OWN_THEME = ".toml"  # ends the name of a person's own: a file in the folder `themes` of the studio home


def _setting(
    default: Any, help: str, *, secret: bool = False, words: tuple[str, ...] = (), ending: str = ""
) -> Any:
    return field(default=default, metadata={"help": help, "secret": secret, "words": words, "ending": ending})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One value a field. Of the metadata, `help` is the sentence `milimo config` shows, `words` are all that
    it may be, but for what has the `ending`.
    """

    engine: str = _setting("animatic", "engine of new films")
    theme: str = _setting(
        "milimo-dark",
        "colours: a name of milimo theme, or NAME.toml in the themes of the studio home",
        words=THEMES,
        ending=OWN_THEME,
    )
    motion: str = _setting(
        "full",
        "full, or reduced: nothing blinks or moves by itself but what is played",
        words=("full", "reduced"),
    )
    images: str = _setting(
        "auto",
        "pictures in the terminal: auto, kitty, iterm2, sixel, blocks or off",
        words=("auto", "kitty", "iterm2", "sixel", "blocks", "off"),
    )
    signs: str = _setting(
        "auto",
        "signs on the screen: auto, unicode or ascii (where the others are lacking)",
        words=("auto", "unicode", "ascii"),
    )
    cells: str = _setting(
        "auto",
        "finest signs of the font: auto, half, quadrants, braille, sextants or octants",
        words=("auto", "half", "quadrants", "braille", "sextants", "octants"),
    )
    keymap: str = _setting("default", "key preset: default, nle or plain")
    script_keys: str = _setting(
        "normal",
        "how the screenplay is written: normal (as in vim), plain, editor ($EDITOR)",
        words=("normal", "plain", "editor"),
    )
    idle_seconds: float = _setting(600.0, "the supervisor ends after this long with no client and no job")
    worker_idle_seconds: float = _setting(120.0, "a worker with nothing to do ends after this long")
    lease_seconds: float = _setting(30.0, "a worker silent for this long is looked at")
    grace_seconds: float = _setting(5.0, "time a cancelled job has before its worker is ended")
    render_crf: int = _setting(18, "quality of H.264 films (lower is better)")
    cpu_workers: int = _setting(1, "worker processes on the cpu lane")
    handles: int = _setting(12, "frames that a drawn take has more on each side, to roll and dissolve into")
    model_handles: int = _setting(12, "frames that a model makes more behind a take, and before it if it can")
    worker_jobs: int = _setting(5000, "a worker process is replaced after this many jobs (0: never)")
    worker_growth_mb: int = _setting(
        2048, "… or when it holds so many MiB more than after its first job (0: never)"
    )
    job_days: float = _setting(0.0, "jobs that ended longer ago than so many days are forgotten (0: never)")
    beats: bool = _setting(True, "words of a shot's beats go to their own seconds where its model can do so")
    subjects: bool = _setting(True, "pictures of a shot's elements go along where its model has a way for it")
    foresight: bool = _setting(True, "while a take is decoded, what the job after it needs is got ready")
    notify_on: str = _setting("batch,failed,idle", "what is told: job, batch, failed, idle, or nothing")
    notify_after_seconds: float = _setting(
        10.0, "the end of the queue, or of a verb, is told after so long a spell of work"
    )
    notify_bell: bool = _setting(True, "ring the terminal's bell")
    notify_terminal: str = _setting("auto", "message to the terminal: auto, osc9, osc777 or off")
    notify_desktop: bool = _setting(True, "desktop notification where there is one")
    notify_command: str = _setting("", "program run with the message as JSON on its input")
    notify_webhook: str = _setting("", "address that gets the message as JSON")
    notify_secret: str = _setting("", "key that signs webhooks (HMAC-SHA256)", secret=True)
    gpu_probe: bool = _setting(True, "look for GPUs when the supervisor starts")
    mpv: str = _setting("mpv", "program that plays films in a window")
    speech: str = _setting("espeak-ng", "program that speaks scratch dialogue")
    text_engine: str = _setting("gemma", "who writes prompts and breakdowns: gemma, ollama or openai")
    text_seconds: float = _setting(60.0, "a language model that is silent for this long has failed")
    text_known: int = _setting(60, "letters of each element that a language model is told with a screenplay")
    text_context: int = _setting(
        24_000, "letters of the film that a language model is told with a question about it"
    )
    text_cache: bool = _setting(True, "answers of services to the very same words are kept and given again")
    text_prices: str = _setting(
        "", "prices of a million tokens, asked and answered: gpt-*=2.5/10, gemma*=0/0"
    )
    openai_url: str = _setting("https://api.openai.com/v1", "address of an OpenAI-compatible service")
    openai_model: str = _setting("", "its model")
    openai_key: str = _setting("", "its key (else OPENAI_API_KEY)", secret=True)
    openai_sees: bool = _setting(True, "its model is shown pictures")
    ollama_url: str = _setting("http://127.0.0.1:11434", "address of Ollama")
    ollama_model: str = _setting("gemma3", "Ollama's model")
    ollama_keep: str = _setting("0", "how long Ollama keeps it in memory afterwards: 0, 5m, -1 (for good)")
    comfyui_url: str = _setting("http://127.0.0.1:8188", "address of a server of ComfyUI")
    comfyui_key: str = _setting("", "its key, where something before it wants one", secret=True)
    comfyui_seconds: float = _setting(300.0, "a server of ComfyUI that is silent for this long has failed")
    comfyui_most_mb: int = _setting(4096, "the largest file that is taken of it, in MiB")


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The values that are never to be shown: those marked so, and the webhook, whose address may hold one."""
    marked = (item.name for item in fields(Settings) if item.metadata["secret"])
    return (*(getattr(settings, name) for name in marked), settings.notify_webhook)


def load(config: Mapping[str, Any], env: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """Settings, and for each field where it came from (`default`, `config.toml`, `MILIMO_X`).

    Raises BadInput naming the field that can't be read.
    """
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    known = {item.name: item for item in fields(Settings)}
    for name in config:
        if name not in known:
            raise BadInput(f"config.toml: there is no setting “{name}”", f"settings: {', '.join(known)}")
    for name, item in known.items():
        raw, where = item.default, "default"
        if name in config:
            raw, where = config[name], "config.toml"
        variable = f"MILIMO_{name.upper()}"
        if variable in env:
            raw, where = env[variable], variable
        values[name], origin[name] = _coerce(name, raw, type(item.default), where), where
        words = item.metadata["words"]
        ending = item.metadata["ending"]
        if words and values[name] not in words and not (ending and values[name].endswith(ending)):
            raise BadInput(
                f"{where}: {name} can't be “{values[name]}”", f"{name} is one of {', '.join(words)}"
            )
    return Settings(**values), origin


def _coerce(name: str, raw: Any, kind: type, where: str) -> Any:
    if kind is bool and isinstance(raw, str):
        lowered = raw.strip().lower()
        if lowered in ("1", "true", "yes", "on"):
            return True
        if lowered in ("0", "false", "no", "off"):
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
    elif isinstance(raw, kind):
        return raw
    raise BadInput(f"{where}: {name} must be a {kind.__name__}, not “{raw}”")
