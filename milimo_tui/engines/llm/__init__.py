"""Text by language models: the prompts of each task, the parsing of answers, and the engines that run models,
one folder each: `gemma`, `ollama`, `openai`.

No torch (except in `gemma`), no store, no screen. Begin with `writing_tasks`.
"""
