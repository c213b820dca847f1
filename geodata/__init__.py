"""Build-time geography: the register of areas, boundaries, the schematic map and their publication."""
