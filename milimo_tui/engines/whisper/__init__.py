"""Whisper (OpenAI, 2022) by transformers: the words that are spoken in a file, with their times.

Read `job` first. Imports only `specs`, `catalog`, `recipes`, `contract` and `runtime`, and `media`. Only
`model` imports torch.
"""
