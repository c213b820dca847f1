"""Figures: pure functions from cells to plain dicts, and pictures small enough to stand in a line."""
