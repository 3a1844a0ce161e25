"""Text by language models: what is asked for each task, and what is made of the answer.

Shared by the engines `gemma`, `ollama` and `openai`. No torch here, no store, no screen.
"""
