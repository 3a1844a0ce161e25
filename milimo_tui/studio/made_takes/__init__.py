"""Make new takes from existing takes (make again, make a part again, enlarge, add sound, make at full
quality), and delete takes.
"""
