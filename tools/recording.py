"""Record the animated picture of README: the sample film in the studio, from a changed line to a render.

    python -m tools.recording [HOME]

Without a studio home, the sample film is made first, in a temporary folder. The program runs in a terminal of
100×30 cells, keys are typed, and each step is painted with a caption that names its keys.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.tui.painter import FONTS, WIDE, ScreenImage
from tests.tui.screens import FLOOD, KINDS, SSH, rest
from tests.tui.slow_line import slow_line
from tools.screens_page import ROOT, refuse_private_paths

COLUMNS, ROWS = 100, 30
TERMINAL = "kitty"  # The kitty protocol shows pictures in full resolution.
OUTPUT = ROOT / "docs" / "pictures" / "recording.webp"
LARGEST_FILE = 2_000_000  # bytes: more is too slow on the first page of a repository
CAPTION_HEIGHT = 28  # pixels below the terminal
CAPTION_BACKGROUND, CAPTION_FOREGROUND, KEY_FOREGROUND = "#1c1e26", "#d8dce6", "#e8a15c"
QUALITY = 80  # of WebP; at less, letters have visible fringes


@dataclass(frozen=True)
class Step:
    """A step of the recording: the keys to type, a text that the screen must show afterwards, the caption,
    and the seconds for which the picture is shown.
    """

    keys: str
    expected: str
    shown_keys: str
    caption: str
    seconds: float = 2.2
    quiet: float = 1.5  # seconds without output after which the screen counts as drawn


STEPS = (
    Step("", "NORMAL", "milimo", "open the studio on the sample film"),
    Step("gs", "Script", "g s", "the screenplay, with its scenes and shots"),
    Step("/It is paid\r", "It is paid", "/It is paid", "find a line of dialogue"),
    Step("iListen. \x1b", "Listen. ", "i Listen. Esc", "change the line"),
    Step("cc", "would do this", "c c", "see what the change costs: one shot is out of date", 3.0),
    Step("\r", "Script", "Enter", "apply the change; all other shots keep their takes"),
    Step("gb", "Storyboard", "g b", "the storyboard marks the shot with ◐"),
    Step("cs", "Storyboard", "c s", "make the shot again, in the background", 1.6, 0.4),
    Step("gj", "2D take", "g j", "the take is a job; jobs continue without the terminal", 2.6),
    Step("gt0", "Timeline", "g t", "the timeline has the new take already"),
    Step("20ls", "Timeline", "2 0 l s", "go to frame 20 and split the clip"),
    Step("t5h", "TRIM", "t 5 h", "trim the edit by five frames"),
    Step("\ru", "Timeline", "Enter u", "keep the trim, then undo it"),
    Step("%w", "waveform", "% w", "look at the levels of the picture"),
    Step("%xgf", "Film", "% x g f", "back to the picture, then to the finished film"),
    Step("cc", "Film", "c c", "render it", 1.6, 0.4),
    Step("gj", "Jobs", "g j", "the render is a job as well", 3.0),
)


def main() -> int:
    """Write the recording; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="milimo-") as folder:
        home = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(folder) / "milimo"
        # The recording must not show the user's name or folders.
        os.environ |= {"HOME": str(home.parent), "LOGNAME": "you"}
        os.environ |= {"MILIMO_GPU_PROBE": "0", "MILIMO_HANDLES": "0"}
        if not home.exists():
            command = [sys.executable, "-m", "milimo_tui.cli.main", "--home", str(home), "demo"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        pictures = list(record_steps(home))
    write_animation(pictures, OUTPUT)
    size = OUTPUT.stat().st_size
    print(f"{OUTPUT.relative_to(ROOT)}: {len(pictures)} pictures, {size:,} bytes")
    return 0 if size < LARGEST_FILE else 1


def record_steps(home: Path) -> Iterator[tuple[Image.Image, float]]:
    """Type the keys of each step; yield its picture and the seconds for which it is shown."""
    kind = KINDS[TERMINAL]
    env = {**os.environ, "MILIMO_HOME": str(home), "PYTHONPATH": str(ROOT), "SSH_CONNECTION": SSH}
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM"):
        env.pop(name, None)
    env |= kind.env
    command = [sys.executable, "-m", "milimo_tui.cli.main"]
    with slow_line(command, env, COLUMNS, ROWS, answers=kind.answers, **FLOOD) as line:
        shown = ScreenImage(COLUMNS, ROWS)
        for step in STEPS:
            line.press(step.keys)
            rest(line, shown, step.expected, quiet=step.quiet)
            if step.expected not in shown.text:
                raise RuntimeError(f"no “{step.expected}” after {step.shown_keys}:\n{shown.text}")
            refuse_private_paths(step.shown_keys, shown.text)
            yield add_caption(shown.paint(), step), step.seconds


def add_caption(screen: Image.Image, step: Step) -> Image.Image:
    """Return the screen with a line below it that shows the step's keys and caption."""
    picture = Image.new("RGB", (screen.width, screen.height + CAPTION_HEIGHT), CAPTION_BACKGROUND)
    picture.paste(screen, (0, 0))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(FONTS / "DejaVuSansMono-Bold.ttf", 15)
    middle = screen.height + CAPTION_HEIGHT // 2
    draw.text((2 * WIDE, middle), step.shown_keys, KEY_FOREGROUND, font, anchor="lm")
    left = 4 * WIDE + draw.textlength(step.shown_keys, font)
    draw.text((left, middle), step.caption, CAPTION_FOREGROUND, font, anchor="lm")
    return picture


def write_animation(pictures: list[tuple[Image.Image, float]], path: Path) -> None:
    """Write an animated WebP that repeats without end."""
    first, *others = [picture for picture, _ in pictures]
    first.save(
        path,
        save_all=True,
        append_images=others,
        duration=[round(1000 * seconds) for _, seconds in pictures],
        loop=0,
        quality=QUALITY,
        method=6,
    )


if __name__ == "__main__":
    sys.exit(main())
