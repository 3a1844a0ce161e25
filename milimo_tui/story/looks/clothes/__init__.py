"""Clothes: the words for garments, and the patterns for putting them on and taking them off."""
