"""The keys of the Script screen while the user reads: motions, operators, text objects, selecting, marks,
repeat.

The actions are those of the screen's table in keymap.toml. An action that changes the text is undone in one
step, together with the text typed after it. `text_motions`, `text_objects` and `text_changes` compute the
effects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.document._edit import Edit
from textual.widgets.text_area import Selection

from milimo_tui.tui.keys.actions import action, action_with_names, find_own_action
from milimo_tui.tui.script.text import text_changes as changes
from milimo_tui.tui.script.text.text_changes import Register, TextChange
from milimo_tui.tui.script.text.text_motions import (
    MOTIONS,
    Place,
    Reach,
    ScriptPage,
    find_first_letter,
    find_letter,
)
from milimo_tui.tui.script.text.text_objects import OBJECTS, TextSpan, make_motion_span, make_rows_span
from milimo_tui.tui.shell.ports import get_studio_app

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.keys.keymap import Binding
    from milimo_tui.tui.script.text.editor import ScriptEditor

# Motions with the same action names as in lists, so that the same keys move the cursor in the outline.
_BY_ACT = {
    "down": "line_down", "up": "line_up", "first": "first_line", "last": "last_line",
    "next_scene": "next_scene", "previous_scene": "previous_scene",
}  # fmt: skip
# Motions that may leave the cursor where it is. A macro does not stop at them.
STAY = frozenset({"line_start", "first_word", "line_end", "first", "last", "mark_jump"})
# The column to which `$` moves; larger than any line, so that the cursor stays at the end of every line it
# moves to.
_FAR = 1 << 30
CLIPBOARD = "+"  # The register of the terminal's clipboard.


@dataclass(frozen=True, slots=True)
class Visual:
    """A selection being made. `anchor` is the position where it began; `lines` is True if complete lines are
    selected.
    """

    anchor: Place
    lines: bool


@dataclass(frozen=True, slots=True)
class Repeatable:
    """The last key command that changed the text, stored so that the user can repeat it. The object also has
    the text typed after the command, and the span that was selected.
    """

    key_command: KeyCommand
    text: str = ""
    selected: TextSpan | None = None


class NormalKeys:
    """The part of the editor with the key actions for reading mode."""

    def __init__(self, editor: ScriptEditor) -> None:
        self._editor = editor
        self.visual: Visual | None = None
        self.registers: dict[str, Register] = {}
        # The position to which `j` or `k` moved, and the column to which they return on a line that is long
        # enough.
        self._goal: tuple[Place, int] | None = None
        # The last search for a letter in a line: the letter, 1 or -1 for the direction, and True to stop just
        # before the letter.
        self._letter: tuple[str, int, bool] | None = None
        self._last: Repeatable | None = None
        self._written_from: Place | None = None  # Position where the text that is being typed begins.
        self._again: Repeatable | None = None  # The change that is being repeated now; None if none is.

    @property
    def _page(self) -> ScriptPage:
        return self._editor.page

    @property
    def _here(self) -> Place:
        """The position of the cursor."""
        return self._page.clamp_place(self._editor.cursor_location)

    def _move_to_place(self, place: Place) -> None:
        """Move the cursor to the letter nearest to `place`. While text is selected, extend the selection to
        it.
        """
        page, editor = self._page, self._editor
        place = page.on_letter(place)
        if self.visual is None:
            editor.move_cursor(place)
            return
        anchor = page.clamp_place(self.visual.anchor)
        if self.visual.lines:
            down = place[0] >= anchor[0]
            ends = (0, len(page.lines[place[0]])) if down else (len(page.lines[anchor[0]]), 0)
            editor.selection = Selection((anchor[0], ends[0]), (place[0], ends[1]))
        else:
            # When selecting backwards, include the letter at which the selection began.
            is_backwards = place < anchor
            editor.selection = Selection((anchor[0], anchor[1] + 1) if is_backwards else anchor, place)

    def stand_on_letter(self) -> None:
        """Move the cursor from after the last letter of a line onto that letter, because only typing needs
        the position after it.
        """
        self._move_to_place(self._here)

    def _warn_stuck(self, text: str, hint: str = "") -> None:
        self._editor.stuck = True
        get_studio_app(self._editor).show_message(text, "warn", hint)

    @action_with_names(
        "down",
        "up",
        "first",
        "last",
        "next_scene",
        "previous_scene",
        "find_letter",
        "find_again",
        "mark_jump",
    )
    def act_move(self, key_command: KeyCommand) -> None:
        end, before = (
            self._find_motion_end(key_command.binding, key_command.argument, key_command.count),
            self._here,
        )
        if end is not None:
            place, _ = end
            self._move_to_place(place)
            if self._goal is not None:
                self._goal = (self._editor.cursor_location, self._goal[1])
        if self._here == before and key_command.binding.args.get("to", key_command.binding.act) not in STAY:
            self._editor.stuck = True

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self._move_by_pages(key_command.times)

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self._move_by_pages(-key_command.times)

    def _move_by_pages(self, times: int) -> None:
        row, column = self._here
        self._move_to_place((row + times * max(1, self._editor.size.height // 2), column))

    def _find_motion_end(
        self, binding: Binding, argument: str, count: int | None
    ) -> tuple[Place, Reach] | None:
        """Return the position where a motion ends, and the part of the text that an operator takes. Return
        None, after a message, if the motion is impossible.
        """
        act, here = binding.act, self._here
        if act == "mark_jump":
            place = self._editor.marks.get(argument)
            if place is None:
                self._warn_stuck(
                    f"there is no mark {argument} in this text", "{ui.mark_set} and a letter sets one"
                )
                return None
            return self._page.clamp_place(place), Reach.UP_TO
        if act in ("find_letter", "find_again"):
            return self._find_letter_end(binding, argument, count)
        if act in ("search_next", "search_previous"):
            words = getattr(self._editor.screen, "searched_for", "")
            found = self._editor.find_text_match(words, 1 if act == "search_next" else -1) if words else None
            return None if found is None else (found, Reach.UP_TO)
        name = str(binding.args.get("to", _BY_ACT.get(act, "")))
        motion = MOTIONS[name]
        goal = self._goal[1] if self._goal and self._goal[0] == self._editor.cursor_location else here[1]
        row, column = motion.to(self._page, here, count)
        self._goal = None
        if motion.keeps_column:
            self._goal, column = (here, goal), goal
        elif name == "line_end":
            self._goal = (here, _FAR)
        return (row, column), motion.reach

    def _find_letter_end(
        self, binding: Binding, argument: str, count: int | None
    ) -> tuple[Place, Reach] | None:
        if binding.act == "find_letter":
            letter = " " if argument == "space" else argument
            if len(letter) != 1:
                return None
            self._letter = (letter, int(binding.args["step"]), bool(binding.args.get("before", False)))
        if self._letter is None:
            self._warn_stuck(
                "no letter was searched for yet", "{ui.find_letter} and a letter goes to that letter"
            )
            return None
        letter, step, before = self._letter
        step *= int(binding.args["step"]) if binding.act == "find_again" else 1
        row, column = self._here
        found = find_letter(self._page.lines[row], column, letter, step, count or 1, before=before)
        if found is None:
            self._warn_stuck(f"no “{letter}” {'after' if step > 0 else 'before'} the cursor in this line")
            return None
        return (row, found), Reach.WITH if step > 0 else Reach.UP_TO

    @action
    def act_mark_set(self, key_command: KeyCommand) -> None:
        """Set a mark at the cursor, named by a letter. The mark moves with the text."""
        self._editor.marks[key_command.argument] = self._here

    @action
    def act_search_word(self, key_command: KeyCommand) -> None:
        """Go to the next occurrence of the word under the cursor."""
        span = OBJECTS["word"](self._page, self._here, False)
        words = span.extract_text(self._page.lines).strip() if span else ""
        if words:
            screen = self._editor.screen
            screen.searched_for = words  # type: ignore[attr-defined]  # a screen of the studio
            self._editor.go_to_match(words, 1)
            self.stand_on_letter()

    @action
    def act_visual(self, key_command: KeyCommand) -> None:
        """Begin to select letters or lines, change between letters and lines, or end the selection."""
        lines = bool(key_command.binding.args.get("lines", False))
        if self.visual is not None and self.visual.lines == lines:
            self.leave_visual()
            return
        anchor = self.visual.anchor if self.visual else self._page.on_letter(self._here)
        self.visual = Visual(anchor, lines)
        self._refresh_mode_name()
        self._move_to_place(self._here)

    def leave_visual(self) -> None:
        """End the selection."""
        self.visual = None
        self._refresh_mode_name()
        self._move_to_place(self._here)

    @action
    def act_other_end(self, key_command: KeyCommand) -> None:
        if self.visual is not None:
            here, anchor = self._page.on_letter(self._here), self.visual.anchor
            self.visual = replace(self.visual, anchor=here)
            self._move_to_place(anchor)

    @action
    def act_object(self, key_command: KeyCommand) -> None:
        """Select a text object, such as a word, a speech or a scene."""
        span = self._find_text_object(key_command.binding)
        if span is None or self.visual is None:
            return
        self.visual = Visual(span.start, span.lines)
        self._refresh_mode_name()
        self._move_to_place(span.end if span.lines else (span.end[0], max(0, span.end[1] - 1)))

    def _refresh_mode_name(self) -> None:
        self._editor.screen.refresh_lines()  # type: ignore[attr-defined]  # a screen of the studio

    def _find_text_object(self, binding: Binding) -> TextSpan | None:
        name, around = str(binding.args["of"]), bool(binding.args.get("around", False))
        span = OBJECTS[name](self._page, self._here, around)
        if span is None:
            self._warn_stuck(f"there is no {name} here")
        return span

    def _take_selection(self) -> TextSpan | None:
        """Return the selected span and end the selection."""
        visual, page = self.visual, self._page
        if visual is None:
            return None
        start, end = sorted((page.clamp_place(visual.anchor), page.on_letter(self._here)))
        self.visual = None
        self._refresh_mode_name()
        self._editor.selection = Selection.cursor(start)
        if visual.lines:
            return make_rows_span(start[0], end[0])
        return TextSpan(start, (end[0], min(end[1] + 1, len(page.lines[end[0]]))))

    @action
    def act_delete_text(self, key_command: KeyCommand) -> None:
        self._apply_operator("delete", key_command)

    @action
    def act_change(self, key_command: KeyCommand) -> None:
        self._apply_operator("change", key_command)

    @action
    def act_yank(self, key_command: KeyCommand) -> None:
        self._apply_operator("yank", key_command)

    @action
    def act_swap_case(self, key_command: KeyCommand) -> None:
        self._apply_operator("swap_case", key_command)

    @action
    def act_short(self, key_command: KeyCommand) -> None:
        """Run a key that combines an operator with a fixed motion: `x` deletes the letter under the cursor,
        `D` deletes and `C` replaces the rest of the line.
        """
        self._apply_operator(str(key_command.binding.args["by"]), key_command)

    def _apply_operator(self, operator: str, key_command: KeyCommand) -> None:
        if operator == "change" and not self._can_write():
            return
        selected = self._take_selection()
        span = selected or self._find_operator_span(operator, key_command)
        if span is None or (span.start == span.end and not span.lines and operator not in ("change", "yank")):
            self._editor.stuck = True
            return
        if operator != "swap_case":
            self._store_in_register(span, key_command.register)
        page = self._page
        if operator == "yank":
            self._move_to_place(span.start if not span.lines else (span.start[0], self._here[1]))
            return
        self._remember_change(key_command, self._make_relative_span(span) if selected else None)
        if operator == "change":
            self._apply_text_change(changes.clear_span(page, span), writes=True)
        else:
            self._apply_text_change(
                changes.delete_span(page, span) if operator == "delete" else changes.swap_case(page, span)
            )
            if operator == "swap_case" and selected is None:
                self._move_to_place(span.end)

    @property
    def _repeated_selection(self) -> TextSpan | None:
        return self._again.selected if self._again is not None else None

    @staticmethod
    def _make_relative_span(span: TextSpan) -> TextSpan:
        """Return a span whose positions are counted from its own start. When a command is repeated, the span
        can so be applied at another position.
        """
        (top, left), (bottom, right) = span.start, span.end
        return TextSpan((0, 0), (bottom - top, right - left if top == bottom else right), span.lines)

    def _find_operator_span(self, operator: str, key_command: KeyCommand) -> TextSpan | None:
        """Return the span that an operator changes. This is the selection, if there is one; otherwise it is
        the span of the motion or text object typed after the operator. Return None, after a message, if there
        is none.
        """
        page, here, target = self._page, self._here, key_command.target
        if (again := self._repeated_selection) is not None:
            bottom, right = again.end
            end = page.clamp_place((here[0] + bottom, right + (0 if bottom else here[1])))
            return make_rows_span(here[0], end[0]) if again.lines else TextSpan(here, end)
        if key_command.is_doubled or key_command.binding.args.get("over") == "lines":
            return make_rows_span(here[0], min(here[0] + key_command.times - 1, page.last))
        if target is None:
            over = str(key_command.binding.args.get("over", "letter_on"))
            motion = MOTIONS[over]
            return make_motion_span(page, here, motion.to(page, here, key_command.count), motion.reach)
        if target.act == "object":
            return self._find_text_object(target)
        there = self._find_motion_end(target, key_command.target_argument, key_command.count)
        if there is None:
            return None
        span = make_motion_span(page, here, *there)
        on_word = page.lines[here[0]][here[1] : here[1] + 1].strip()
        if operator == "change" and on_word and target.args.get("to") in ("word_on", "big_word_on"):
            words = span.extract_text(page.lines)  # Changing a word leaves the blanks after it, as in vi.
            if "\n" not in words:
                return TextSpan(span.start, (span.end[0], span.end[1] - (len(words) - len(words.rstrip()))))
        return span

    def _store_in_register(self, span: TextSpan, register: str) -> None:
        """Copy the text of a span into the named register, and into the unnamed register."""
        contents = Register(span.extract_text(self._page.lines), span.lines)
        self.registers[""] = contents
        if register:
            self.registers[register] = contents
        if register == CLIPBOARD:
            get_studio_app(self._editor).copy_to_clipboard(contents.text)

    @action
    def act_put(self, key_command: KeyCommand) -> None:
        """Insert the text of a register after or before the cursor, or in place of the selection."""
        register = self.registers.get(key_command.register)
        if key_command.register == CLIPBOARD and self._editor.app.clipboard:
            register = Register(self._editor.app.clipboard)
        if register is None or not register.text:
            self._warn_stuck("nothing was deleted or copied yet", "{ui.yank} and a motion key copy a text")
            return
        before, place = bool(key_command.binding.args.get("before", False)), self._here
        selected = self._take_selection()
        if selected is not None:
            self._apply_text_change(changes.delete_span(self._page, selected))
            before = not selected.lines or selected.start[0] <= self._page.last
            place = self._page.clamp_place(selected.start)
        else:
            self._remember_change(key_command)
        change = changes.put_register(self._page, place, register, key_command.times, before=before)
        self._apply_text_change(change, joins=selected is not None)

    @action
    def act_replace_letter(self, key_command: KeyCommand) -> None:
        letter = " " if key_command.argument == "space" else key_command.argument
        change = changes.replace_letters(self._page, self._here, letter, key_command.times)
        if len(letter) == 1 and change is not None:
            self._remember_change(key_command)
            self._apply_text_change(change)
        else:
            self._editor.stuck = True

    @action
    def act_join(self, key_command: KeyCommand) -> None:
        selected = self._take_selection()
        count = selected.end[0] - selected.start[0] + 1 if selected else key_command.times
        change = changes.join_text_lines(self._page, self._here[0], count)
        if change is not None:
            self._remember_change(key_command)
            self._apply_text_change(change)
        else:
            self._editor.stuck = True

    @action
    def act_again(self, key_command: KeyCommand) -> None:
        """Repeat the last change at the cursor."""
        last = self._last
        if last is None:
            self._warn_stuck("nothing was changed yet")
            return
        if key_command.count is not None:
            last = replace(last, key_command=replace(last.key_command, count=key_command.count))
        self._again = last
        try:
            act = find_own_action(self, last.key_command.binding.act)
            if act is not None:
                act(last.key_command)
        finally:
            self._again = None

    @action
    def act_write(self, key_command: KeyCommand) -> None:
        """Begin to write (keys `i`, `a`, `I`, `A`). The text is inserted at the cursor, after the letter
        under the cursor, or at the beginning or end of the line.
        """
        if not self._can_write():
            return
        row, column = self._here
        line = self._page.lines[row]
        where = key_command.binding.args.get("where", "here")
        column = {"after": column + 1, "line_end": len(line), "line_start": find_first_letter(line)}.get(
            str(where), column
        )
        if where == "line_start" and not line.strip():
            column = len(line)
        self._remember_change(key_command)
        place = row, min(column, len(line))
        self._apply_text_change(TextChange(place, place, "", place), writes=True)

    @action
    def act_open_line(self, key_command: KeyCommand) -> None:
        if self._can_write():
            self._remember_change(key_command)
            above = bool(key_command.binding.args.get("above", False))
            self._apply_text_change(changes.open_line(self._page, self._here[0], above=above), writes=True)

    def _can_write(self) -> bool:
        return self._again is not None or self._editor.begins_here()

    def end_writing(self, *, steps_back: bool) -> None:
        """End the writing that a command has begun: store the typed text, so that a repeat inserts it again,
        and end the undo step. With `steps_back`, move the cursor onto the last letter typed.
        """
        editor, start = self._editor, self._written_from
        here = self._here
        if self._last is not None and start is not None and start <= here:
            self._last = replace(self._last, text=TextSpan(start, here).extract_text(self._page.lines))
        self._written_from = None
        editor.history.checkpoint()
        self._move_to_place((here[0], here[1] - steps_back))

    def reset_written_start(self) -> None:
        """Forget the text typed so far, because the user has moved the cursor. A repeat then inserts only the
        text that is typed after the move.
        """
        if self._written_from is not None:
            self._written_from = self._here

    def _remember_change(self, key_command: KeyCommand, selected: TextSpan | None = None) -> None:
        """Store a change, so that the user can repeat it."""
        if self._again is None:
            self._last = Repeatable(key_command, "", selected)

    def _apply_text_change(self, change: TextChange, *, writes: bool = False, joins: bool = False) -> None:
        """Change the text in one undo step. With `writes`, text typed next belongs to this step. With
        `joins`, the change belongs to the previous step.
        """
        editor, groups = self._editor, self._editor.groups
        text, place = change.text, change.place
        if joins:
            groups.continue_group()
        else:
            groups.checkpoint()
        groups.is_joined = joins
        if text or change.start != change.end:
            editor.edit(Edit(text, change.start, change.end, False))
            groups.continue_group()
        groups.is_joined = True
        if writes and self._again is not None:
            again = self._again.text
            editor.edit(Edit(again, place, place, False))
            row, column = self._here
            place = row, max(0, column - 1)
        groups.is_joined = False
        if writes and self._again is None:
            editor.move_cursor(place)
            groups.continue_group()
            if not text and change.start == change.end:
                groups.checkpoint()
            editor.read_only = False
            self._written_from = place
            editor.writing.begin_line()
        else:
            self._move_to_place(place)
