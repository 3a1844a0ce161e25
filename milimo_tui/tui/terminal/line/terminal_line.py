"""The connection to the terminal. It sends changed cells, then pictures, and handles the terminal's answers.

The app passes in the wanted screen content (`display_update`), pictures (`offer_picture`) and control
sequences. The connection sends as much as the terminal can take at the moment, text first, and sends more
after each answer. Content that was replaced before it was sent is never sent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from textual._compositor import CompositorUpdate

from milimo_tui.core.host import read_cell_size
from milimo_tui.tui.terminal.line import direct, kitty, local_memory
from milimo_tui.tui.terminal.line.client_line import LOOK_SECONDS, ClientLine
from milimo_tui.tui.terminal.line.data_in_transit import ByteCounts, OutgoingPicture
from milimo_tui.tui.terminal.line.direct import DirectPicture
from milimo_tui.tui.terminal.line.driver import StudioDriver
from milimo_tui.tui.terminal.line.flow import STATUS_QUESTION, Flow, LineMeasurements
from milimo_tui.tui.terminal.line.kitty import Pixels
from milimo_tui.tui.terminal.line.looks import Looks
from milimo_tui.tui.terminal.line.questions import (
    TerminalAnswers,
    make_question_batch,
    parse_answers,
    wrap_terminal_question,
)
from milimo_tui.tui.terminal.line.replies import Reply
from milimo_tui.tui.terminal.line.screen_copies import ScreenCopy

KEYS_APART_SECONDS = 0.35  # Maximum seconds between two keys of a series (a key held down, or fast typing).
KEYS_REST_SECONDS = 0.15  # Seconds after the last key when a series of keys counts as ended.
# Seconds after which a feature that the terminal has not reported counts as not supported.
ANSWER_SECONDS = 3.0
MAX_REPLACEMENTS = 1000
# Number of times that `fill_connection` sends the screen. The connection is full then, so that its rate can
# be measured.
FILLS = 8
SYNC_BEGIN, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"


class TerminalLine:
    """The connection to one terminal; everything that the app writes goes through it. Use it on the event
    loop only.
    """

    def __init__(
        self, colours: str, freed: Callable[[int], None], now: Callable[[], float] = time.monotonic
    ) -> None:
        """Create the connection. `colours` is the number of colours of the terminal: truecolor, 256, 16 or
        none. `freed` is called with the id of each picture that the terminal no longer has.
        """
        self._now, self._tell_freed = now, freed
        self.flow = Flow(now)
        self.glass = ScreenCopy(0, 0, Looks(colours))
        self.counts = ByteCounts()
        self.wrap = False  # True if questions and pictures must be wrapped so that tmux passes them on.
        # Measures the connection from tmux to its client. None unless tmux answers questions itself.
        self._client_line: ClientLine | None = None
        self.synchronised = False
        self._driver: StudioDriver | None = None
        self._ours = False
        self._offers: dict[int, OutgoingPicture] = {}
        self._heirs: dict[int, int] = {}
        self._direct: dict[int, DirectPicture] = {}
        self._coming: int = 0  # Id of the picture of which some but not all parts were sent; 0 for none.
        self._cursor = self._cursor_shown = (-1, -1)
        self._key_at = self._key_before = -1.0
        self._look: asyncio.TimerHandle | None = None
        self._client_look: asyncio.TimerHandle | None = None
        self._asked: Callable[[TerminalAnswers], None] | None = None
        self._replies: list[Reply] = []
        self._waiting: list[asyncio.Future[None]] = []
        # Called when the terminal's input has ended, because the connection is lost.
        self.lost: Callable[..., None] = lambda: None
        # Called before another program gets the terminal, to write the last sequences.
        self.farewell: Callable[[], object] = lambda: None
        # Called with the id of a picture when its first part is sent.
        self.sends: Callable[[int], object] = lambda id: None

    def open(self, driver: StudioDriver) -> None:
        """Connect to the terminal: read answers from `driver` and write through it from now on."""
        self._driver, self._ours = driver, True
        driver.hear, driver.wrote, driver.taken, driver.lost = (
            self._handle_reply,
            self._handle_kernel_write,
            self._handle_ownership,
            self._handle_loss,
        )

    def _handle_loss(self) -> None:
        self.lost()

    @property
    def is_open(self) -> bool:
        """True if there is a terminal and the studio has control of it."""
        return self._driver is not None and self._ours

    def _handle_ownership(self, ours: bool) -> None:
        """Handle a change in the control of the terminal. `ours` is True if the studio has gained control,
        False if it is about to give control to another program. Before control is given away, all pictures in
        the terminal are freed. When the studio has control again, the terminal is empty, and everything is
        sent again.
        """
        if not ours:
            self.free_pictures()
            local_memory.remove_probes()
            self.farewell()
        self._ours = ours
        if ours:
            self._send_question()
            self.resend_screen()

    def use_colours(self, colours: str) -> None:
        """Use another number of colours from now on. The app must repaint the screen afterwards, which sends
        the content again.
        """
        if colours != self.glass.looks.colours:
            self.glass.looks = Looks(colours)

    @property
    def cell(self) -> tuple[int, int] | None:
        """Width and height of a cell in pixels, as the terminal has reported them to the kernel. None if they
        are unknown.
        """
        return read_cell_size(self._driver.terminal) if self._driver is not None else None

    def restart_measurement(self, client_line: ClientLine | None) -> None:
        """Measure again, because the terminal or the path to it has changed.

        `client_line` measures the path from tmux to its client, for a tmux that answers questions itself. It
        is None if the terminal answers.
        """
        self.flow, self._client_line = Flow(self._now), client_line
        self._send_question()

    def resend_screen(self) -> None:
        """Send the entire screen again, including pictures, because the terminal may have lost its content.

        The terminal's pictures are freed first, so that no id is sent twice and no unwanted picture remains.
        A picture that can be sent only once is lost; its widget then draws the picture again.
        """
        self.glass.forget_screen()
        self._cursor_shown = (-1, -1)
        self.free_pictures()
        for id, offer in list(self._offers.items()):
            if offer.withdrawn is not None or (offer.pixels.is_once and offer.gone):
                del self._offers[id]
                self._tell_freed(id)
            else:
                self._restart_picture(id, offer)
        self.send_pending()

    def free_pictures(self) -> None:
        """Free all pictures in the terminal, before the studio ends or sends everything again. A partly sent
        picture is freed first, which ends its transfer.
        """
        shown_ids = [id for id, offer in self._offers.items() if offer.there or offer.gone]
        shown_ids.sort(key=lambda id: id != self._coming)
        self._coming = 0
        self.write("".join(kitty.make_free_command(id, wrap=self.wrap) for id in shown_ids))

    def _restart_picture(self, id: int, offer: OutgoingPicture) -> None:
        """Prepare to send a picture from its first part again, because the terminal does not have the
        picture. `offer` describes the picture and the parts sent so far.
        """
        offer.pixels, offer.next = offer.next or offer.pixels, None
        offer.parts, offer.gone, offer.there = offer.pixels.make_send_commands(id, wrap=self.wrap), 0, False
        self.glass.hold_picture(id)

    def _abort_current_picture(self) -> str:
        """Return the command that cancels a partly sent picture; empty if there is none. The picture will be
        sent again from its first part.

        Any other graphics command must be preceded by this command, because no command may come between the
        parts of a picture (kitty, graphics-protocol, “Remote client”). A delete command ends the transfer.
        """
        id, self._coming = self._coming, 0
        offer = self._offers.get(id)
        if offer is None:
            return ""
        self._restart_picture(id, offer)
        return kitty.make_free_command(id, wrap=self.wrap)

    def display_update(
        self, update: CompositorUpdate, columns: int, rows: int, cursor: tuple[int, int]
    ) -> bool:
        """Send an update of Textual's compositor, with the cursor at (column, row). Return False if the type
        of the update is unknown.
        """
        if (columns, rows) != (self.glass.columns, self.glass.rows):
            self.glass.resize(columns, rows)
        if not self.glass.take_update(update):
            return False
        self._cursor = cursor
        self.send_pending()
        return True

    def write(self, words: str) -> None:
        """Write control sequences that change no cell: a title, the clipboard, a bell."""
        if self._driver is not None and self._ours and words:
            self._driver.write(words)
            self.counts.note_sent_bytes(len(words), self._now())

    def offer_picture(self, picture: int, pixels: Pixels | DirectPicture) -> None:
        """Accept a picture for sending. The picture is sent when cells on the screen refer to it, and its
        cells are sent once the terminal has the picture.
        """
        if self._driver is None:
            return
        if isinstance(pixels, DirectPicture):
            self._direct[picture] = pixels
            self._send_soon()
        else:
            self._offers[picture] = OutgoingPicture(
                pixels, pixels.make_send_commands(picture, wrap=self.wrap)
            )
            self.glass.hold_picture(picture)
            self._send_soon()

    def replace_picture(self, picture: int, pixels: Pixels) -> None:
        """Replace the pixels of a picture by newer pixels of the same size. The picture's cells show them
        without being sent again.
        """
        offer = self._offers.get(picture)
        if offer is None:
            return
        if offer.is_under_way:
            offer.next = pixels
            return
        offer.pixels, offer.gone = pixels, 0
        offer.parts = (pixels.make_replace_commands if offer.there else pixels.make_send_commands)(
            picture, wrap=self.wrap
        )
        self._send_soon()

    def withdraw_picture(self, picture: int, words: str, replacement: int = 0) -> None:
        """Stop using a picture. `words` is the command that frees it. This command is sent after the new
        content of the picture's cells.

        `replacement` is the id of the picture that takes over these cells, 0 for none. A partly sent picture
        is still sent completely, and it is shown until its replacement has arrived. Pictures are therefore
        visible even if they change faster than the connection can carry them.
        """
        if self._direct.pop(picture, None) is not None:
            self._tell_freed(picture)
            return
        offer = self._offers.get(picture)
        self._heirs[picture] = replacement
        if offer is not None and (offer.there or offer.is_under_way):
            offer.withdrawn, offer.replacement, offer.next = words, replacement, None
        else:
            self._offers.pop(picture, None)
            self._tell_freed(picture)
        self.glass.release_picture(picture)
        self._send_soon()

    def key_came(self) -> None:
        """Record the time of a key, or of a frame during playback. While keys or frames follow each other
        quickly, pictures are drawn with few bytes.
        """
        self._key_before, self._key_at = self._key_at, self._now()

    async def wait_for_output(self, seconds: float) -> None:
        """Wait until all wanted content was sent, but at most `seconds`. While this method waits, pictures
        are drawn with few bytes.
        """
        self.key_came()
        if not self.is_open or self._is_idle:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        with suppress(TimeoutError):
            await asyncio.wait_for(future, seconds)

    @property
    def measured(self) -> LineMeasurements:
        """The measured values of the connection."""
        return self.flow.measured

    @property
    def bytes_per_second(self) -> float:
        """Bytes per second sent over the last two seconds."""
        return self.counts.per_second(self._now())

    @property
    def read_at(self) -> float | None:
        """The time (monotonic, s) when the last key was read; None without a terminal. For a key that begins
        with Esc, this is the time before the studio waited for the rest of the escape sequence.
        """
        return self._driver.read_at if self._driver is not None else None

    @property
    def seconds_until_rest(self) -> float:
        """Seconds until a series of keys counts as ended; 0.0 if there is no series."""
        in_series = self._key_at - self._key_before < KEYS_APART_SECONDS
        return max(0.0, KEYS_REST_SECONDS - self.seconds_since_key) if in_series else 0.0

    @property
    def seconds_since_key(self) -> float:
        """Seconds since the last key or played frame."""
        return self._now() - self._key_at

    @property
    def _has_recent_key(self) -> bool:
        """True if a key arrived a moment ago, so that another key may follow soon."""
        return self.seconds_since_key < KEYS_REST_SECONDS

    def ask_terminal(
        self,
        then: Callable[[TerminalAnswers], None],
        *,
        plain: bool,
        is_local: bool = False,
        again: bool = True,
    ) -> None:
        """Ask the terminal about its features. `then` is called with the answers when the last answer has
        arrived, however late.

        If `again` is True and no answer arrives, the questions are asked once more: a tmux that has just been
        attached takes the answers for its own. `is_local` is True if the terminal may run on this machine; a
        question then finds out if it does. For `plain` see `make_question_batch`.
        """
        if self._driver is None or not self._ours:
            return
        self._asked = then
        self._replies = [] if again else self._replies
        local = local_memory.create_probes() if is_local else ()
        self.write(
            self._abort_current_picture()
            + "\x1b[H"
            + make_question_batch(wrap=self.wrap, plain=plain, local=local)
        )
        self.glass.forget_row(0)  # A terminal may print a question that it does not know, into the first row.
        self._cursor_shown = (-1, -1)
        self.send_pending()

        def give_up() -> None:
            local_memory.remove_probes()
            if again and self._asked is then:
                self.ask_terminal(then, plain=plain, again=False)

        asyncio.get_running_loop().call_later(ANSWER_SECONDS, give_up)

    def fill_connection(self) -> None:
        """Send the screen again several times, to measure the rate of the connection when it is full."""
        if self.is_open:
            for _ in range(FILLS):
                self.glass.forget_screen()
                self.send_pending()

    def _handle_reply(self, reply: Reply, at: float) -> None:
        if reply.kind == "status" and self._client_line is not None:
            self._client_line.note_answer(at)
            self._check_client_line()
        elif reply.kind == "status":
            self.flow.record_reply(at)
            self.send_pending()
        elif self._asked is not None:
            self._replies.append(reply)
            if reply.kind == "attributes":
                then, self._asked = self._asked, None
                then(parse_answers(self._replies))

    def _check_client_line(self) -> None:
        """Check how many parts the tmux client has received, and send more output if there is space. Repeat
        the check while parts are in transit.
        """
        if self._client_look is not None:
            self._client_look.cancel()
            self._client_look = None
        client_line = self._client_line
        if client_line is None:
            return
        self.flow.record_activity()
        for _ in range(count := client_line.count_received_parts()):
            self.flow.record_reply(self._now())
        if count:
            self.send_pending()
        if client_line.is_under_way:
            loop = asyncio.get_running_loop()
            self._client_look = loop.call_later(LOOK_SECONDS, self._check_client_line)

    def _handle_kernel_write(self) -> None:
        if self.flow.mute:
            self.flow.record_kernel_write()
            self.send_pending()

    def _send_soon(self) -> None:
        if self._driver is None:
            return
        asyncio.get_running_loop().call_soon(self.send_pending)

    def send_pending(self) -> None:
        """Send as much wanted content as the terminal can take now: text, then pictures."""
        if self._driver is None or not self._ours:
            return
        self.flow.check_timeouts()
        parts = [self.glass.take_changed_text(room)] if (room := self.flow.max_text_bytes()) else []
        room = self.flow.max_part_bytes(keys=self._has_recent_key) - sum(map(len, parts))
        if room > 0:
            parts.append(self._take_picture_part(room))
        words = "".join(parts)
        if words or self._cursor != self._cursor_shown:
            column, row = self._cursor_shown = self._cursor
            words += f"\x1b[{row + 1};{column + 1}H" if row >= 0 else ""
            if self.synchronised:
                words = f"{SYNC_BEGIN}{words}{SYNC_END}"
            self._send_with_question(words)
        if self._waiting and self._is_idle:
            waiting, self._waiting = self._waiting, []
            for future in waiting:
                if not future.done():
                    future.set_result(None)
        self._schedule_send()

    def _send_question(self) -> None:
        """Send a question without content, to measure the round trip."""
        if self.is_open:
            self._send_with_question("")

    def _send_with_question(self, words: str) -> None:
        """Write a sequence, followed by a question that the terminal answers when it has read the
        sequence.
        """
        assert self._driver is not None
        words += wrap_terminal_question(STATUS_QUESTION) if self.wrap else STATUS_QUESTION
        count = len(words.encode())
        self.flow.record_sent_part(count)
        if self._client_line is not None:
            self._client_line.note_part(count)
        self.counts.note_sent_bytes(count, self._now())
        self._driver.write(words)

    def _take_picture_part(self, limit: int) -> str:
        """Return sequences with cells and pixels of pictures, up to about `limit` bytes. If there is nothing
        else to send, one part of a picture is included even if this part alone is larger than `limit`.
        """
        out = [self.glass.take_changed_pictures(limit)]
        size = len(out[0].encode())
        while size < limit and (id := self._next_picture()):
            offer = self._offers[id]
            part = offer.parts[offer.gone]
            if size and size + len(part) > limit:
                break
            if not offer.gone and not offer.there:
                self.sends(id)
            offer.gone += 1
            self._coming = id if offer.is_due else 0
            out.append(part)
            size += len(part)
            if not offer.is_due:
                self._show_complete_picture(id, offer)
                cells = self.glass.take_changed_pictures(max(1, limit - size))
                out.append(cells)
                size += len(cells.encode())
        out.append(self._take_bands(limit - size, first=not size))
        out.append(self._take_free_commands())
        return "".join(out)

    def _take_bands(self, limit: int, *, first: bool) -> str:
        """Return bands of directly drawn pictures, up to about `limit` bytes; with `first`, one band is
        always included.
        """
        if not self._direct:
            return ""
        out, size = list[str](), 0
        for id, rows in self.glass.find_wrong_bands().items():
            picture = self._direct.get(id)
            if picture is None:
                continue
            for band in picture.bands:
                wrong = [row for row in rows if band.row <= row < band.row + band.rows]
                if not wrong:
                    continue
                if size + len(band.words) > limit and (size or not first):
                    return "".join(out)
                x, y = rows[wrong[0]]
                top = y - wrong[0] + band.row
                if top >= 0:
                    cropped = direct.crop_band(band, self.glass.rows - 1 - top)
                    out.append(f"\x1b[{top + 1};{x + 1}H{cropped}")
                else:  # The terminal can't draw a band that begins above the screen.
                    visible = range(1, top + band.rows + 1)
                    out += [f"\x1b[{row};{x + 1}H\x1b[{picture.columns}X" for row in visible]
                size += len(band.words)
                self.glass.record_band(id, x, top, picture.columns, band.rows)
                self._cursor_shown = (-1, -1)
        return "".join(out)

    def _show_complete_picture(self, id: int, offer: OutgoingPicture) -> None:
        """Show a picture whose parts were all sent. If the picture was withdrawn meanwhile, another picture
        replaces it. In this case, show it in the cells of its replacement, until the replacement has been
        sent.
        """
        offer.there = True
        if offer.withdrawn is not None:
            replacement = offer.replacement
            while replacement in self._heirs and replacement not in self._offers:
                replacement = self._heirs[replacement]
            if replacement in self._offers and not self._offers[replacement].there:
                self.glass.lend_cells(
                    replacement, self.glass.looks.get_look(kitty.make_placeholder_style(id))
                )
        elif offer.next is not None:
            newer, offer.next = offer.next, None
            self.replace_picture(id, newer)
        self.glass.release_picture(id)

    def _next_picture(self) -> int:
        """Return the id of the picture of which a part is sent next: a partly sent picture, otherwise the
        first visible picture with parts to send. Return 0 for none.
        """
        if self._coming in self._offers:
            return self._coming
        waiting = [id for id, offer in self._offers.items() if offer.is_due and offer.withdrawn is None]
        if not waiting:
            return 0
        wanted = self.glass.list_wanted_pictures()
        return next((id for id in waiting if id in wanted), 0)

    def _take_free_commands(self) -> str:
        """Return the commands that free pictures which are no longer wanted and no longer on the screen.

        Empty while a picture is partly sent, because a delete command would end its transfer (kitty,
        graphics-protocol, “Deleting images”).
        """
        if self._coming:
            return ""
        doomed = [id for id, offer in self._offers.items() if offer.withdrawn is not None]
        if not doomed:
            return ""
        pictures = self.glass.list_shown_pictures()
        out = []
        for id in doomed:
            if id not in pictures:
                out.append(self._offers.pop(id).withdrawn or "")
                self._heirs.pop(id, None)
                self._tell_freed(id)
        if len(self._heirs) > MAX_REPLACEMENTS:
            self._heirs = {
                id: replacement for id, replacement in self._heirs.items() if replacement in self._offers
            }
        return "".join(out)

    @property
    def _is_idle(self) -> bool:
        return self.glass.is_shown and not self._next_picture()

    def _schedule_send(self) -> None:
        """Schedule the next call of `send_pending` for the time when the awaited answer is overdue. If keys
        arrive and content is waiting, schedule the call for the time when the connection can take another
        part, which is earlier.
        """
        if self._look is not None:
            self._look.cancel()
            self._look = None
        waits = [self.flow.seconds_to_timeout]
        if self._has_recent_key and not self._is_idle:
            waits.append(self.flow.seconds_to_part)
        wait = min((each for each in waits if each is not None), default=None)
        if wait is not None:
            self._look = asyncio.get_running_loop().call_later(wait, self.send_pending)
