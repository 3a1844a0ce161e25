"""The writing of text by language models: the prompt of each task, the parsing of answers, and the engines
that run models, one package each: `gemma`, `ollama`, `openai`.

No module imports torch (except in `gemma`), the film's database or a screen. Start reading at
`writing_tasks`.
"""
