"""Holding back: which new numbers are not believed until a named person has looked at them."""
