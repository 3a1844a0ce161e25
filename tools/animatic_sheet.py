"""A contact sheet of the animatic: `python -m tools.animatic_sheet OUT.png`.

It has twelve shots that differ in place, hour, framing and cast, for visual checks, the docs and a test.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageDraw

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.engines.animatic.picture.planes import RGB
from milimo_tui.engines.animatic.picture.reel import Reel
from milimo_tui.engines.animatic.stage.scratch_sound import time_lines
from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts, SpokenLine
from milimo_tui.media.picture import fonts

COLUMNS = 3
WIDTH, HEIGHT = 512, 342
MARGIN = 10
FRAMES, RATE, MOMENT = 75, Fraction(25), 37

_MARA = DescribedPerson(
    name="MARA", description="a tired courier in a long grey coat, short black hair, red scarf"
)
_JUN = DescribedPerson(name="JUN", description="a young man, noodle cook with an apron, curly hair")
_TAM = DescribedPerson(name="OLD TAM", description="eighty, a white beard, a cap and a brown coat")
_PIP = DescribedPerson(name="PIP", description="a child in a yellow raincoat and a beanie")
_WEN = DescribedPerson(name="DR. WEN", description="a woman with glasses, a bun, doctor")
_KANE = DescribedPerson(name="KANE", description="a burly man in a black leather jacket and a hat, bearded")


def _build_sheet_shot(
    number: str, heading: str, action: str, *people: DescribedPerson, say: str = "", **fields: str
) -> ShotFacts:
    setting, _, rest = heading.partition(". ")
    location, _, hour = rest.rpartition(" - ")
    lines = (SpokenLine(character=people[0].name, text=say),) if say else ()
    return ShotFacts(
        number=number,
        heading=heading,
        setting=setting,
        location=location,
        time_of_day=hour,
        action=action,
        characters=people,
        lines=lines,
        title="Contact sheet",
        **fields,
    )


SHOTS: tuple[ShotFacts, ...] = (
    _build_sheet_shot(
        "1A", "EXT. RAIN MARKET - NIGHT", "Mara walks with an umbrella in the rain.", _MARA, size="WS"
    ),
    _build_sheet_shot(
        "1B", "INT. NOODLE BAR - NIGHT", "Jun smiles.", _JUN, size="CU", say="You are late. Sit down."
    ),
    _build_sheet_shot(
        "1C", "INT. NOODLE BAR - NIGHT", "INSERT - a coin.", _MARA, size="CU", function="insert"
    ),
    _build_sheet_shot(
        "2A",
        "EXT. CANAL BRIDGE - DAWN",
        "Mara and Old Tam face each other.",
        _MARA,
        _TAM,
        size="MLS",
        function="two-shot",
    ),
    _build_sheet_shot(
        "2B",
        "EXT. MOUNTAIN PASS - DAY",
        "Two figures walk. Snow falls.",
        _KANE,
        _PIP,
        size="EWS",
        function="establishing",
    ),
    _build_sheet_shot(
        "3A",
        "INT. HOSPITAL WARD - MORNING",
        "Over the shoulder.",
        _WEN,
        _TAM,
        size="MS",
        function="OTS",
        say="He woke an hour ago.",
    ),
    _build_sheet_shot("3B", "EXT. BEACH - SUNSET", "Pip runs.", _PIP, size="LS", movement="track"),
    _build_sheet_shot("4A", "INT. CAR - NIGHT", "Kane drives.", _KANE, size="MS"),
    _build_sheet_shot(
        "4B", "EXT. ALLEY - NIGHT", "Kane points a gun. Neon flickers.", _KANE, size="FS", angle="low"
    ),
    _build_sheet_shot(
        "5A", "INT. CHURCH - DAY", "Old Tam sits alone with a candle.", _TAM, size="WS", angle="high"
    ),
    _build_sheet_shot(
        "5B",
        "INT. OFFICE - DUSK",
        "Mara, Dr. Wen and Jun.",
        _MARA,
        _WEN,
        _JUN,
        size="MS",
        function="three-shot",
    ),
    _build_sheet_shot(
        "6", "EXT. FOREST - MORNING", "Mara on the trail, in fog.", _MARA, size="MCU", angle="dutch"
    ),
)


def draw_sheet_panel(facts: ShotFacts, width: int, height: int, seed: int = 7) -> Image.Image:
    """Return one frame from the middle of a shot, as in a take of three seconds."""
    staging = stage_shot(facts, width / height, seed)
    timing = time_lines(facts.lines, float(FRAMES / RATE))
    reel = Reel(staging, width=width, height=height, frames=FRAMES, rate=RATE, kind=RGB, timing=timing)
    return reel.draw_picture(MOMENT)


def draw_contact_sheet(
    shots: Sequence[ShotFacts], *, width: int = WIDTH, height: int = HEIGHT, columns: int = COLUMNS
) -> Image.Image:
    """Return the shots in rows, each with a line that names its properties."""
    label = max(9, height // 22)
    rows = -(-len(shots) // columns)
    cell = (width + MARGIN, height + MARGIN + label * 2)
    sheet = Image.new("RGB", (columns * cell[0] + MARGIN, rows * cell[1] + MARGIN), (16, 18, 22))
    brush = ImageDraw.Draw(sheet)
    for index, facts in enumerate(shots):
        x, y = MARGIN + index % columns * cell[0], MARGIN + index // columns * cell[1]
        sheet.paste(draw_sheet_panel(facts, width, height), (x, y))
        words = (facts.number, facts.heading, facts.size, facts.angle, facts.function, facts.movement)
        text = fonts.wrap_to_width("   ".join(words), label, width, 1)[0]
        fonts.draw_text_line(brush, x, y + height + round(label * 1.35), text, label, (143, 152, 166))
    return sheet


def main(arguments: Sequence[str]) -> int:
    """Write the contact sheet to the named file. Return the exit status."""
    try:
        if len(arguments) != 1:
            raise BadInput("one path is needed", "python -m tools.animatic_sheet OUT.png")
        draw_contact_sheet(SHOTS).save(Path(arguments[0]))
    except MilimoError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
