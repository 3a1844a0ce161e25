"""The looks of people over the course of a film, as the script describes them."""
