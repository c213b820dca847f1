/* Scale: which breaks a legend has and which of its entries are left out, both as the address says. Asks the server for
   breaks that hold for all periods; knows no element. */
(function (IOC) {
  "use strict";
  var WAYS = ["phan-vi", "deu", "tu-nhien"];

  function way(state) { return WAYS.indexOf(state.chia) >= 0 ? state.chia : ""; }

  /* Breaks from the server: those that are asked for, or even shares where the catalogue has no fixed ones; else null. */
  function breaks(ask) {
    return IOC.supply.catalogue().then(function (found) {
      var kpi = found.kpis[ask.kpi], wish = ask.way || (kpi && !kpi.classes.length ? WAYS[0] : "");
      var graded = kpi && kpi.targets.length && ask.mode !== "gia-tri";
      return wish && kpi && kpi.level !== "province" && (!graded || ask.way) ? IOC.supply.classes(ask.kpi, ask.ky, wish) : null;
    });
  }

  /* Entries of the legend that are left out, as far as this legend has them. */
  function hidden(painted) {
    var names = (IOC.address.get().an || "").split(",");
    return painted.entries.map(function (one) { return one.name; }).filter(function (name) { return names.indexOf(name) >= 0; });
  }

  function filter(names) { IOC.address.go({an: names.join(",")}, true); }

  IOC.scale = {WAYS: WAYS, way: way, breaks: breaks, hidden: hidden, filter: filter};
})(window.IOC);
