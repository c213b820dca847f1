/* Chart locale: Vietnamese dates and numbers for plotly, which comes with English only. Registered when plotly arrives. */
(function () {
  "use strict";
  var months = [], short = [];
  for (var i = 1; i <= 12; i++) { months.push("tháng " + i); short.push("Th" + i); }
  var locale = {
    moduleType: "locale", name: "vi", dictionary: {},
    format: {
      days: ["Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"], shortDays: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
      months: months, shortMonths: short, date: "%d/%m/%Y", decimal: ",", thousands: "."
    }
  };
  window.PlotlyLocales = window.PlotlyLocales || [];
  window.PlotlyLocales.push(locale);
})();
