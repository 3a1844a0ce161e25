"""The speech engine: lines spoken by speech models of transformers.

Only workers import the modules that import torch (`job`, `vits`, `pocket_tts`). Begin with `engine`. Imports
`speech`, `runtime`, `contract`, `catalog` and `specs` of engines.
"""
