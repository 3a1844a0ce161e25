"""The rows and fields of the Settings screen, built from the rules and present values of the settings. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from milimo_tui.core.settings import PARTS, SettingRule, Value
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import abbreviate_home, fit_to_cells, join_line, wrap_words

NAME = 21  # Width of the column with names of settings, in cells.
HEAD = 9  # Width of the labels in the detail pane, in cells.


@dataclass(frozen=True, slots=True)
class SettingState:
    """A setting with its present value. `rule` has the setting's name and allowed values. `value` is the
    present value, and `shown` the same value as displayed. `origin` is the file or the environment variable
    that sets the value.
    """

    rule: SettingRule
    value: Value
    shown: str
    origin: str

    @property
    def is_default(self) -> bool:
        return self.origin == "default"


def format_config_value(value: Value) -> str:
    """Return a setting's value as the user writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def build_setting_list_rows(states: Sequence[SettingState], ink: TextStyles, *, only_set: bool) -> list[Row]:
    """Return rows with the name and value of each setting, under headings. A value that is not the default is
    highlighted and shows its source.

    With `only_set`, leave out settings that have their default.
    """
    rows: list[Row] = []
    for part in PARTS:
        own = [one for one in states if one.rule.part == part and not (only_set and one.is_default)]
        if own:
            rows += [Row("", Text())] * bool(rows) + [Row("", join_line((part, ink.strong)))]
            rows += [_build_setting_list_row(one, ink) for one in own]
    if not rows:
        rows = [Row("", join_line(("Nothing is set: every setting has its default.", ink.muted)))]
    return rows


def _build_setting_list_row(one: SettingState, ink: TextStyles) -> Row:
    left = join_line(
        (fit_to_cells(one.rule.name, NAME), ink.text),
        (one.shown or "·", ink.muted if one.is_default else ink.accent),
    )
    right = join_line(("" if one.is_default else shorten_setting_origin(one.origin), ink.picked))
    return Row(one.rule.name, left, right, search=f"{one.rule.name} {one.rule.help} {one.shown}")


def shorten_setting_origin(origin: str) -> str:
    """Return one word for the source of a setting's value: `own` for the user's file, `home` or `system` for
    the file of the studio home or of the system, and `variable` for an environment variable.
    """
    known = {"config.toml": "own", "the home's config.toml": "home", "the system's config.toml": "system"}
    return known.get(origin, "variable")


def build_setting_detail_rows(
    one: SettingState | None, ink: TextStyles, width: int, file: str, path: str, keys: Callable[[str], str]
) -> list[Row]:
    """Return rows that describe the setting under the cursor.

    `file` says which settings file changes are written into, and `path` is the path of that file. `keys` is a
    function that replaces the names of actions and commands in help by their keys. `width` is the width of
    the pane in cells.
    """
    if one is None:
        return [Row("", join_line(("No setting is under the cursor.", ink.muted)))]
    rows = [Row("", join_line((one.rule.name, ink.strong)))]
    for name, words, style in _list_setting_facts(one, ink, file, path, keys):
        for nth, piece in enumerate(wrap_words(words, max(16, width - HEAD - 4)) or [""]):
            rows.append(
                Row("", join_line((fit_to_cells("" if nth else name, HEAD), ink.muted), (piece, style)))
            )
    return rows


def _list_setting_facts(
    one: SettingState, ink: TextStyles, file: str, path: str, keys: Callable[[str], str]
) -> Iterator[tuple[str, str, Style]]:
    """Yield label, text and style of each line. A value may be a shell command, so `keys` is only applied to
    help.
    """
    rule = one.rule
    yield "means", keys(rule.help), ink.text
    yield "is", abbreviate_home(one.shown) or "empty", ink.strong if one.is_default else ink.accent
    yield "from", one.origin, ink.text
    yield "may be", rule.range or rule.kind, ink.text
    yield "default", format_config_value(rule.default) or "empty", ink.text
    if one.origin.startswith("MILIMO"):
        yield "", f"{one.origin} was set before the studio started, and overrides every file", ink.stale
    elif rule.is_personal and file != "config.toml":
        sentence = "a studio home can't set it, as others may have made it: {ui.file} edits yours"
        yield "", keys(sentence), ink.stale
    else:
        yield "written", f"{file}: {abbreviate_home(path)}", ink.muted


def make_setting_field(
    one: SettingState, check: Callable[[str], str], themes: Sequence[str] = ()
) -> FormField:
    """Return the form field for a setting. `check` returns the error in a typed text, empty for none.
    `themes` are the choices for a theme.
    """
    rule = one.rule
    kind, choices = FieldKind.TEXT, make_choices(themes if rule.ending and themes else rule.words)
    if choices:
        kind = FieldKind.CHOICE
    elif isinstance(rule.default, int | float):
        kind = FieldKind.NUMBER
    is_whole = isinstance(rule.default, int)
    return FormField(
        key=rule.name,
        label=rule.name,
        kind=kind,
        text=one.shown,
        choices=choices,
        least=rule.least,
        most=rule.most,
        step=1 if is_whole else 0.5,
        big=10,
        is_whole=is_whole,
        help=rule.help,
        begins_anew=kind in (FieldKind.NUMBER, FieldKind.CHOICE),
        check=check,
    )


def list_setting_states(
    known: Mapping[str, SettingRule],
    values: Mapping[str, Value],
    shown: Mapping[str, str],
    origin: Mapping[str, str],
) -> list[SettingState]:
    """Return the present state of every setting, in the order of `known`. All arguments are keyed by the
    setting's name.
    """
    return [SettingState(rule, values[name], shown[name], origin[name]) for name, rule in known.items()]
