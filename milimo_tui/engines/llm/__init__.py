"""The writing of text by language models: the prompt of each task, the parsing of answers, and the engines
that run models, one package each: `local`, `ollama`, `openai`.

No module imports torch (except in `local`), the film's database or a screen. Start reading at
`writing_tasks`.
"""
