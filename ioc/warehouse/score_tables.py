"""Tables of official scores imported as facts."""
