/* Gaps: a list whose options are addresses leads to the one that is chosen. */
(function (IOC) {
  "use strict";
  document.addEventListener("change", function (event) {
    if (event.target.matches && event.target.matches("select[data-goto]")) { IOC.address.goto(event.target.value); }
  });
})(window.IOC);
