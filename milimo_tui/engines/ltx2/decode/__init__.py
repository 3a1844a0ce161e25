"""The decoding of latents to pictures and sound, by the autoencoder or by diffusion.

Imports torch: for workers only. `plan.decoder_choice` determines the decoder beforehand.
"""
