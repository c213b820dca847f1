"""Weighted indices such as Decision 766: their shape, official scores kept as facts, and our own reckoning beside them.

Owns everything between a file of official scores and what the page says of it. The official score is never
computed here and ours never takes its place. Knows neither pages nor routes.
"""
