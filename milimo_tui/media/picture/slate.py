"""Drawing of the placeholder picture for a shot without a take or for offline media: a number and a few
words.

The picture is drawn with Pillow. No files are read except fonts.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

from milimo_tui.media.picture import fonts

GROUND = (22, 24, 29)
LIFTED = (31, 34, 41)
RULE = (52, 57, 67)
TEXT = (231, 229, 223)
MUTED = (143, 152, 166)
WAITING = (232, 183, 90)
FAILED = (255, 122, 118)

NO_TAKE = "PREVIS · NO TAKE"
OFFLINE = "OFFLINE"


def draw_slate(title: str, text: str, width: int, height: int, label: str = NO_TAKE) -> Image.Image:
    """Draw an RGB picture of width × height pixels, with `label` small at the top, `title` large below it,
    and the wrapped `text`.
    """
    image = Image.new("RGB", (width, height), GROUND)
    on = ImageDraw.Draw(image)
    unit = min(height, width * 2 / 3) / 100
    left, right = width * 0.09, width * 0.91
    _draw_frame_marks(on, width, height, unit)

    small = max(7, round(3.4 * unit))
    top = height / 2 - 26 * unit
    colour = FAILED if label == OFFLINE else WAITING
    radius = max(1.0, 0.9 * unit)
    on.ellipse((left, top - 1.2 * unit - radius, left + 2 * radius, top - 1.2 * unit + radius), fill=colour)
    fonts.draw_spaced_label(on, left + 4 * radius, top, label, small, MUTED)

    large = _fit_title_size(title, round(30 * unit), right - left)
    baseline = top + large + unit
    for line in fonts.wrap_to_width(title, large, right - left, 1):
        fonts.draw_text_line(on, left - 0.02 * large, baseline, line, large, TEXT)

    rule = baseline + 5 * unit
    on.rectangle((left, rule, right, rule + max(0.0, 0.25 * unit)), fill=RULE)
    on.rectangle((left, rule, left + 9 * unit, rule + max(1.0, 0.25 * unit)), fill=colour)

    size = max(8, round(4.6 * unit))
    line_height = 1.42 * size
    room = max(1, int((height * 0.93 - rule) / line_height))
    for index, line in enumerate(fonts.wrap_to_width(text, size, right - left, min(room, 5))):
        fonts.draw_text_line(
            on, left, rule + (index + 1.15) * line_height, line, size, TEXT if index == 0 else MUTED
        )
    return image


def _fit_title_size(title: str, size: int, width: float) -> int:
    """Return the largest font size up to `size` at which the title fits the width."""
    size = max(8, size)
    wide = fonts.measure_text_width(title, size)
    return size if wide <= width else max(8, int(size * width / wide))


def _draw_frame_marks(on: ImageDraw.ImageDraw, width: int, height: int, unit: float) -> None:
    """Draw thin marks at the corners of the picture, a little inside its edges, and a lighter strip along the
    bottom. `unit` is the unit of the layout in pixels.
    """
    inset, arm, weight = 5 * unit, 6 * unit, max(1, round(0.3 * unit))
    on.rectangle((0, height - 1.4 * unit, width, height), fill=LIFTED)
    for x, towards_x in ((inset, 1), (width - inset, -1)):
        for y, towards_y in ((inset, 1), (height - inset, -1)):
            on.line((x, y, x + towards_x * arm, y), fill=RULE, width=weight)
            on.line((x, y, x, y + towards_y * arm), fill=RULE, width=weight)
