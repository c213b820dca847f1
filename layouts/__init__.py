"""The face of the house: shell, pages, parts and figures. `layouts.face.create_dash` is its one door."""
