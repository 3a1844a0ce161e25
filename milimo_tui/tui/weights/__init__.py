"""The Weights screen. It lists installed and missing weights, the models of a language model service, and
ComfyUI workflows. Start reading at `models`.
"""
