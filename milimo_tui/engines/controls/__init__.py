"""Maps that controls follow, made of any clip or picture: depth, edges, poses, and the way that points go.

`engine` is where to begin; `job` makes a file of a spec. Depth and poses are seen by models of transformers
(`depth`, `people`); edges, skeletons and trails are drawn by numpy and Pillow, as the makers of LTX-2 draw
those that their control LoRAs are trained with.
"""
