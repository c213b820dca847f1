/* Catalogue: the search box over the list of KPIs. Owns which rows and groups are seen; folding of marks is that of
   IOC.words ("ho so" finds "hồ sơ", typed marks are honoured). */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, query = "";

  function narrow() {
    var table = document.getElementById("catalogue"), any = false;
    if (!table) { return; }
    table.querySelectorAll("tbody").forEach(function (group) {
      var seen = 0;
      group.querySelectorAll("tr[data-name]").forEach(function (row) {
        row.hidden = !IOC.words.matches(row.dataset.name, query);
        seen += row.hidden ? 0 : 1;
      });
      group.hidden = !seen;
      any = any || seen > 0;
    });
    table.hidden = !any;
    document.getElementById("catalogue-none").hidden = any;
  }

  function furnish() {
    var host = document.getElementById("catalogue-search");
    if (!host) { return; }
    if (!host.firstChild) {
      var box = make("input", {type: "search", class: "search", placeholder: say("catalogue.search"), "aria-label": say("catalogue.search"), autocomplete: "off"});
      box.value = query;
      box.addEventListener("input", function () { query = box.value; narrow(); });
      host.appendChild(box);
    }
    narrow();
  }

  /* The list comes with a page, and anew with every edition or way back to it. */
  IOC.on("page", function (page) {
    var content = page && page.querySelector("#kpi-page");
    if (!content) { return; }
    var known = null;
    new MutationObserver(function () {
      var table = document.getElementById("catalogue");
      if (table !== known || !document.querySelector("#catalogue-search input")) { known = table; furnish(); }
    }).observe(content, {childList: true, subtree: true});
    furnish();
  });
})(window.IOC);
