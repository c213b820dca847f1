"""Analysis: a question about several KPIs, communes and periods, and the table that answers it at one edition.

Owns the question as an address carries it (`query`), the readings behind every chart (`result`), the sum of several
communes (`merging`) and what a reader must be told beside them (`notes`). Must not know charts, Dash or requests.
"""
