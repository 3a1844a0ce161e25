"""Speech by Kokoro, an open model of 82 million parameters, with the library `kokoro-onnx`.

The library brings `phonemizer`, which has the licence GPL 3. Therefore it is an optional extra, and it runs
only in a process of its own: `speaking_process`, which no other module imports. Imports `speech`, `contract`
and `specs` of engines. Begin with `engine`.
"""
