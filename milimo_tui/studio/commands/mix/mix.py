"""The list of all commands on the mix."""

from __future__ import annotations

from milimo_tui.studio.commands.mix.sound_effects import SOUND_EFFECT_COMMANDS
from milimo_tui.studio.registry.registry import Command

COMMANDS: tuple[Command, ...] = (*SOUND_EFFECT_COMMANDS,)
