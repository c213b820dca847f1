"""The register of pilot models of Project 06 (shape S14), "mô phỏng theo mẫu Nghệ An 2024".

Owns its table. 38 models of which 6 are done, 20 under way and 12 not begun, as another province reported in
April 2024; which ones, and when, is invented. A register of 38 lines that one clerk keeps holds no errors.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.monthly import DEPARTMENTS
from datasources.sites.lai_chau.generator.nhiem_vu import TEMPLATE

METADATA = sa.MetaData()
DONE, RUNNING, WAITING = 6, 20, 12
_NAMES = (
    "53 dịch vụ công thiết yếu", "Ít nhất 20 dịch vụ không dùng hồ sơ giấy", "Khám chữa bệnh bằng sinh trắc học",
    "Điểm công chứng, chứng thực", "Quản lý lưu trú", "Quản lý người bệnh tại cơ sở y tế",
    "Thiết bị giám sát sát hạch lái xe", "Vay tín chấp cho hộ nghèo", "Điều kiện của công dân số",
    "Chuẩn xác thực tập trung", "Truyền thông chính sách trên nền tảng số", "Nền tảng đào tạo trực tuyến mở",
)  # fmt: skip

THONG_TIN = about(METADATA)
MO_HINH = table(METADATA, "mo_hinh_diem",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("so_mo_hinh", sa.SmallInteger, nullable=False),
                sa.Column("ten_mo_hinh", sa.String(120), nullable=False),
                sa.Column("don_vi", sa.String(80), nullable=False),
                sa.Column("cap", sa.String(4), nullable=False),
                sa.Column("ma_tinh", sa.String(5), nullable=False),
                sa.Column("ngay_dang_ky", sa.Date, nullable=False),
                sa.Column("ngay_bat_dau", sa.Date),
                sa.Column("ngay_hoan_thanh", sa.Date),
                sa.Column("vuong_mac", sa.String(120)),
                sa.Column("cap_nhat_luc", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """The 38 models as they stand at `anchor`, and the ledger."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 141])
    span = (anchor - first).days
    rows: list[reports.Row] = []
    for number in range(1, DONE + RUNNING + WAITING + 1):
        name = _NAMES[number - 1] if number <= len(_NAMES) else f"Mô hình điểm số {number}"
        begun = first + timedelta(days=int(rng.integers(0, max(span // 2, 1))))
        done = begun + timedelta(days=int(rng.integers(span // 5, max(span * 2 // 5, span // 5 + 1))))
        rows.append({
            "so_mo_hinh": number, "ten_mo_hinh": f"{name} ({TEMPLATE})",
            "don_vi": list(DEPARTMENTS.values())[int(rng.integers(0, len(DEPARTMENTS)))],
            "cap": "TINH", "ma_tinh": "12", "ngay_dang_ky": (first - timedelta(days=90)).isoformat(),
            "ngay_bat_dau": begun.isoformat() if number <= DONE + RUNNING else None,
            "ngay_hoan_thanh": done.isoformat() if number <= DONE else None,
            "vuong_mac": "Chờ kinh phí và hướng dẫn kỹ thuật" if number > DONE + RUNNING else None,
            "cap_nhat_luc": f"{anchor - timedelta(days=1 + number % 9)} 15:00:00",
        })  # fmt: skip
    return {MO_HINH: reports.columns(rows)}, {"rows.mo_hinh": len(rows)}
