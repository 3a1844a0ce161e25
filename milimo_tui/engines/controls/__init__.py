"""Control maps made from a clip or a picture: depth, edges, poses, and the paths of moving points. Such maps
guide a video model.

Start reading at `engine`; `job` makes the map file of a spec. Models from transformers detect depth and poses
(`depth`, `people`). Edges, skeletons and trails are drawn with numpy and Pillow in the style of the maps on
which the authors of LTX-2 trained their control LoRAs.
"""
