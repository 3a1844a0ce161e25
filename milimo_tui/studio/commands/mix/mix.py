"""The list of all commands on the mix."""

from __future__ import annotations

from milimo_tui.studio.commands.mix.auto import AUTO_MIX
from milimo_tui.studio.commands.mix.sound_effects import SOUND_EFFECT_COMMANDS
from milimo_tui.studio.commands.mix.strips import STRIP_COMMANDS
from milimo_tui.studio.registry.registry import Command

COMMANDS: tuple[Command, ...] = (*STRIP_COMMANDS, AUTO_MIX, *SOUND_EFFECT_COMMANDS)
