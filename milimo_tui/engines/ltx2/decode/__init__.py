"""From latents to pictures and sound: by the autoencoder or by diffusion. Imports torch: for workers alone;
`plan.decoder_choice` says beforehand which of the two it will be.
"""
