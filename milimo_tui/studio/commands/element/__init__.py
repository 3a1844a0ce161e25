"""Commands on elements, and the four acts on LoRAs that shots and films have too. Begin with
`element`.
"""
