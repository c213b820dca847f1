"""The procedures people apply for, as a small catalogue in the style of the real one.

Owns fields, procedures and their properties. Codes and weights are invented; names are those of common
procedures, so that lists read naturally.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FIELDS = {
    "HT": "Hộ tịch",
    "CT": "Chứng thực",
    "DD": "Đất đai",
    "BTXH": "Bảo trợ xã hội",
    "NCC": "Người có công",
    "CA": "Cư trú, căn cước, phương tiện",
    "GD": "Giáo dục và đào tạo",
    "BH": "Bảo hiểm xã hội",
    "THUE": "Thuế",
    "DKKD": "Đăng ký kinh doanh",
    "XD": "Xây dựng",
    "GT": "Giao thông vận tải",
    "LD": "Lao động, việc làm",
    "NN": "Nông nghiệp và môi trường",
    "YT": "Y tế",
    "TP": "Tư pháp",
}
LEVELS = ("full", "partial", "none")


@dataclass(frozen=True)
class Procedure:
    """One procedure. `days` are working days, `fee` is đồng, `level` an entry of LEVELS."""

    name: str
    field: str
    tier: str
    level: int
    essential: bool
    fee: int
    days: int
    result: bool
    weight: float


def _read(text: str, tier: str) -> list[Procedure]:
    found = []
    for line in text.strip().splitlines():
        name, field, level, essential, fee, days, result, weight = (part.strip() for part in line.split("|"))
        number = LEVELS.index({"T": "full", "P": "partial", "K": "none"}[level])
        found.append(
            Procedure(
                name, field, tier, number, essential == "x", int(fee), int(days), result == "x", float(weight)
            )
        )
    return found


# name | field | full (T), partial (P), not online (K) | essential | fee | working days | result | weight
_COMMUNE = """
Đăng ký khai sinh | HT | T | x | 0 | 1 | x | 9
Liên thông đăng ký khai sinh, thường trú, cấp thẻ BHYT cho trẻ dưới 6 tuổi | HT | T | x | 0 | 4 | x | 6
Liên thông đăng ký khai tử, xóa thường trú, trợ cấp mai táng | HT | T | x | 0 | 5 | x | 2
Đăng ký khai tử | HT | T | x | 0 | 1 | x | 2
Đăng ký kết hôn | HT | P | x | 0 | 1 | x | 4
Cấp giấy xác nhận tình trạng hôn nhân | HT | T |  | 15000 | 3 | x | 4
Cấp bản sao trích lục hộ tịch | HT | T |  | 8000 | 1 | x | 6
Thay đổi, cải chính hộ tịch | HT | P |  | 15000 | 3 | x | 2
Chứng thực bản sao từ bản chính | CT | P |  | 10000 | 0 | x | 21
Chứng thực chữ ký | CT | K |  | 10000 | 0 | x | 4
Chứng thực hợp đồng, giao dịch | CT | K |  | 50000 | 2 | x | 1.5
Đăng ký biến động đất đai | DD | P | x | 50000 | 10 | x | 3
Cấp giấy chứng nhận quyền sử dụng đất lần đầu | DD | P |  | 100000 | 20 | x | 2
Hòa giải tranh chấp đất đai | DD | K |  | 0 | 30 | x | 0.6
Trợ cấp xã hội hằng tháng | BTXH | P | x | 0 | 10 | x | 3.5
Hỗ trợ chi phí mai táng | BTXH | P |  | 0 | 3 | x | 1.2
Công nhận hộ nghèo, hộ cận nghèo | BTXH | P |  | 0 | 15 | x | 2
Trợ cấp ưu đãi người có công | NCC | P |  | 0 | 12 | x | 0.8
Đăng ký thường trú | CA | T | x | 10000 | 5 | x | 7
Đăng ký tạm trú | CA | T | x | 7000 | 2 | x | 4
Thông báo lưu trú | CA | T | x | 0 | 0 |  | 5
Đăng ký xe mô tô lần đầu | CA | P | x | 50000 | 2 | x | 3
Hỗ trợ học sinh bán trú, học sinh vùng khó khăn | GD | T | x | 0 | 7 | x | 3
Đăng ký dự tuyển trường mầm non, tiểu học, trung học cơ sở | GD | T | x | 0 | 5 | x | 2
Cấp đổi thẻ bảo hiểm y tế | BH | T | x | 0 | 3 | x | 3
Đăng ký hộ kinh doanh | DKKD | T |  | 100000 | 3 | x | 2
Đăng ký thuế lần đầu | THUE | T | x | 0 | 3 | x | 2
Cấp giấy phép xây dựng nhà ở riêng lẻ | XD | P |  | 75000 | 10 | x | 1.4
Xác nhận kế hoạch sản xuất nông nghiệp hữu cơ | NN | P |  | 0 | 5 | x | 0.7
"""
_PROVINCE = """
Cấp phiếu lý lịch tư pháp | TP | T | x | 200000 | 8 | x | 14
Đổi giấy phép lái xe | GT | T | x | 135000 | 5 | x | 17
Đăng ký thành lập doanh nghiệp | DKKD | T | x | 50000 | 3 | x | 7
Đăng ký thay đổi nội dung đăng ký doanh nghiệp | DKKD | T |  | 50000 | 3 | x | 6
Đăng ký thi trung học phổ thông | GD | T | x | 0 | 5 |  | 4
Cấp bản sao văn bằng, chứng chỉ | GD | T |  | 0 | 1 | x | 5
Giải quyết hưởng trợ cấp thất nghiệp | LD | P | x | 0 | 15 | x | 8
Đóng bảo hiểm xã hội tự nguyện | BH | T | x | 0 | 5 | x | 4
Cấp phép lao động cho người nước ngoài | LD | P |  | 600000 | 5 | x | 1
Cấp chứng chỉ hành nghề khám bệnh, chữa bệnh | YT | P |  | 360000 | 15 | x | 3
Cấp giấy chứng nhận đủ điều kiện an toàn thực phẩm | YT | T |  | 500000 | 15 | x | 3
Khai, nộp thuế điện tử của cá nhân | THUE | T | x | 0 | 3 |  | 7
Thẩm định báo cáo nghiên cứu khả thi đầu tư xây dựng | XD | P |  | 0 | 25 | x | 2
Cấp phép khai thác nước mặt | NN | P |  | 900000 | 30 | x | 1
Đăng ký biến động quyền sử dụng đất của tổ chức | DD | P |  | 250000 | 15 | x | 4
Đăng ký xe ô tô | CA | P | x | 150000 | 2 | x | 7
Cấp hộ chiếu phổ thông | CA | T | x | 160000 | 5 | x | 7
"""
PROCEDURES: tuple[Procedure, ...] = (*_read(_COMMUNE, "XA"), *_read(_PROVINCE, "TINH"))


def column(name: str) -> npt.NDArray[np.float64]:
    """One numeric property of all procedures, in catalogue order."""
    return np.array([getattr(procedure, name) for procedure in PROCEDURES], dtype=float)


def weights(tier: str) -> npt.NDArray[np.float64]:
    """Share of each procedure among the dossiers of a tier ("XA" or "TINH")."""
    found = np.array([item.weight if item.tier == tier else 0.0 for item in PROCEDURES])
    return found / found.sum()
