"""Coverage gaps of villages: what a gap is, which villages have it, what several sources say, and what must be hidden.

Owns the reading of a village register through its definitions in ``gaps/*.toml``; counts, overlaps and the protection of
small counts follow from it. Must not know pages or databases.
"""
