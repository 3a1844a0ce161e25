"""Text by Ollama, on this machine or another. Address and model are the user's own settings."""
