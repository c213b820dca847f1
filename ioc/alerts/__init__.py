"""Alerts: rules over published numbers, episodes that open and close, and an economy of words about them.

Owns when something is an alert, who is told and how often. Reads numbers through the board like everybody else and
changes none; knows no page and no route.
"""
