"""Data quality, "đúng, đủ, sạch, sống", and the ledger of who hands in what by when.

Everything here is computed from what refreshes have left behind; nothing is guessed when a page is opened.
"""
