/* Quality: printing the supply ledger. Says to the style sheet which part of the page goes on paper, and no more. */
(function () {
  "use strict";
  var root = document.documentElement;

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-print]");
    if (!button) { return; }
    root.dataset.print = button.dataset.print;
    window.print();
  });
  window.addEventListener("afterprint", function () { delete root.dataset.print; });
})();
