"""The group of commands on music, effects, ambience and the library of sounds."""

from __future__ import annotations

from milimo_tui.studio.commands.sound.library import LIBRARY
from milimo_tui.studio.commands.sound.profiles import PROFILES
from milimo_tui.studio.commands.sound.takes import TAKES

COMMANDS = (*PROFILES, *TAKES, *LIBRARY)
