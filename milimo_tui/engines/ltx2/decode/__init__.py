"""The decoding of latents to pictures and sound, by the model's autoencoder or by its diffusion decoder.

Imports torch, so only workers use it. `plan.decoder_choice` chooses the decoder before anything is loaded.
"""
