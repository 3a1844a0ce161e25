"""Models of transformers that listen to speech: Whisper, Parakeet, Qwen3-ASR and Moonshine write down the
words with their times, and Nemotron 3 Diarization finds out who speaks when.

Read `job` first. Imports only `specs`, `catalog`, `recipes`, `contract` and `runtime`, and `media`. Only the
modules of the models import torch.
"""
