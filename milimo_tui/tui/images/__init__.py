"""Pictures in the terminal: what it can show, and RGB bytes as half-blocks or kitty graphics."""
