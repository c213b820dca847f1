"""Parquet: for programmes that read columns. Owns schema and header; the same data set gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

from ioc.exports.dataset import Dataset, Form
from ioc.exports.facts import facts


def write(dataset: Dataset, path: Path) -> None:
    """Write the table to `path`; titles and units stand in each field's header, the rest in the file's."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {Form.TEXT: pa.string(), Form.CODE: pa.string(), Form.NUMBER: pa.float64(), Form.DAY: pa.date32()}
    fields = [
        pa.field(column.key, kinds[column.form], metadata={"title": column.title, "unit": column.unit})
        for column in dataset.columns
    ]
    about = json.dumps(facts(dataset.about), ensure_ascii=False)
    schema = pa.schema(fields, metadata={"ioc": about, "edition": str(dataset.about.number)})
    columns = [
        pa.array([row[at] for row in dataset.rows], type=kinds[column.form])
        for at, column in enumerate(dataset.columns)
    ]
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), path, compression="zstd")
