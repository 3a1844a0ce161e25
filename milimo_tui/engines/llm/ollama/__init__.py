"""Text by an Ollama server, on this machine or another. The user sets its address and model."""
