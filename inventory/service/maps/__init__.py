"""The map of the public page: a province's own outline with its licence and map number, or a grid of tiles.

No outline comes with the program. Outlines of Chinese regions that packages carry state no map number (审图号), which a
published map of China must have, and most state no licence of the geometry; so the province gives the outline that it
may publish, and until then a grid shows where a city lies among its neighbours without drawing any border.
"""
