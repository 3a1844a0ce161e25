"""Statistics of the connection to the terminal, shown on the message line while they are switched on (`g
%`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.format import format_bytes

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import StudioApp

EVERY_SECONDS = 0.5
# Rate in bytes a second that is needed to draw the statistics. Below this rate the connection counts as idle
# and the statistics are not redrawn.
OWN_BYTES = 400


class LineStats:
    """The display of connection statistics on the message line, which the user can switch on: bytes sent,
    round-trip time, and frames shown and dropped during playback.
    """

    def __init__(self, app: StudioApp) -> None:
        self._app = app
        self._timer = app.set_interval(EVERY_SECONDS, self._update_figures, pause=True)

    @property
    def is_on(self) -> bool:
        return bool(self._app.line_figures)

    def switch_figures(self) -> bool:
        """Switch the statistics on or off. Return True if they are on now."""
        if self.is_on:
            self._app.line_figures = ""
            self._timer.pause()
        else:
            self._app.line_figures = self._format_line_figures()
            self._timer.resume()
        self._refresh_message_lines()
        return self.is_on

    def _update_figures(self) -> None:
        """Update the statistics on the message line if something was sent or a film plays. While the
        connection is idle, the last numbers stay.
        """
        if self._app.line.bytes_per_second < OWN_BYTES and self._app.read_pace is None:
            return
        text = self._format_line_figures()
        if text != self._app.line_figures:
            self._app.line_figures = text
            self._refresh_message_lines()

    def _refresh_message_lines(self) -> None:
        for screen in self._app.list_studio_screens():
            screen.refresh_message()

    def _format_line_figures(self) -> str:
        line = self._app.line
        measured = line.measured
        played = self._app.read_pace() if self._app.read_pace else None
        parts = [f"{played.fps:.0f} fps  {played.dropped} dropped"] if played else []
        parts.append(format_line_rate(line.bytes_per_second, measured.rate))
        if measured.mute:
            parts.append("the terminal does not answer")
        elif measured.round_trip is not None:
            parts.append(f"round trip {measured.round_trip * 1000:.0f} ms")
        parts.append(self._app.terminal.picture_protocol_text)
        return "line: " + "  ".join(parts)


def format_line_rate(now: float, most: float | None) -> str:
    """Format the rate `now` in bytes a second, with `most`, the maximum rate of the connection, if it is
    known: `40.6 of 100 kB/s`, `800 B/s`.
    """
    if most is None:
        return f"{format_bytes(now)}/s"
    (count, unit), whole = format_bytes(now).split(), format_bytes(most)
    return f"{count if whole.endswith(f' {unit}') else f'{count} {unit}'} of {whole}/s"
