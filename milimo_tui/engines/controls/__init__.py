"""Control maps made of any clip or picture: depth, edges, poses, and the paths of points.

Begin with `engine`; `job` makes a map file of a spec. Depth and poses are detected by transformers models
(`depth`, `people`). Edges, skeletons and trails are drawn with numpy and Pillow in the style of the maps on
which the authors of LTX-2 trained their control LoRAs.
"""
