/* Bivariate: two KPIs on one map, three classes each, nine colours. Owns the pairing of values, the classes (equal shares
   of all cases through all periods, or another automatic way) and the square that is its legend. A commune that lacks either has its reason. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, STEPS = 3;

  /* The second KPI with its values and both breaks, where the address asks for two KPIs; else null. */
  function second(ask) {
    var one = IOC.views.now() === "hai" ? IOC.views.others()[0] : null;
    if (!one) { return Promise.resolve(null); }
    var way = ask.way || IOC.scale.WAYS[0];
    return Promise.all([IOC.supply.catalogue(), IOC.supply.periods()]).then(function (all) {
      var first = {id: ask.kpi, period: ask.ky || latest(all[1][ask.kpi])}, to = IOC.views.settle(one, first, all[0], all[1]), kpi = all[0].kpis[to.kpi];
      if (!all[0].kpis[ask.kpi] || all[0].kpis[ask.kpi].level === "province" || kpi.level === "province") { return null; }
      return Promise.all([IOC.supply.values(to.kpi, to.ky), IOC.supply.classes(ask.kpi, ask.ky, way, STEPS), IOC.supply.classes(to.kpi, to.ky, way, STEPS)]).then(function (found) {
        return {id: to.kpi, kpi: kpi, way: way, answer: found[0], across: found[1].at, up: found[2].at};
      });
    });
  }
  function latest(keys) {
    var single = (keys || []).filter(function (key) { return !IOC.controls.total(key); });
    return single[single.length - 1] || "";
  }

  /* Like IOC.grades.paint: a class an area, and the entries of the legend. */
  function paint(kpi, answer, pair) {
    var states = answer.s.split("").map(IOC.grades.state), others = pair.answer.s.split("").map(IOC.grades.state), entries = [];
    var classes = states.map(function (one, i) {
      var lacking = one.reason ? one : others[i];
      if (lacking.reason) { return "no-" + lacking.letter; }
      return "bi-" + (1 + IOC.grades.classOf(answer.v[i], pair.across)) + (1 + IOC.grades.classOf(pair.answer.v[i], pair.up));
    });
    function tally(name) { return classes.filter(function (one) { return one === name; }).length; }
    for (var up = STEPS; up >= 1; up--) {
      for (var across = 1; across <= STEPS; across++) {
        var name = "bi-" + across + up;
        entries.push({name: name, across: across, up: up, count: tally(name), note: "",
          label: say("pair.cell", {first: kpi.short, across: say("pair.step_" + across), second: pair.kpi.short, up: say("pair.step_" + up)})});
      }
    }
    ["x", "m", "z", "i", "h", "p"].forEach(function (letter) {
      if (tally("no-" + letter)) { entries.push({name: "no-" + letter, label: say("state." + IOC.grades.REASONS[letter]), note: "", count: tally("no-" + letter)}); }
    });
    return {classes: classes, states: states, entries: entries, byGrade: false, graded: false, automatic: true, way: pair.way, at: null, small: false,
      square: {steps: STEPS, first: kpi, second: pair.kpi, across: pair.across, up: pair.up}};
  }

  /* The square: nine buttons with counts; across is the first KPI, up the second; `act(name, event)` takes a choice. */
  function square(about, act) {
    var pair = about.painted.square, cells = about.painted.entries.filter(function (one) { return one.up; });
    var grid = make("div", {class: "square", role: "group", "aria-label": say("pair.square")}, cells.map(function (one) {
      var out = about.hidden.indexOf(one.name) >= 0;
      var button = make("button", {type: "button", class: "square-cell " + one.name + (out ? " is-out" : ""), "data-entry": one.name, "aria-pressed": out ? "false" : "true",
        title: one.label + ". " + say("legend.click"), "aria-label": one.label + ": " + one.count, text: IOC.words.number(one.count)});
      button.addEventListener("click", function (event) { act(one.name, event.shiftKey); });
      button.addEventListener("dblclick", function () { act(one.name, true); });
      return button;
    }));
    function cuts(at, kpi) { return at.map(function (value) { return IOC.words.number(value, value % 1 ? kpi.decimals : 0); }).join(" | "); }
    return make("div", {class: "square-frame"}, [
      make("p", {class: "square-up"}, [make("strong", {text: "↑ " + pair.second.short}), make("span", {class: "figures", text: " " + pair.second.unit + ": " + cuts(pair.up, pair.second)})]),
      grid,
      make("p", {class: "square-across"}, [make("strong", {text: "→ " + pair.first.short}), make("span", {class: "figures", text: " " + pair.first.unit + ": " + cuts(pair.across, pair.first)})])
    ]);
  }

  IOC.bivariate = {second: second, paint: paint, square: square};
})(window.IOC);
