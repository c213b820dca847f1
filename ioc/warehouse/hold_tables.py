"""Tables of values held back until a named person releases them."""
