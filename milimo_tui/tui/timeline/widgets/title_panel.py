"""The panel next to the picture while a title is made. It has a text field and shows style, duration and
position of the title.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import TextArea

from milimo_tui.cut.values.title_styles import STYLES
from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.timeline.fields.title_edit import TitleEdit
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, truncate_line

LABEL = 7


class TitleText(TextArea):
    """The text field of a title. It is `read_only` while keys move the title instead of being typed. The
    cursor does not blink, so that an idle screen sends nothing to the terminal.
    """

    cursor_blink = reactive(False, init=False)

    DEFAULT_CSS = """
    TitleText, TitleText:focus {
        border: none; padding: 0 1; width: 1fr; height: 1fr; min-height: 1; max-height: 4;
        background: $raised; color: $text; scrollbar-size-vertical: 1;
    }
    TitleText .text-area--cursor-line { background: $raised; }
    TitleText .text-area--cursor { background: $accent; color: $background; }
    TitleText.-read-only .text-area--cursor { background: $raised; color: $text; }
    TitleText:ansi .text-area--cursor {
        background: ansi_default; color: ansi_default; text-style: reverse;
    }
    TitleText .text-area--selection { background: $line; }
    """

    def __init__(self) -> None:
        super().__init__("", soft_wrap=True, tab_behavior="focus", id="title-text")

    @property
    def is_writing(self) -> bool:
        return not self.read_only and self.has_focus

    @property
    def caret(self) -> int:
        """The position of the cursor in the text, in characters from its start."""
        row, column = self.cursor_location
        return sum(len(each) + 1 for each in self.text.split("\n")[:row]) + column


class _Rows(Widget):
    """The rows below the text field: style, duration and position of the title."""

    DEFAULT_CSS = "_Rows { height: auto; width: 1fr; padding: 0 1; }"
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Text, ...] = ()

    def show_title_rows(self, rows: Iterable[Text]) -> None:
        new = tuple(rows)
        if new == self.rows:
            return
        resized = len(new) != len(self.rows)
        self.rows = new
        self.refresh(layout=resized)

    def render(self) -> Text:
        return Text("\n", no_wrap=True).join(truncate_line(row, self.size.width) for row in self.rows)


class TitlePanel(Vertical):
    """The panel of the title mode: a text field for the title, and rows about its style, duration and
    position.
    """

    DEFAULT_CSS = """
    TitlePanel { width: 1fr; height: 1fr; display: none; padding-left: 1; }
    TitlePanel Line { margin-bottom: 0; }
    """

    def compose(self) -> Iterable[Widget]:
        yield Line(id="title-head")
        yield TitleText()
        yield _Rows()

    @property
    def field(self) -> TitleText:
        return self.query_one(TitleText)

    def show_title_edit(self, edit: TitleEdit, over: str, rate: float, *, placing: bool) -> None:
        """Show a title. `over` is the name of the clip under the title, and `rate` is in frames per second.
        `placing` is True if keys move the title instead of being typed.
        """
        ink = get_terminal_app(self).ink
        where = f"Title over {over}" if over else "Title"
        self.query_one("#title-head", Line).show_line(join_line((where, ink.strong)))
        rows = []
        for index, style in enumerate(STYLES.values()):
            on = style.name == edit.style
            label = f"{'style' if not index else '':<{LABEL}}"
            sign = (f"{CURSOR} " if on else "  ", ink.accent)
            name = (f"{style.name:<14}", ink.text if on else ink.muted)
            rows.append(join_line((label, ink.muted), sign, name, (style.note, ink.muted)))
        length = f"{edit.frames / rate:.1f} s"
        rows.append(
            join_line(
                (f"{'length':<{LABEL + 2}}", ink.muted),
                (length, ink.text),
                ("  fade ", ink.muted),
                (f"{edit.fade} f", ink.text),
                ("  size ", ink.muted),
                (f"{edit.title.size * 100:.1f} %", ink.text),
            )
        )
        if placing or edit.x or edit.y:
            across, down = edit.x * 100, edit.y * 100
            place = f"{across:+.0f} % across  {down:+.0f} % down".replace("-", "−")
            rows.append(join_line((f"{'moved':<{LABEL + 2}}", ink.muted), (place, ink.text)))
        self.query_one(_Rows).show_title_rows(rows)
