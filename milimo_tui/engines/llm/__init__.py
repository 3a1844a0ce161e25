"""Text by language models: what is asked for each task, and what is made of the answer; and the engines that
run one, a folder each: `gemma`, `ollama`, `openai`. Here no torch (but in `gemma`), no store, no screen.
Begin with `writing_tasks`.
"""
