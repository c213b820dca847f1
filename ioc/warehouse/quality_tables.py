"""Tables of data quality: scores by KPI and commune with their history, and the supply ledger."""
