"""Walls: screens that show scenes of an edition all day, legible from where people sit, honest when something fails.

Owns scenes, screens, what must be legible from how far, where tiles stand, and the document a screen asks for.
Knows neither browsers nor devices; who may ask is the web's matter, what an operator orders comes in by `Orders`.
"""
