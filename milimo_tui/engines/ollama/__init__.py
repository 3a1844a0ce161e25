"""Text by Ollama, on this machine or another. Address and model are the person's own settings."""

from milimo_tui.engines.ollama.engine import Ollama as Ollama
