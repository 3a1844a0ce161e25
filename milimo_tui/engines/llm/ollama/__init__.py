"""Text by Ollama, on this machine or another. Address and model are the person's own settings."""
