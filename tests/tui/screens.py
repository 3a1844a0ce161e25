"""Visit the studio's screens one after the other in a terminal of a given size and kind, and write the page
that shows them.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tui.painter import ScreenImage
from tests.tui.slow_line import KITTY, SIXEL, XTERM, SlowLine, slow_line

ROOT = Path(__file__).parents[2]
SIZES = ("80x24", "120x40", "200x50")
SSH = "192.0.2.1 50000 192.0.2.2 22"  # addresses reserved for documentation by RFC 5737
QUIET = 1.2  # seconds without output after which a screen counts as completely drawn
_COMES = re.compile(r" {4}… {4}")  # placeholder of a picture that has not arrived yet
LONGEST = 8.0  # most seconds to wait for pictures after the expected words appeared
FLOOD = {"bits": 1e9, "delay": 0.0}


@dataclass(frozen=True)
class Kind:
    """A kind of terminal: its replies to queries and its environment variables. A new kind is added as a new
    row of `KINDS`.
    """

    title: str
    answers: Mapping[bytes, bytes]
    env: Mapping[str, str]
    sizes: Sequence[str] = SIZES  # terminal sizes that the page shows for this kind


KINDS = {
    "256": Kind("256 colours", XTERM, {"TERM": "xterm-256color"}),
    "light": Kind(
        "light, 256 colours", XTERM, {"TERM": "xterm-256color", "MILIMO_THEME": "milimo-light"}, ("80x24",)
    ),
    "16": Kind("16 colours", XTERM, {"TERM": "xterm"}, ("80x24",)),
    "none": Kind("no colour", XTERM, {"TERM": "xterm-256color", "NO_COLOR": "1"}, ("80x24",)),
    "kitty": Kind(
        "kitty's graphics", KITTY, {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ("80x24",)
    ),
    "sixel": Kind("Sixel", SIXEL, {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ("80x24",)),
}


@dataclass(frozen=True)
class Visit:
    """A screen to visit: its name, the keys that open it, words that it shows, its description for the page,
    and the keys that leave it.
    """

    name: str
    keys: str
    words: str
    what: str
    out: str = ""


TOUR = "tour"
CURVE = "40lkkkk40ljjjjjj"  # keys that bend a curve in the editor
BRIEF = "eight tense shots in a rain-wet market"
SCREENS: Sequence[Visit] = (
    Visit("home", "gh", "Start a film", "Home: the films on this machine"),
    Visit("new-film", "gha", "screenplay", "The form for a new film (`a` on Home)", "\x1b"),
    Visit(
        "film-facts",
        "ght",
        "tags",
        "The details of a film: name, status, tags and format (`t` on Home)",
        "\x1b",
    ),
    Visit(
        "doctor",
        "ghd",
        "The doctor",
        "The doctor: what Milimo found on this machine, and what is missing (`d` on Home)",
        "\x1b",
    ),
    Visit("script", "gs", "Script", "Script: the screenplay, with the scenes and shots next to it"),
    Visit("storyboard", "gb", "Storyboard", "Storyboard: the shots of the film, each with a picture"),
    Visit("shot", "gbll\r", "negative", "Shot: a shot with its takes and settings (Enter on Storyboard)"),
    Visit("shot-form", "gbe", "action", "The form with the fields of a shot (`e` on Storyboard)", "\x1b"),
    Visit("parts", "gbggll\rp", "show prompt", "The parts of a prompt (`p` on Shot)", "p\x1b"),
    Visit("mask", "gbggllZk", "masked", "The mask of a picture (`Z k` on Storyboard)", "\x1b\x1b"),
    Visit(
        "retake",
        "gbggll\rcr",
        "  retake",
        "The form for a retake, which changes a part of a take (`c r` on Shot)",
        "\x1b\x1b",
    ),
    Visit(
        "take-sound",
        "gbggll\rcs",
        "sound, or more",
        "The form that changes the sound of a take or makes the take longer (`c s` on Shot)",
        "\x1b\x1b",
    ),
    Visit(
        "map",
        "gbggllco1A\t\r",
        "their outlines",
        "The form for a control map, which a shot follows (`c o` on Storyboard)",
        "\x1b\x1b",
    ),
    Visit("plan", "gbp", "classical", "The floor plan of a scene (`p` on Storyboard)", "\x1b"),
    Visit("suggestions", "gbggr", "as it is", "The suggested prompts of a scene (`r` on Storyboard)", "\x1b"),
    Visit(
        "sequence",
        f"gbggZq{BRIEF}\r",
        "Sequence",
        "The shots planned from a brief of one sentence (`Z q` on Storyboard)",
        "\x1b",
    ),
    Visit("unsure", "gbgq", "Unsure", "The guesses about the screenplay that you can check (`g q`)", "\x1b"),
    Visit("print", "gbcp", "Boards to:", "The form that prints the storyboard (`c p` on Storyboard)", "\x1b"),
    Visit("elements", "ge", "Elements", "Elements: people, places and things"),
    Visit(
        "element",
        "ge\r",
        "adds a look",
        "An element, and the shots in which it appears (Enter on Elements)",
        "\x1b",
    ),
    Visit(
        "skeletons", "ges", "keleton", "The skeleton of a person over the picture (`s` on Elements)", "\x1b"
    ),
    Visit(
        "scenario",
        "gsZs",
        "prose",
        "The field for a story in prose, which becomes a scenario (`Z s` on Script)",
        "\x1b",
    ),
    Visit(
        "talk",
        "gsZt",
        "Talk about",
        "A conversation with a language model about the film (`Z t` on Script)",
        "\x1b",
    ),
    Visit("timeline", "gt", "Timeline", "Timeline: the current cut with its tracks, viewer and inspector"),
    Visit("trim", "gt0wwwt", "TRIM", "An edit that is being trimmed (`t` on Timeline)", "\x1b"),
    Visit(
        "title",
        "gt4lZtTHE LAST NIGHT",
        "THE LAST NIGHT",
        "A title that is typed on the frame (`Z t` on Timeline)",
        "\x1b\x1b",
    ),
    Visit(
        "effects",
        "gt4lZe",
        "EFFECTS",
        "Effects, with a preview on the present frame (`Z e` on Timeline)",
        "\x1b",
    ),
    Visit(
        "speed", f"gt0ww9lZvm{CURVE}", "SPEED", "The speed of a clip as a curve (`Z v` on Timeline)", "\x1b"
    ),
    Visit(
        "level",
        f"gt0ww9lZmm{CURVE}",
        "LEVEL",
        "The sound level of a clip as a curve (`Z m` on Timeline)",
        "\x1b",
    ),
    Visit("media", "gm", "Media", "Media: the files of the film"),
    Visit("review", "gv", "Review", "Review: the takes of the film, to be rated and picked"),
    Visit("grid", "gvfv", "take", "The takes of a shot in a grid (`v` on Review)", "\x1b"),
    Visit("jobs", "gj", "Jobs", "Jobs: running, waiting and finished jobs"),
    Visit("weights", "gw", "LTX-2", "Weights: the model files, and which of them are installed"),
    Visit("setup", "gwo", "for a card", "The weights that a graphics card can use (`o` on Weights)", "\x1b"),
    Visit("film", "gf", "Film", "Film: the rendered films and the presets"),
    Visit("presets", "gfP", "deliver as", "The delivery presets (`P` on Film)", "P"),
    Visit("cuts", "gtgc", "Cuts", "The cuts of the film and their versions (`g c`)", "\x1b"),
    Visit("notes", "gtgn", "Notes", "Notes and markers (`g n`)", "\x1b"),
    Visit("mixer", "gtgi", "Mixer", "The mixer of the cut (`g i`)", "\x1b"),
    Visit("sounds", "gtgS", "Sounds", "The takes of music, effects and ambience (`g S`)", "\x1b"),
    Visit("lines", "gtgr", "Lines", "The lines of dialogue and their takes (`g r`)", "\x1b"),
    Visit("captions", "gtgC", "Captions", "The captions of the cut (`g C`)", "\x1b"),
    Visit("words", "gtgW", "Words", "The words that are spoken in a clip (`g W`)", "\x1b"),
    Visit("to-place", "gtgp", "waiting", "The new shots that are not in the cut yet (`g p`)", "\x1b"),
    Visit("history", "gtgu", "History", "History: all states and branches of the film (`g u`)", "\x1b"),
    Visit("player", "gt4lF", "dropped", "The film in full screen (`F`)", "F"),
    Visit("scopes", "gt%w", "waveform", "The waveform of the picture (`% w`)", "%x"),
    Visit("keys", "gt?", "Keys", "The keys of the present screen (`?`)", "\x1b"),
    Visit("log", "gtgl", "Messages", "The log of messages (`g l`)", "\x1b"),
    Visit(
        "commit",
        "gs16Gix\x1bcc",
        "effects of a commit",
        "The effects of a commit, before it is made (`c c`)",
        "\x1bu\x13",
    ),
    Visit("menu", "gtga", "here", "The menu of actions (`g a`, or the right mouse button)", "\x1b"),
    Visit("themes", "gtgo", "heme", "The colour themes (`g o`)", "\x1b"),
    Visit(
        "finder",
        "gt\x06mara",
        "Mara",
        "The finder, which searches the film for words (ctrl+f)",
        "\x1b\x1b\x1b",
    ),
    Visit("own-keys", "gtgk", "preset", "The list of keys, where each key can be changed (`g k`)", "\x1b"),
    Visit(
        "settings",
        "gtg,",
        "Settings",
        "Settings: each setting with its meaning, its allowed values and where its value comes from (`g ,`)",
        "\x1b",
    ),
    Visit("palette", "gt:spl", "COMMAND", "The command palette, where commands are typed (`:`)", "\x1b\x1b"),
    # The tour must be last, because it opens a film of its own.
    Visit(TOUR, "ghT", "tour 1 of", "The tour, which explains the keys step by step (`T` on Home)"),
)
EVERY = tuple(screen.name for screen in SCREENS)
PICTURES = ROOT / "docs" / "pictures" / "screens"
# The size and kind of each terminal on the page. Every screen is shown in each of these terminals.
TERMINALS = tuple((size, name) for name, kind in KINDS.items() for size in kind.sizes)
CHOSEN = tuple((size, kind, screen.name) for size, kind in TERMINALS for screen in SCREENS)


def picture_path(size: str, kind: str, name: str) -> Path:
    """Return the path of the picture of a screen in a terminal of this size and kind."""
    return PICTURES / f"{name}-{size}-{kind}.png"


def page() -> str:
    """Return the page of screens in Markdown."""
    out = [
        "# The screens",
        "",
        "These pictures show the screens of the studio with the sample film. `make screens` paints the",
        "pictures, cell by cell, from the bytes that the studio sends to the terminal. Each screen is shown",
        "in three sizes with 256 colours. In the smallest size, 80×24, each screen is also shown with a",
        "light theme, with 16 colours, without colours, with kitty graphics and with Sixel graphics. The",
        "page [terminals](terminals.md) describes these kinds of terminal.",
        "",
    ]
    out += [f"- [{title}](#{_anchor(title)})" for title in (_title(*each) for each in TERMINALS)]
    what = {screen.name: screen.what for screen in SCREENS}
    before = ("", "")
    for size, kind, name in CHOSEN:
        if (size, kind) != before:
            before = size, kind
            out += ["", f"## {_title(size, kind)}"]
        out += [
            "",
            what[name] + ":",
            "",
            f"![{name}](pictures/screens/{picture_path(size, kind, name).name})",
        ]
    return "\n".join(out) + "\n"


def _title(size: str, kind: str) -> str:
    return f"{size.replace('x', '×')}, {KINDS[kind].title}"


def _anchor(title: str) -> str:
    """Return the anchor of a heading: lower case, without punctuation, spaces replaced by hyphens."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def visit(
    home: Path, size: str, kind: str, names: Sequence[str] = EVERY, quiet: float = QUIET
) -> Iterator[tuple[str, ScreenImage, bytes]]:
    """Yield the name of each screen, the terminal after the screen is completely drawn, and the bytes that
    drew the screen.

    A screen is completely drawn when no byte has arrived for `quiet` seconds.
    """
    columns, rows = map(int, size.split("x"))
    how = KINDS[kind]
    env = {**os.environ, "MILIMO_HOME": str(home), "PYTHONPATH": str(ROOT), "SSH_CONNECTION": SSH}
    for name in ("NO_COLOR", "COLORTERM", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM"):
        env.pop(name, None)
    env |= how.env
    command = [sys.executable, "-m", "milimo_tui.cli.main"]
    with slow_line(command, env, columns, rows, answers=how.answers, **FLOOD) as line:
        shown = ScreenImage(columns, rows)
        rest(line, shown, "NORMAL")
        for screen in SCREENS:
            if screen.name not in names:
                continue
            line.press(screen.keys)
            came = rest(line, shown, screen.words, quiet=quiet)
            # On a busy machine, Esc and the key after it can arrive together and be read as one key.
            if screen.words not in shown.text:
                line.press(f"\x1b\x1b{screen.keys}")
                came = rest(line, shown, screen.words, quiet=quiet)
            assert screen.words in shown.text, f"{screen.name}, without “{screen.words}”:\n{shown.text}"
            yield screen.name, shown, came
            if screen.out:
                line.press(screen.out)
                rest(line, shown)


def rest(
    line: SlowLine, shown: ScreenImage, words: str = "", most: float = 60.0, quiet: float = QUIET
) -> bytes:
    """Feed the terminal until it has shown `words` and no output has arrived for `quiet` seconds. Return the
    received bytes.

    The wait for the words ends after `most` seconds.
    """
    came, last, end = bytearray(), time.monotonic(), time.monotonic() + (most if words else LONGEST)
    while time.monotonic() < end and (
        words not in shown.text or _COMES.search(shown.text) or time.monotonic() < last + quiet
    ):
        line.run(0.1)
        if words and words in shown.text:
            # The wait is limited, because a blinking cursor sends output without end.
            words, end = "", time.monotonic() + LONGEST
        if line.came:
            piece = b"".join(piece for _, piece in line.came)
            line.came.clear()
            shown.feed([piece])
            came += piece
            last = time.monotonic()
    return bytes(came)
