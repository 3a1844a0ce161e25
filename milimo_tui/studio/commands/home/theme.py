"""The command `theme`: list the themes of the studio, or choose one."""

from __future__ import annotations

from milimo_tui.core.config_file import write_settings
from milimo_tui.core.errors import NotFound
from milimo_tui.core.settings import OWN_THEME, THEMES, find_overriding_origin
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class ThemeArgs(Args):
    name: str = arg("", description="the theme to use; without one, all are listed")


def _set_theme(studio: Studio, args: ThemeArgs) -> Outcome:
    folder = studio.home.root / "themes"
    own = sorted(path.name for path in folder.glob(f"*{OWN_THEME}"))
    settings, origin = studio.read_home_settings()
    if not args.name:
        rows = [{"id": name, "now": name == settings.theme} for name in (*THEMES, *own)]
        return Outcome(data=rows, columns=("id", "now"))
    if args.name not in (*THEMES, *own):
        near = find_closest_names(args.name, [*THEMES, *own])
        raise NotFound(
            f"there is no theme “{args.name}”",
            f"similar names: {near}" if near else "milimo theme lists the themes",
        )
    write_settings({"theme": args.name})
    overruled = find_overriding_origin(origin["theme"])
    message = f"the theme is {args.name}{f'; {overruled} overrides it here' if overruled else ''}"
    return Outcome(data={"theme": args.name}, message=message, theme=args.name)


THEME = Command(
    "app.theme",
    "Choose a theme",
    "list the colour themes, or choose one",
    _set_theme,
    ThemeArgs,
    cli="theme",
    positional=("name",),
)
